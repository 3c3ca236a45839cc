package progress_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"nodebook/checker/internal/progress"
	"nodebook/checker/needs"
)

var (
	monday  = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	tuesday = monday.Add(24 * time.Hour)
)

func open(t *testing.T, root string) *progress.Book {
	t.Helper()
	b, err := progress.Open(root)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func save(t *testing.T, b *progress.Book) {
	t.Helper()
	if err := b.Save(); err != nil {
		t.Fatal(err)
	}
}

func text(t *testing.T, root string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root, ".nodebook", "progress"))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func write(t *testing.T, root, text string) {
	t.Helper()
	file := filepath.Join(root, ".nodebook", "progress")
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// The file has one line per fact, sorted, and nothing else is left in its folder.
func TestSave(t *testing.T) {
	root := t.TempDir()
	b := open(t, root)
	b.Note(progress.Passed, "lesson1", "Ping", tuesday)
	b.Set(progress.Hints, "lesson1", "ReadMagic", "2")
	b.Note(progress.Skipped, "lesson2", "Encode", monday)
	b.Set(progress.Mode, "lesson2", "*", "earlier")
	save(t, b)
	want := `# What this workbook's checker remembers, one line per fact. To merge two of these, keep the lines of both.
passed   lesson1 Ping 2026-11-24T09:00:00Z
hints    lesson1 ReadMagic 2
mode     lesson2 * earlier
skipped  lesson2 Encode 2026-11-23T09:00:00Z
`
	if got := text(t, root); got != want {
		t.Fatalf("got\n%s\nwant\n%s", got, want)
	}
	again := open(t, root)
	if at, ok := again.When(progress.Passed, "lesson1", "Ping"); !ok || !at.Equal(tuesday) {
		t.Errorf("Ping passed %v %v, want %v", at, ok, tuesday)
	}
	if n := again.Count(progress.Hints, "lesson1", "ReadMagic"); n != 2 {
		t.Errorf("%d hints, want 2", n)
	}
	if again.Note(progress.Passed, "lesson1", "Ping", monday) {
		t.Error("a second pass counted as the first")
	}
	again.Forget(progress.Skipped, "lesson2", "Encode")
	save(t, again)
	if strings.Contains(text(t, root), "skipped") {
		t.Error("what was forgotten is still there")
	}
	entries, err := os.ReadDir(filepath.Join(root, ".nodebook"))
	if err != nil || len(entries) != 2 {
		t.Errorf("the folder holds %v, %v; want progress and its lock", entries, err)
	}
}

// Lines from both sides: the earliest pass and the highest count win, the lines
// that git writes around a conflict go, and what is not understood stays.
func TestOpen_merged(t *testing.T) {
	root := t.TempDir()
	write(t, root, `passed lesson1 Ping 2026-11-24T09:00:00Z
<<<<<<< HEAD
passed   lesson1 Ping 2026-11-23T09:00:00Z
hints    lesson1 Ping 3
=======
hints    lesson1 Ping 1
passed   lesson1 ReadMagic 2026-11-24T09:00:00Z
>>>>>>> other
# my own remark
starred  lesson1 Ping of a later checker
passed   lesson1 Magic yesterday
`+strings.Repeat("x", 200_000)+"\r\nhints lesson1 Magic 1\r\n")
	b := open(t, root)
	b.Note(progress.Passed, "lesson1", "Frame", tuesday)
	save(t, b)
	b = open(t, root)
	if at, _ := b.When(progress.Passed, "lesson1", "Ping"); !at.Equal(monday) {
		t.Errorf("Ping passed %v, want the earlier %v", at, monday)
	}
	if n := b.Count(progress.Hints, "lesson1", "Ping"); n != 3 {
		t.Errorf("%d hints, want the higher 3", n)
	}
	if !b.Has(progress.Passed, "lesson1", "ReadMagic") || !b.Has(progress.Passed, "lesson1", "Frame") || b.Count(progress.Hints, "lesson1", "Magic") != 1 {
		t.Errorf("facts are missing:\n%.900s", text(t, root))
	}
	if b.Has(progress.Passed, "lesson1", "Magic") {
		t.Error("a pass without a time counted")
	}
	got := text(t, root)
	for _, want := range []string{"# my own remark\n", "starred  lesson1 Ping of a later checker\n", "passed   lesson1 Magic yesterday\n", "xxxx"} {
		if strings.Count(got, want) == 0 {
			t.Errorf("%q was dropped", want)
		}
	}
	if strings.Contains(got, "<<<") || strings.Contains(got, "===") {
		t.Error("git's marks are still there")
	}
}

// Two branches of a workbook, each with passes of its own, merged by git with
// the attribute that the workbook is handed out with.
func TestSave_gitMerge(t *testing.T) {
	needs.Git(t)
	root := t.TempDir()
	git := func(args ...string) {
		t.Helper()
		cmd := exec.Command("git", append([]string{"-c", "user.name=learner", "-c", "user.email=learner@example.org"}, args...)...)
		cmd.Dir = root
		cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_SYSTEM="+os.DevNull)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	pass := func(exercise string, at time.Time) {
		t.Helper()
		b := open(t, root)
		b.Note(progress.Passed, "lesson1", exercise, at)
		save(t, b)
		git("add", ".nodebook/progress")
		git("commit", "-q", "-m", exercise)
	}
	attributes, err := os.ReadFile("../handout/extras/dot-gitattributes")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, ".gitattributes"), attributes, 0o644); err != nil {
		t.Fatal(err)
	}
	git("init", "-q", "-b", "main")
	git("add", ".gitattributes")
	pass("Ping", monday)
	git("checkout", "-q", "-b", "laptop")
	pass("ReadMagic", tuesday)
	pass("WriteMagic", tuesday)
	git("checkout", "-q", "main")
	pass("ReadMagic", monday)
	pass("Checksum", monday)
	git("merge", "-q", "-m", "both", "laptop")
	b := open(t, root)
	for exercise, want := range map[string]time.Time{"Ping": monday, "ReadMagic": monday, "WriteMagic": tuesday, "Checksum": monday} {
		if at, ok := b.When(progress.Passed, "lesson1", exercise); !ok || !at.Equal(want) {
			t.Errorf("%s passed %v %v, want %v", exercise, at, ok, want)
		}
	}
}

// Many checkers at once: no fact is lost, and what one forgets is not brought
// back by another that had read it before.
func TestSave_concurrent(t *testing.T) {
	root := t.TempDir()
	b := open(t, root)
	b.Note(progress.Passed, "lesson1", "Old", monday)
	save(t, b)
	stale := open(t, root)
	forgetful := open(t, root)
	forgetful.Forget(progress.Passed, "lesson1", "Old")
	save(t, forgetful)
	stale.Note(progress.Passed, "lesson1", "New", tuesday)
	save(t, stale)
	const checkers, each = 8, 10
	var work sync.WaitGroup
	for c := range checkers {
		work.Go(func() {
			for i := range each {
				b, err := progress.Open(root)
				if err != nil {
					t.Error(err)
					return
				}
				b.Note(progress.Passed, "lesson2", fmt.Sprintf("Exercise%d_%d", c, i), tuesday)
				b.Set(progress.Hints, "lesson2", "Shared", fmt.Sprint(c*each+i))
				if err := b.Save(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	work.Wait()
	got := text(t, root)
	if n := strings.Count(got, "passed   lesson2 "); n != checkers*each {
		t.Errorf("%d passes, want %d", n, checkers*each)
	}
	if !strings.Contains(got, "hints    lesson2 Shared 79\n") || !strings.Contains(got, "passed   lesson1 New ") || strings.Contains(got, "Old") {
		t.Errorf("got\n%s", got)
	}
}

// A folder that cannot be written to is an error, and the old file stays.
func TestSave_refused(t *testing.T) {
	root := t.TempDir()
	if err := os.WriteFile(filepath.Join(root, ".nodebook"), []byte("a file in the folder's place"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := progress.Open(root); err == nil {
		t.Error("a file in the folder's place was not noticed")
	}
}

// Facts that move take their values along, and meet those that are there already.
func TestMove(t *testing.T) {
	root := t.TempDir()
	b, err := progress.Open(root)
	if err != nil {
		t.Fatal(err)
	}
	early := time.Date(2026, 11, 21, 9, 30, 0, 0, time.UTC)
	b.Note(progress.Passed, "old", "A", early)
	b.Set(progress.Hints, "old", "A", "2")
	b.Note(progress.Passed, "old", "B", early)
	b.Set(progress.Hints, "new", "A", "1")
	move := func(lesson, exercise string) (string, string) {
		if lesson == "old" && exercise == "A" {
			return "new", "A"
		}
		return lesson, exercise
	}
	for range 2 {
		b.Move(move)
		if err := b.Save(); err != nil {
			t.Fatal(err)
		}
		if b, err = progress.Open(root); err != nil {
			t.Fatal(err)
		}
		if b.Has(progress.Passed, "old", "A") || !b.Has(progress.Passed, "new", "A") || !b.Has(progress.Passed, "old", "B") || b.Count(progress.Hints, "new", "A") != 2 {
			t.Fatalf("the facts are\n%s", b)
		}
	}
}
