//go:build linux

package grade_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"nodebook/checker/internal/grade"
	"nodebook/checker/internal/grade/trial"
	"nodebook/checker/internal/handout"
	"nodebook/checker/internal/jail"
	"nodebook/checker/internal/report"
	"nodebook/checker/internal/workbook"
	"nodebook/checker/needs"
	"nodebook/fixtures"
	"nodebook/lessons"
	"nodebook/solutions"

	"github.com/rogpeppe/go-internal/txtar"
)

// attack is one case of testdata/attacks: a submission, and what one exercise,
// lesson 1's ReadLength unless it says otherwise, must get for it. No other
// exercise of it passes either.
type attack struct {
	name, what    string
	lesson, of    string // the lesson that is graded, the exercise
	verdict, says string // "fail or timed out" where both are right; "any" is any but a pass
	open, opens   string // the same with preflight switched off; "" where that is not tried
	files         []txtar.File
}

func attacks(t *testing.T) []attack {
	t.Helper()
	which := os.Getenv("NODEBOOK_ATTACKS") // such as 72-*,8*, for the author of one
	if which == "" {
		which = "*"
	}
	var names []string
	for pattern := range strings.SplitSeq(which, ",") {
		some, err := filepath.Glob("testdata/attacks/" + pattern + "/attack.txtar")
		if err != nil || len(some) == 0 {
			t.Fatalf("no attacks %s: %v", pattern, err)
		}
		names = append(names, some...)
	}
	var all []attack
	for _, name := range names {
		a, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		x := attack{name: filepath.Base(filepath.Dir(name)), lesson: "lesson1", of: "ReadLength", files: a.Files}
		for line := range strings.Lines(string(a.Comment)) {
			key, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
			switch key {
			case "what":
				x.what = value
			case "lesson":
				x.lesson = value
			case "exercise":
				x.of = value
			case "verdict":
				x.verdict = value
			case "says":
				x.says = value
			case "open":
				x.open = value
			case "open says":
				x.opens = value
			default:
				t.Fatalf("%s: a header has no key %q", name, key)
			}
		}
		all = append(all, x)
	}
	return all
}

// quick are the limits of a graded lesson, with less time.
func quick(l *workbook.Lesson) workbook.Limits {
	lim := trial.Limits(l)
	lim.Timeout = 2 * time.Second
	return lim
}

func class(t *testing.T, out string, change func(*trial.Options)) grade.Options {
	t.Helper()
	needs.Lot(t, 6)
	book, module := handedOut(t)
	j, err := jail.Open(t.Context())
	needs.Package(t, needs.Bubblewrap, err)
	to := trial.Options{Book: book, Module: module, Work: grade.Work(out), Jail: j, Limits: quick}
	if change != nil {
		change(&to)
	}
	e, err := trial.New(t.Context(), to)
	if err != nil {
		t.Fatal(err)
	}
	return grade.Options{Out: out, Book: book, Lessons: []*workbook.Lesson{lesson(t, book, "lesson1")}, Solutions: grade.Both, Seed: 1, Jobs: 4, Engine: e, Jail: j,
		Limits: to.Limits, Now: time.Now}
}

// handedOut is the book, and the files of a workbook as learners get them.
func handedOut(t *testing.T) (*workbook.Book, map[string][]byte) {
	t.Helper()
	book, err := workbook.New(solutions.Files, lessons.Files)
	if err != nil {
		t.Fatal(err)
	}
	src, err := handout.FromBinary(book, fixtures.Files)
	if err != nil {
		t.Fatal(err)
	}
	module, err := handout.Files(src)
	if err != nil {
		t.Fatal(err)
	}
	return book, module
}

func lesson(t *testing.T, book *workbook.Book, name string) *workbook.Lesson {
	t.Helper()
	l, err := book.Lesson(name)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestAttacks(t *testing.T) {
	before := traces(t)
	tried := needs.Some(t, attacks(t), 6, 40)
	for _, open := range []bool{false, true} {
		by := map[string][]attack{}
		for _, a := range tried {
			if open {
				if a.verdict, a.says = a.open, a.opens; a.open == "" {
					continue
				}
			}
			by[a.lesson] = append(by[a.lesson], a)
		}
		for name, all := range by {
			t.Run(fmt.Sprintf("%s, preflight=%v", name, !open), func(t *testing.T) { gradeAttacks(t, name, all, open) })
		}
	}
	for _, x := range traces(t) {
		if !slices.Contains(before, x) {
			t.Errorf("left behind: %s", x)
		}
	}
}

func gradeAttacks(t *testing.T, name string, all []attack, open bool) {
	dir, out := t.TempDir(), t.TempDir()
	by := map[string]attack{}
	for _, a := range all {
		by[a.name] = a
		for _, f := range a.files {
			at := filepath.Join(dir, a.name, f.Name)
			if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(at, f.Data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	o := class(t, out, func(o *trial.Options) { o.Open, o.Build = open, 5*time.Second })
	o.Dir, o.Printed, o.Lessons = dir, true, []*workbook.Lesson{lesson(t, o.Book, name)}
	var mu sync.Mutex
	o.Progress = func(p grade.Progress) { mu.Lock(); defer mu.Unlock(); t.Logf("%s", p.Name) }
	c, err := grade.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Submissions) != len(by) {
		t.Errorf("%d results for %d submissions", len(c.Submissions), len(by))
	}
	for _, s := range c.Submissions {
		hold(t, by[s.Name], s)
	}
	if err := c.Write(out); err != nil {
		t.Fatal(err)
	}
	if err := grade.Clear(out); err != nil {
		t.Error(err)
	}
	harmless(t, everything(t, out))
}

// harmless looks for what no result may carry.
func harmless(t *testing.T, text string) {
	t.Helper()
	// Markdown's indented blocks are the one place where markup is only text.
	text = regexp.MustCompile(`(?m)^ {4}.*$`).ReplaceAllStringFunc(text, func(line string) string {
		return strings.ReplaceAll(line, "<", "(")
	})
	for _, bad := range []string{"\x1b", "\a", "\r", "\u202e", "\u200b", "\u2028", "\u2029", "\ufeff", "\U000e0041", "\u2066", "\u061c", "\u00ad", "\u2060", "\u009b", "\x7f", "\ufe01", "\u3164", "\u115f",
		"\u180e", "\u034f", "\ufff9", "\u200d", "\U0001bca0", "\U000e0100", "\U00013430", "<script", "\n=", ",=", "\n+", ",@", "nodebookChannel", "draw.From("} {
		if i := strings.Index(text, bad); i >= 0 {
			t.Errorf("the results hold %q: ...%.200q", bad, text[max(0, i-100):])
		}
	}
}

// hold compares a result with what the attack's header wants.
func hold(t *testing.T, a attack, s *grade.Submission) {
	t.Helper()
	if s.Error != "" {
		t.Errorf("%s: internal error: %s", a.name, s.Error)
		return
	}
	said := strings.Join(s.Notes, "\n")
	for _, p := range s.Lessons[0].Problems {
		said += "\n" + p.String()
		if len(p.Message) > 4<<10 {
			t.Errorf("%s: a problem of %d bytes", a.name, len(p.Message))
		}
	}
	for _, e := range s.Lessons[0].Exercises {
		if e.Verdict == report.Pass {
			t.Errorf("%s: FALSE PASS of %s (%s)", a.name, e.Name, a.what)
		}
		if len(e.Message) > 20<<10 {
			t.Errorf("%s: a message of %d bytes", a.name, len(e.Message))
		}
		if strings.Contains(e.Message+e.Printed, "FOUND") {
			t.Errorf("%s: reached what it must not:\n%s\n%s", a.name, e.Message, e.Printed)
		}
		if e.Name == a.of {
			said += "\n" + e.Message
			if a.verdict != "any" && !slices.Contains(strings.Split(a.verdict, " or "), string(e.Verdict)) {
				t.Errorf("%s: %s, want %s; it says\n%.1500s\nprinted\n%.800s", a.name, e.Verdict, a.verdict, said, e.Printed)
				return
			}
		}
	}
	if !strings.Contains(said, a.says) {
		t.Errorf("%s: it says\n%.1500s\nwant %q in it", a.name, said, a.says)
	}
}

// compilerSays matches what attacks get to hear that preflight does not refuse.
var compilerSays = regexp.MustCompile(`import cycle|no package|undefined|^ReadLength$|wide.go|this file says|syntax error|larger than|and more`)

// What grading refuses, a learner can read at home, in the same words.
func TestAsGraded(t *testing.T) {
	all := slices.DeleteFunc(attacks(t), func(a attack) bool {
		return a.verdict != "did not compile" || a.says == "" || compilerSays.MatchString(a.says)
	})
	needs.Lot(t, 3)
	book, module := handedOut(t)
	for _, a := range needs.Some(t, all, 3, 20) {
		root := t.TempDir()
		put := func(name string, src []byte) {
			at := filepath.Join(root, filepath.FromSlash(name))
			if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(at, src, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		for name, src := range module {
			put(name, src)
		}
		for _, f := range a.files {
			put(f.Name, f.Data)
		}
		found, err := trial.AsGraded(t.Context(), root, book, lesson(t, book, a.lesson))
		if err != nil {
			t.Errorf("%s: %v", a.name, err)
		}
		if !slices.ContainsFunc(found, func(p report.Problem) bool { return strings.Contains(p.String(), a.says) }) {
			t.Errorf("%s: %v, want %q", a.name, found, a.says)
		}
	}
}

// traces lists what an attack could leave: processes of a jail, and files where
// everybody can write.
func traces(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, dir := range []string{"/dev/shm", "/tmp", "/var/tmp"} {
		entries, err := os.ReadDir(dir)
		if err != nil {
			continue
		}
		for _, e := range entries {
			if e.Name() == "left" || e.Name() == "left2" || e.Name() == "x" {
				all = append(all, filepath.Join(dir, e.Name()))
			}
		}
	}
	me := fmt.Sprint(os.Getpid())
	procs, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, p := range procs {
		stat, err := os.ReadFile(p)
		if err != nil {
			continue
		}
		f := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
		if len(f) > 1 && f[1] == me {
			cmd, _ := os.ReadFile(filepath.Join(filepath.Dir(p), "cmdline"))
			all = append(all, fmt.Sprintf("%s %s %q", filepath.Dir(p), f[0], cmd))
		}
	}
	groups, _ := filepath.Glob("/sys/fs/cgroup/*/nodebook*")
	return append(all, groups...)
}
