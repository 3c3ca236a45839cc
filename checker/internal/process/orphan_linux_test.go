package process

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"nodebook/checker/needs"
)

const parentVariable = "NODEBOOK_TEST_PARENT"

// TestMain is also a program that runs another one, for a test to kill.
func TestMain(m *testing.M) {
	if os.Getenv(parentVariable) == "" {
		os.Exit(m.Run())
	}
	folder, err := Folder()
	if err != nil {
		panic(err)
	}
	Run(context.Background(), exec.Command("sh", "-c", "echo $$; exec sleep 1000"), Limits{}, func(b []byte) {
		fmt.Printf("%s %s\n", b, folder)
	})
}

// A killed parent leaves nothing that runs, and no folder for longer than until
// the next one starts.
func TestRun_parentKilled(t *testing.T) {
	needs.Shell(t)
	t.Setenv("TMPDIR", t.TempDir())
	parent := exec.Command(os.Args[0])
	parent.Env = append(os.Environ(), parentVariable+"=1")
	out, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	parent.Process.Kill()
	parent.Wait()
	if err != nil {
		t.Fatal(err)
	}
	number, folder, _ := strings.Cut(strings.TrimSpace(line), " ")
	pid, err := strconv.Atoi(number)
	if err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(10 * time.Minute); runs(pid); <-time.After(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the program outlives the checker that started it")
		}
	}
	if _, err := os.Stat(folder); err != nil {
		t.Fatal(err)
	}
	sweep(os.TempDir())
	if _, err := os.Stat(folder); err == nil {
		t.Error("the folder of the killed checker is still there")
	}
}

// runs reports whether a process runs; one that has ended may wait for its
// parent to take note.
func runs(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, state, _ := strings.Cut(string(stat), ") ")
	return err == nil && !strings.HasPrefix(state, "Z") && !strings.HasPrefix(state, "X")
}

// One that is replaced by exec at the moment of a look has no environment then;
// the look says that it may have missed it.
func TestMarked_exec(t *testing.T) {
	loop := filepath.Join(t.TempDir(), "loop")
	if err := os.WriteFile(loop, []byte("#!/bin/sh\nexec \"$0\"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	mark := "NODEBOOK_TEST_MARK=" + t.Name()
	cmd := exec.Command(loop)
	cmd.Env = append(os.Environ(), mark)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Wait()
	defer cmd.Process.Kill()
	doubts := 0
	for range 1000 {
		pids, unsure := marked(mark)
		if len(pids) == 0 && !unsure {
			t.Fatal("a process that is just being replaced was missed without a word")
		}
		if len(pids) == 0 {
			doubts++
		}
	}
	t.Logf("%d of 1000 looks met it in the middle of exec", doubts)
}
