package cli_test

import (
	"bufio"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// waiting is a lesson's program that says when it listens for signals, counts
// those that come until the next line of its input, and ends with a status of
// its own.
const waiting = `package main

import (
	"bufio"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	fmt.Println("ready", len(os.Args))
	fmt.Println("got", <-signals)
	bufio.NewReader(os.Stdin).ReadString('\n')
	fmt.Println(len(signals), "more")
	os.Exit(9)
}
`

func waitingIn(t *testing.T) string {
	dir := t.TempDir()
	scratch(t, dir)
	for _, file := range []string{"dial.go", "listen.go", "meaning.go", "view.go"} {
		if err := os.Remove(filepath.Join(dir, "lessons/lesson1", file)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "lessons/lesson1/main.go"), []byte(waiting), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

// ended wants an error that says how a program ended.
func ended(t *testing.T, err error, status int) {
	t.Helper()
	if x := (*exec.ExitError)(nil); !errors.As(err, &x) || x.ExitCode() != status {
		t.Errorf("it ended with %v, want status %d", err, status)
	}
}

// Ctrl-C in a terminal reaches the program once, and its status is the checker's.
func TestRun_terminal(t *testing.T) {
	p := startPTY(t, waitingIn(t), nil, "run", "lesson1", "argument")
	defer p.master.Close()
	defer p.tty.Close()
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p.shows("ready 2\r\n")
	p.press("\x03")
	p.shows("got interrupt\r\n")
	p.press("go on\n")
	p.shows("0 more\r\n")
	ended(t, p.cmd.Wait(), 9)
}

// Without a terminal the checker passes on what it gets.
func TestRun_signals(t *testing.T) {
	dir := waitingIn(t)
	for _, s := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		cmd := exec.Command("checker", "run", "lesson1")
		cmd.Dir = dir
		in, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		says := func(want string) {
			t.Helper()
			if !lines.Scan() || !strings.HasPrefix(lines.Text(), want) {
				t.Fatalf("it says %q, want %q", lines.Text(), want)
			}
		}
		says("ready 1")
		if err := cmd.Process.Signal(s); err != nil {
			t.Fatal(err)
		}
		says("got " + s.String())
		if _, err := in.Write([]byte("go on\n")); err != nil {
			t.Fatal(err)
		}
		says("0 more")
		ended(t, cmd.Wait(), 9)
	}
}

// A program that a signal ends gives the status that a shell gives it, and
// leaves nothing among the temporary files.
func TestRun_killed(t *testing.T) {
	dir, tmp := waitingIn(t), t.TempDir()
	const dies = "package main\n\nimport \"syscall\"\n\nfunc main() { syscall.Kill(syscall.Getpid(), syscall.SIGKILL); select {} }\n"
	if err := os.WriteFile(filepath.Join(dir, "lessons/lesson1/main.go"), []byte(dies), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("checker", "run", "--solutions=all", "lesson1")
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "TMPDIR="+tmp)
	ended(t, cmd.Run(), 128+9)
	if left, err := os.ReadDir(tmp); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v (%v)", left, err)
	}
}
