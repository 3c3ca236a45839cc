//go:build linux

package grade_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"nodebook/checker/internal/author"
	"nodebook/checker/internal/grade"
	"nodebook/checker/internal/grade/trial"
	"nodebook/checker/internal/jail"
	"nodebook/checker/internal/synthetic"
	"nodebook/checker/internal/workbook"
	"nodebook/checker/needs"
)

// The test binary grades a class itself where this variable names its folder
// and the one of the results: so it can be killed.
const gradeVariable = "NODEBOOK_TEST_GRADE"

// TestGradeInChild is no test but the program that the tests below kill.
func TestGradeInChild(t *testing.T) {
	dir, out, ok := strings.Cut(os.Getenv(gradeVariable), "|")
	if !ok {
		return
	}
	if _, err := grade.Lock(out); err != nil {
		t.Fatal(err)
	}
	if err := grade.Clear(out); err != nil {
		t.Fatal(err)
	}
	o := class(t, out, nil)
	o.Dir = dir
	c, err := grade.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Write(out); err != nil {
		t.Fatal(err)
	}
	if err := grade.Clear(out); err != nil {
		t.Fatal(err)
	}
}

func child(t *testing.T, dir, out string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe, "-test.run=^TestGradeInChild$", "-test.count=1")
	cmd.Env = append(os.Environ(), gradeVariable+"="+dir+"|"+out)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return cmd
}

func synthesise(t *testing.T, n int, attacks string) (dir string, class map[string]synthetic.Kind) {
	t.Helper()
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	repo, err := author.Open(root)
	if err != nil {
		t.Fatal(err)
	}
	dir = t.TempDir()
	class, err = synthetic.Write(dir, synthetic.Options{Repo: repo, Attacks: attacks, N: n, Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	return dir, class
}

// everything is all results of a batch, by path.
func everything(t *testing.T, out string) string {
	t.Helper()
	var b bytes.Buffer
	err := filepath.WalkDir(out, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == grade.JournalName || d.Name() == ".lock" {
			return err
		}
		text, err := os.ReadFile(name)
		rel, _ := filepath.Rel(out, name)
		b.WriteString(rel + "\n" + string(text))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// killAndResume kills a batch at random moments, later and later ones, until it
// gets to its end, and says how often.
func killAndResume(t *testing.T, dir, out string) (kills int) {
	t.Helper()
	for ; ; kills++ {
		cmd := child(t, dir, out)
		var said bytes.Buffer
		cmd.Stdout, cmd.Stderr = &said, &said
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		most := time.Second << min(kills/3, 8)
		timer := time.AfterFunc(rand.N(most), func() { syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) })
		err := cmd.Wait()
		timer.Stop()
		if err == nil {
			return kills
		}
		var exit *exec.ExitError
		if errors.As(err, &exit) && exit.ExitCode() >= 0 {
			t.Fatalf("%v\n%s", err, said.String())
		}
	}
}

// A batch that is killed again and again gives the results of one that is not,
// whatever the number of jobs; what is right passes, and nothing is left.
func TestKilledAtAnyMoment(t *testing.T) {
	dir, kinds := synthesise(t, 10, "testdata/attacks")
	whole := t.TempDir()
	o := class(t, whole, nil)
	o.Dir, o.Jobs = dir, 1
	c, err := grade.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(c.Write(whole), grade.Clear(whole)); err != nil {
		t.Fatal(err)
	}
	for _, s := range c.Submissions {
		if (kinds[s.Name] == synthetic.Right) != (s.Passed == s.Total) {
			t.Errorf("%s, of kind %d: %d of %d pass: %+v", s.Name, kinds[s.Name], s.Passed, s.Total, s.Lessons[0])
		}
	}
	killed := t.TempDir()
	kills := killAndResume(t, dir, killed)
	t.Logf("killed %d times", kills)
	if kills == 0 {
		t.Error("it was never killed")
	}
	if a, b := everything(t, whole), everything(t, killed); a != b {
		t.Errorf("the results differ: %d bytes and %d", len(a), len(b))
	}
	if _, err := os.Stat(grade.Work(killed)); !errors.Is(err, fs.ErrNotExist) {
		t.Error("the working folder is left")
	}
}

// failing is a jail that cannot start some of its programs.
type failing struct {
	jail.Jail
	n     *int
	fails func(n int) bool
}

func (f failing) Run(ctx context.Context, s *jail.Spec) (jail.Result, error) {
	*f.n++
	if f.fails(*f.n) {
		return jail.Result{}, errors.Join(jail.ErrMachine, syscall.EAGAIN)
	}
	return f.Jail.Run(ctx, s)
}

func TestMachineThatFails(t *testing.T) {
	dir, _ := synthesise(t, 3, "")
	out := t.TempDir()
	n := 0
	run := func(fails func(int) bool) *grade.Class {
		o := class(t, out, func(to *trial.Options) { to.Jail = failing{to.Jail, &n, fails} })
		o.Dir, o.Jobs = dir, 1
		c, err := grade.Run(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	c := run(func(int) bool { return true })
	if c.Broken() != 3 || c.Submissions[0].OutOf != 0 || !strings.Contains(c.Submissions[0].Error, "resource temporarily unavailable") {
		t.Fatalf("%d of 3 are broken: %+v", c.Broken(), c.Submissions[0])
	}
	// Nothing of it was kept: the next run grades them. One failure now and then
	// costs another try.
	if c = run(func(n int) bool { return n%5 == 0 }); c.Broken() != 0 {
		t.Fatalf("%d of 3 are still broken: %+v", c.Broken(), c.Submissions[0])
	}
}

// busy is a jail on a machine that has no processor for tests with less than some time.
type busy struct {
	jail.Jail
	enough time.Duration // with less, the tests only wait for a processor

	mu    *sync.Mutex
	walls *[]time.Duration
}

func (b busy) Run(ctx context.Context, s *jail.Spec) (jail.Result, error) {
	if s.Argv[0] != "/t" {
		return b.Jail.Run(ctx, s)
	}
	b.mu.Lock()
	*b.walls = append(*b.walls, s.Wall)
	b.mu.Unlock()
	if s.Wall >= b.enough {
		return b.Jail.Run(ctx, s)
	}
	return jail.Result{Stop: jail.Wall, Exit: -1, Took: s.Wall, Waited: s.Wall / 2}, nil
}

// Tests that waited for a processor until their time was over run again, with
// twice the time, until it is enough.
func TestBusyMachine(t *testing.T) {
	dir, _ := synthesise(t, 1, "")
	var walls []time.Duration
	const grace = 5 * time.Second // which each run has on top
	enough := 8*quick(&workbook.Lesson{Limits: workbook.DefaultLimits}).Timeout + grace
	o := class(t, t.TempDir(), func(to *trial.Options) { to.Jail = busy{to.Jail, enough, new(sync.Mutex), &walls} })
	o.Dir = dir
	c, err := grade.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if s := c.Submissions[0]; s.Passed != s.Total {
		t.Errorf("%d of %d pass: %+v", s.Passed, s.Total, s.Lessons[0])
	}
	if slices.Max(walls) != enough {
		t.Errorf("the times were %v, want them to double up to %v and no more", walls, enough)
	}
}

func TestUnreadableSubmission(t *testing.T) {
	dir, _ := synthesise(t, 2, "")
	if err := os.Symlink("/proc/self/mem", filepath.Join(dir, "zz.zip")); err != nil {
		t.Fatal(err)
	}
	o := class(t, t.TempDir(), nil)
	o.Dir = dir
	c, err := grade.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if s := c.Submissions[2]; len(c.Submissions) != 3 || s.Error == "" && len(s.Notes) == 0 || c.Submissions[0].Error != "" {
		t.Fatalf("%d submissions, the last: %+v", len(c.Submissions), s)
	}
}

// A full disk stops the batch with the reason; with room again it goes on.
func TestFullDisk(t *testing.T) {
	bwrap := needs.Program(t, "bwrap", needs.Bubblewrap)
	dir, _ := synthesise(t, 2, "")
	out := t.TempDir()
	cmd := child(t, dir, out)
	cmd.Args = append([]string{"bwrap", "--dev-bind", "/", "/", "--size", "8388608", "--tmpfs", out, "--", cmd.Path}, cmd.Args[1:]...)
	cmd.Path = bwrap
	said, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(said), "no space left on device") {
		t.Fatalf("with a disk of 8 MiB: %v\n%s", err, said)
	}
	o := class(t, out, nil)
	o.Dir = dir
	c, err := grade.Run(t.Context(), o)
	if err != nil || c.Broken() != 0 {
		t.Fatal(err, c)
	}
}

// Without a jail results are the same, and say so.
func TestNoJail(t *testing.T) {
	dir, _ := synthesise(t, 3, "")
	o := class(t, t.TempDir(), nil)
	o.Dir = dir
	want, err := grade.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	bare, err := jail.Bare()
	if err != nil {
		t.Fatal(err)
	}
	o = class(t, t.TempDir(), func(to *trial.Options) { to.Jail = bare })
	o.Dir, o.Jail = dir, bare
	got, err := grade.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if got.Jail != "none" || want.Jail != "bubblewrap" {
		t.Errorf("the results say %q and %q", got.Jail, want.Jail)
	}
	got.Jail = want.Jail
	var a, b bytes.Buffer
	if err := errors.Join(want.JSON(&a), got.JSON(&b)); err != nil {
		t.Fatal(err)
	}
	if a.String() != b.String() {
		t.Errorf("without a jail the results differ:\n%s\nand\n%s", a.String(), b.String())
	}
}
