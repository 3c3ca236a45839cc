package cli_test

import (
	"bytes"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"nodebook/checker/needs"
)

// killer runs checkers in a workbook and kills them at random moments.
type killer struct {
	t   *testing.T
	rng *rand.Rand
	dir string
}

// run runs a checker to its end; its status does not matter.
func (k *killer) run(args ...string) (took time.Duration) {
	k.t.Helper()
	cmd := exec.Command("checker", args...)
	cmd.Dir = k.dir
	start := time.Now()
	if out, err := cmd.CombinedOutput(); cmd.ProcessState == nil || cmd.ProcessState.ExitCode() == 2 {
		k.t.Fatalf("checker %v: %v\n%s", args, err, out)
	}
	return time.Since(start)
}

// kill runs a checker and kills it at a moment of what it usually takes.
func (k *killer) kill(usually time.Duration, args ...string) {
	k.t.Helper()
	cmd := exec.Command("checker", args...)
	cmd.Dir = k.dir
	if err := cmd.Start(); err != nil {
		k.t.Fatal(err)
	}
	<-time.After(time.Duration(k.rng.Int64N(int64(usually) * 5 / 4)))
	cmd.Process.Kill()
	cmd.Wait()
}

func (k *killer) read(name string) string {
	k.t.Helper()
	b, err := os.ReadFile(filepath.Join(k.dir, name))
	if err != nil {
		k.t.Fatal(err)
	}
	return string(b)
}

func (k *killer) write(name, text string) {
	k.t.Helper()
	if err := os.WriteFile(filepath.Join(k.dir, name), []byte(text), 0o644); err != nil {
		k.t.Fatal(err)
	}
}

var factLine = regexp.MustCompile(`^(#.*|(passed|solution|skipped) +lesson1 \w+ \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ|hints +lesson1 \w+ \d+)$`)

// facts holds the progress file to whole lines and to what was there before.
func (k *killer) facts(want ...string) {
	k.t.Helper()
	text := k.read(".nodebook/progress")
	for line := range bytes.Lines([]byte(text)) {
		if !factLine.Match(bytes.TrimSuffix(line, []byte("\n"))) || !bytes.HasSuffix(line, []byte("\n")) {
			k.t.Fatalf("the progress file has the line %q", line)
		}
	}
	for _, w := range want {
		if !regexp.MustCompile(`(?m)^` + w).MatchString(text) {
			k.t.Fatalf("%q was lost; there is\n%s", w, text)
		}
	}
}

func (k *killer) hints(exercise string) int {
	m := regexp.MustCompile(`hints +lesson1 ` + exercise + ` (\d+)`).FindStringSubmatch(k.read(".nodebook/progress"))
	if m == nil {
		return 0
	}
	n, _ := strconv.Atoi(m[1])
	return n
}

const pingFile = "lessons/lesson1/framing/ping.go"

// TestKill kills checkers that check, reset, hint, skip and update at random
// moments. Whatever the moment, the learner's file is whole, in its place or in
// a backup, and what was remembered before is remembered after.
func TestKill(t *testing.T) {
	needs.Lot(t, 6)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	k := &killer{t, rand.New(rand.NewPCG(seed, 0)), filepath.Join(t.TempDir(), "book")}
	if err := os.Mkdir(k.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	k.run("init", "--cold", ".")
	stub := k.read(pingFile)
	solved, err := os.ReadFile("../../../solutions/lesson1/framing/ping.go")
	if err != nil {
		t.Fatal(err)
	}
	mine := string(solved) + "\n// mine\n"
	k.write(pingFile, mine)
	k.run("lesson1", "Ping")
	check := k.run("lesson1", "Ping")
	hint := k.run("hint", "lesson1", "Hash256")
	const passed = `passed +lesson1 Ping \d`
	k.facts(passed, `hints +lesson1 Hash256 1$`)

	for range 5 {
		k.kill(check, "lesson1", "Ping")
		k.facts(passed, `hints +lesson1 Hash256 1$`)
		if k.read(pingFile) != mine {
			t.Fatal("a check changed the learner's file")
		}
	}
	for range 30 {
		before := k.hints("ReadMagic")
		k.kill(hint, "hint", "lesson1", "ReadMagic")
		k.facts(passed, `hints +lesson1 Hash256 1$`)
		if now := k.hints("ReadMagic"); now < before || now > before+1 {
			t.Fatalf("%d hints were shown, then %d", before, now)
		}
		k.kill(hint, "skip", "lesson1", "ReadAll")
		k.facts(passed)
	}
	for i := range 30 {
		text := mine + "// version " + strconv.Itoa(i) + "\n"
		k.write(pingFile, text)
		k.kill(hint, "reset", "lesson1", "Ping")
		k.facts(`hints +lesson1 Hash256 1$`)
		if now := k.read(pingFile); now != text && (now != reset(stub, i) || !k.backedUp(text)) {
			t.Fatalf("version %d of the learner's file is lost; there is\n%s", i, now)
		}
	}
	k.write(pingFile, mine)
	for range 10 {
		k.kill(hint, "update")
		if k.read(pingFile) != mine {
			t.Fatal("an update changed the learner's file")
		}
	}
}

// reset is the learner's file after a reset of its one function: what stands
// after it is the learner's and stays.
func reset(stub string, version int) string {
	return strings.TrimSuffix(stub, "\n") + "\n\n// mine\n// version " + strconv.Itoa(version) + "\n"
}

// backedUp reports whether a backup holds the text.
func (k *killer) backedUp(text string) bool {
	files, _ := filepath.Glob(filepath.Join(k.dir, ".nodebook/backup/*/lesson1/framing/ping.go"))
	for _, file := range files {
		if b, err := os.ReadFile(file); err == nil && string(b) == text {
			return true
		}
	}
	return false
}

// TestKill_init kills an init at random moments: what is left either is a whole
// workbook or is made one by the next init in the same folder.
func TestKill_init(t *testing.T) {
	needs.Lot(t, 6)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	k := &killer{t, rand.New(rand.NewPCG(seed, 0)), t.TempDir()}
	usually := k.run("init", "--cold", "whole")
	want := tree(t, filepath.Join(k.dir, "whole"))
	for i := range 12 {
		name := "book" + strconv.Itoa(i)
		k.kill(usually, "init", "--cold", name)
		if _, err := os.Stat(filepath.Join(k.dir, name, "go.mod")); err != nil {
			k.run("init", "--cold", name)
		}
		got := tree(t, filepath.Join(k.dir, name))
		for file, b := range want {
			if got[file] != b {
				t.Fatalf("%s: %s is not whole", name, file)
			}
		}
		if err := os.RemoveAll(filepath.Join(k.dir, name)); err != nil {
			t.Fatal(err)
		}
	}
}

func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(filepath.Join(dir, name))
		out[name] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
