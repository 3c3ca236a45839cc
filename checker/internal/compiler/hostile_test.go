package compiler_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"nodebook/checker/internal/author"
	"nodebook/checker/internal/compiler"
	"nodebook/checker/internal/report"
	"nodebook/checker/needs"
)

// TestHostile judges programs that do what a learner's code should not: each
// gets a clear verdict for the exercise at fault, every other exercise its own,
// and nothing is left running.
func TestHostile(t *testing.T) {
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	repo, err := author.Open(root)
	if err != nil {
		t.Fatal(err)
	}
	lesson, err := repo.Book.Lesson("lesson1")
	if err != nil {
		t.Fatal(err)
	}
	quick := *lesson
	quick.Limits.Timeout = 3 * time.Second
	quick.Limits.Memory = 512 << 20
	files, err := filepath.Glob("testdata/hostile/*.txt")
	if err != nil || len(files) < 10 {
		t.Fatalf("found %d hostile programs, error %v", len(files), err)
	}
	for _, file := range needs.Some(t, files, 3, len(files)) {
		name := strings.TrimSuffix(filepath.Base(file), ".txt")
		t.Run(name, func(t *testing.T) {
			mark := fmt.Sprintf("hostile-%d-%s", os.Getpid(), name)
			t.Setenv("NODEBOOK_MARK", mark)
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			quick := quick
			w, err := author.ParseWrong(&quick, lesson.Packages[0], file, src)
			if err != nil {
				t.Fatal(err)
			}
			// Only the alarm ends an endless loop or a deadlock. On a busy machine
			// another end may take longer.
			if w.Verdict != report.TimedOut && w.Verdict != report.Deadlock {
				quick.Limits.Timeout = 2 * time.Minute
			}
			rep := judged(t, w, repo)
			for range 5 { // times that a loaded machine may keep the place back: see judged
				if name != "endless-loop" || strings.Contains(rep.Exercise(w.Refused).Message, said[name]) {
					break
				}
				rep = judged(t, w, repo)
			}
			for _, c := range w.Hold(rep) {
				t.Error(c)
			}
			checkMessage(t, w, rep, name)
			nothingLeft(t, mark)
		})
	}
}

// said is what the message must say, so that a learner knows where to look.
var said = map[string]string{
	"endless-loop":       "did not end within 3s; it was busy\n       at lessons/lesson1/framing/zz_wrong.go",
	"panic":              "tried  Checksum(b), where b has ",
	"panic-in-goroutine": "assignment to entry in nil map\n       at lessons/lesson1/framing/zz_wrong.go:12",
	"deadlock":           "every goroutine waits for another one, and none can go on\n       at lessons/lesson1/framing/zz_wrong.go:10",
	"exit-zero":          "it calls os.Exit(0)",
	"exit-in-init":       "something in an init function or a package variable calls os.Exit",
	"fatal-in-init":      "calls os.Exit or log.Fatal\nits last words:\nfirst\nno configuration",
	"panic-in-init":      "before the first test",
	"kill-itself":        "the program was ended in the middle of the test by a signal: killed",
	"gigabyte-of-output": "it printed more than 4096 KiB",
	"eight-gigabytes":    "more memory than it may have",
	"recursion":          "a function calls itself forever",
	"string-of-itself":   "a function calls itself forever\n       at lessons/lesson1/framing/zz_wrong.go:11",
	"forged-events":      "the program ended in the middle of the test: something calls os.Exit",
	"escape-codes":       `\x1b[2J`,
}

// judged is the report on a wrong solution. Go's runtime gives a busy thread 5 ms
// to stop and show its stack: where the machine has no processor for it in that
// time, an endless loop is told without its place.
func judged(t *testing.T, w *author.Wrong, repo *author.Repo) *report.Lesson {
	t.Helper()
	rep, err := w.Judge(t.Context(), repo, &compiler.Engine{})
	if err != nil {
		t.Fatal(err)
	}
	return rep
}

func checkMessage(t *testing.T, w *author.Wrong, rep *report.Lesson, name string) {
	t.Helper()
	x := rep.Exercise(w.Refused)
	if !strings.Contains(x.Message, said[name]) {
		t.Errorf("the message of %s is\n%s\nwant it to say %q", x.Name, x.Message, said[name])
	}
	var text bytes.Buffer
	report.Text(&text, rep, report.Style{All: true})
	if i := strings.IndexFunc(text.String(), func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' || r == '\u202e' }); i >= 0 {
		t.Errorf("the report holds a control character: %q", text.String()[i:min(i+20, text.Len())])
	}
}

// nothingLeft fails where a process that carries the mark of this test still
// runs, apart from the test itself.
func nothingLeft(t *testing.T, mark string) {
	t.Helper()
	procs, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, p := range procs {
		env, err := os.ReadFile(p)
		if err != nil || !bytes.Contains(env, []byte(mark)) {
			continue
		}
		cmd, _ := os.ReadFile(filepath.Join(filepath.Dir(p), "cmdline"))
		t.Errorf("still running: %s", bytes.ReplaceAll(cmd, []byte{0}, []byte(" ")))
	}
}
