package verdict

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"nodebook/checker/internal/process"
	"nodebook/checker/internal/report"
	"nodebook/checker/internal/source"
	"nodebook/checker/internal/workbook"
)

// lesson is one of three packages with an exercise each: Top's imports Base's,
// and Alone's imports none. changes are laid over its files.
func lesson(t *testing.T, changes map[string]string) Job {
	t.Helper()
	files := map[string]string{
		"base/base.go":   "package base\n\nfunc Base() int { return 1 }\n",
		"top/top.go":     "package top\n\nimport \"nodebook/lessons/l/base\"\n\nfunc Top() int { return base.Base() }\n",
		"alone/alone.go": "package alone\n\nfunc Alone() int { return 1 }\n",
	}
	tree := &source.Tree{Root: t.TempDir(), Lesson: &workbook.Lesson{Name: "l"}, Files: map[string][]byte{}, Tests: map[string][]byte{}, Overlay: map[string][]byte{}}
	for name, src := range changes {
		files[name] = src
	}
	for name, src := range files {
		at := filepath.Join(tree.Root, "lessons/l", name)
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at, []byte(src), 0o644); err != nil {
			t.Fatal(err)
		}
		tree.Files["lessons/l/"+name] = []byte(src)
	}
	for _, name := range []string{"Base", "Top", "Alone"} {
		low := strings.ToLower(name)
		p := &workbook.Package{Name: low, Dir: "l/" + low}
		p.Funcs = []*workbook.Func{{Name: name, File: "l/" + low + "/" + low + ".go", Signature: "func " + name + "() int"}}
		e := &workbook.Exercise{Name: name, Title: name, Package: p, Funcs: p.Funcs, Tests: []workbook.Test{{Name: "Test" + name, Func: name, Package: p}}}
		tree.Lesson.Packages = append(tree.Lesson.Packages, p)
		tree.Lesson.Exercises = append(tree.Lesson.Exercises, e)
		tree.Tests["lessons/l/"+low+"/"+low+"_test.go"] = []byte("package " + low + "_test\n\nimport _ \"nodebook/lessons/l/" + low + "\"\n")
	}
	return Job{Tree: tree, Look: source.Examine(tree), Exercises: tree.Lesson.Exercises, Seed: 1}
}

// What does not compile takes along the exercises that need it, and no others;
// a run is not asked again for what is known not to compile.
func TestCollect_notCompiled(t *testing.T) {
	const inBase, inTop = "lessons/l/base/base.go:3:4: undefined: x", "lessons/l/top/top.go:3:4: undefined: y"
	all := []string{"Base", "Top", "Alone"}
	tests := []struct {
		name    string
		changes map[string]string
		asked   []string          // exercises; nil is all
		says    map[string]string // by exercise: what the compiler says where it is built; others pass
		not     []string          // exercises that did not compile
		told    string
		runs    string // the exercises that were asked for, run by run
	}{
		{name: "one package", says: map[string]string{"Alone": "lessons/l/alone/alone.go:1:2: no"}, not: []string{"Alone"},
			told: "lessons/l/alone/alone.go:1:2: no", runs: "Base Top Alone"},
		{name: "an imported one", says: map[string]string{"Base": inBase}, not: []string{"Base", "Top"}, told: inBase, runs: "Base Top Alone"},
		{name: "told twice", says: map[string]string{"Base": inBase, "Top": inBase}, not: []string{"Base", "Top"}, told: inBase, runs: "Base Top Alone"},
		{name: "an importing one", says: map[string]string{"Top": inTop}, not: []string{"Top"}, told: inTop, runs: "Base Top Alone"},
		{name: "two, in the lesson's order", says: map[string]string{"Base": inTop, "Top": inBase}, not: []string{"Base", "Top"}, told: inBase + "\n" + inTop, runs: "Base Top Alone"},
		{name: "one of an earlier lesson", changes: map[string]string{"top/more.go": "package top\n\nimport _ \"nodebook/lessons/l/base/deep\"\n", "base/deep/d.go": "package deep\n"},
			says: map[string]string{"Top": "lessons/l/base/deep/d.go:1:1: no"}, not: []string{"Top"}, told: "lessons/l/base/deep/d.go:1:1: no", runs: "Base Top Alone"},
		{name: "the tests alone", says: map[string]string{"Base": "lessons/l/base/base_test.go:3:4: undefined: base.Other"}, not: []string{"Base"},
			told: "lessons/l/base: the lesson's tests need: undefined: base.Other", runs: "Base Top Alone"},
		{name: "a lost function", changes: map[string]string{"base/base.go": "package base\n", "top/top.go": "package top\n\nfunc Top() int { return 1 }\n"},
			says: map[string]string{"Base": "lessons/l/base/base_test.go:3:4: undefined: base.Base"}, not: []string{"Base"},
			told: "lessons/l/base/base.go: Base is missing; the lesson needs\n    func Base() int", runs: "Base Top Alone"},
		{name: "a lost function of another package", changes: map[string]string{"base/base.go": "package base\n"}, asked: []string{"Top"},
			says: map[string]string{"Top": "lessons/l/top/top_test.go:3:4: undefined: base.Base"}, not: []string{"Top"},
			told: "lessons/l/base/base.go: Base is missing; the lesson needs\n    func Base() int", runs: "Top"},
		{name: "no place", says: map[string]string{"Base": "out of disk"}, not: all, told: "go test said:\nout of disk", runs: "Base Top Alone"},
		{name: "elsewhere", says: map[string]string{"Base": "fixtures/draw/draw.go:1:2: no"}, not: all, told: "fixtures/draw/draw.go:1:2: no", runs: "Base Top Alone"},
		{name: "a package that nothing needs", says: map[string]string{"Base": "lessons/l/main.go:1:2: no"}, not: all, told: "lessons/l/main.go:1:2: no", runs: "Base Top Alone"},
		{name: "a syntax error", changes: map[string]string{"base/base.go": "package base\nfunc {\n"}, not: []string{"Base", "Top"},
			told: "lessons/l/base/base.go:2:6: syntax error: expected 'IDENT', found '{'", runs: "Alone"},
		{name: "a syntax error that does not matter", changes: map[string]string{"base/base.go": "package base\nfunc {\n"}, asked: []string{"Alone"}, runs: "Alone"},
		{name: "nothing is left", changes: map[string]string{"base/base.go": "package base\nfunc {\n"}, asked: []string{"Base", "Top"}, not: []string{"Base", "Top"},
			told: "lessons/l/base/base.go:2:6: syntax error: expected 'IDENT', found '{'"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			j := lesson(t, tt.changes)
			if tt.asked != nil {
				j.Exercises = slices.DeleteFunc(slices.Clone(j.Exercises), func(e *workbook.Exercise) bool { return !slices.Contains(tt.asked, e.Name) })
			}
			var runs []string
			rep, err := Collect(t.Context(), j, "go", j.Tree.Root, func(_ context.Context, left []workbook.Test, _ bool) ([]*Trace, error) {
				trace := NewTrace(j.Tree.Root, left)
				var names []string
				for _, x := range left {
					names = append(names, x.Func)
					if words := tt.says[x.Func]; words != "" {
						trace.BuildFailed(words + "\n")
						continue
					}
					// One that does not compile cannot report; if it does, that is not a pass.
					trace.Begin(x)
					trace.End(x, "pass", "", 0)
					trace.Close(x.Package, "", 0)
				}
				runs = append(runs, strings.Join(names, " "))
				if len(runs) > 3 {
					return nil, fmt.Errorf("asked again and again for %q", names)
				}
				return []*Trace{trace}, nil
			})
			if err != nil {
				t.Fatal(err)
			}
			checkNotCompiled(t, rep, tt.not, tt.told)
			if got := strings.Join(runs, "; "); got != tt.runs {
				t.Errorf("runs of %q, want %q", got, tt.runs)
			}
		})
	}
}

func checkNotCompiled(t *testing.T, rep *report.Lesson, not []string, told string) {
	t.Helper()
	for _, x := range rep.Exercises {
		want := report.Pass
		if slices.Contains(not, x.Name) {
			want = report.NotCompiled
		}
		if x.Verdict != want {
			t.Errorf("%s: %s, want %s", x.Name, x.Verdict, want)
		}
		if x.Verdict == report.NotCompiled && len(x.Tests) > 0 {
			t.Errorf("%s did not compile, and has tests: %v", x.Name, x.Tests)
		}
	}
	var got []string
	for _, p := range rep.Problems {
		got = append(got, p.String())
	}
	if s := strings.Join(got, "\n"); s != told {
		t.Errorf("told\n%s\nwant\n%s", s, told)
	}
	judged := len(rep.Exercises) - len(not)
	if says := len(rep.Notes) == 1 && strings.Contains(rep.Notes[0], fmt.Sprintf("The other exercises, %d of %d,", judged, len(rep.Exercises))); says != (judged > 0 && len(not) > 0) {
		t.Errorf("%d of %d could be judged; the notes are %q", judged, len(rep.Exercises), rep.Notes)
	}
}

// A package that could not be built, for what its compiler did not say.
func TestTrace_notBuilt(t *testing.T) {
	for place, not := range map[string][]string{"lessons/l/base": {"Base", "Top"}, "": {"Base"}, "lessons/l/base.v2": {"Base", "Top"}} {
		j := lesson(t, map[string]string{"base/more.go": "package base\n\nimport _ \"nodebook/lessons/l/base.v2\"\n", "base.v2/b.go": "package base\n"})
		rep, err := Collect(t.Context(), j, "go", j.Tree.Root, func(_ context.Context, left []workbook.Test, _ bool) ([]*Trace, error) {
			trace := NewTrace(j.Tree.Root, left)
			if x := left[0]; x.Func == "Base" {
				trace.NotBuilt(x.Package, report.Problem{Place: place, Message: "too large"})
				return []*Trace{trace}, nil
			}
			for _, x := range left {
				trace.Begin(x)
				trace.End(x, "pass", "", 0)
				trace.Close(x.Package, "", 0)
			}
			return []*Trace{trace}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		checkNotCompiled(t, rep, not, cmp.Or(place, "lessons/l/base")+": too large")
	}
}

// What the go command says of an import that is not allowed has its place, too.
func TestCompileFaults_notAllowed(t *testing.T) {
	const said = "# nodebook/lessons/l/base\npackage nodebook/lessons/l/base\n\tlessons/l/base/base.go:3:8: use of internal package internal/abi not allowed\n"
	j := lesson(t, nil)
	rep, err := Collect(t.Context(), j, "go", t.TempDir(), func(_ context.Context, left []workbook.Test, _ bool) ([]*Trace, error) {
		trace := NewTrace(j.Tree.Root, left)
		if left[0].Func == "Base" {
			trace.BuildFailed(said)
			return []*Trace{trace}, nil
		}
		for _, x := range left {
			trace.Begin(x)
			trace.End(x, "pass", "", 0)
			trace.Close(x.Package, "", 0)
		}
		return []*Trace{trace}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	checkNotCompiled(t, rep, []string{"Base", "Top"}, "lessons/l/base/base.go:3:8: use of internal package internal/abi not allowed")
}

// Whoever is told that an exercise did not compile is told for what package.
func TestNotes_notCompiled(t *testing.T) {
	j := lesson(t, map[string]string{"base/base.go": "package base\nfunc {\n"})
	rep, err := Collect(t.Context(), j, "go", "", func(_ context.Context, left []workbook.Test, _ bool) ([]*Trace, error) {
		trace := NewTrace(j.Tree.Root, left)
		trace.BuildFailed("lessons/l/alone/alone.go:1:1: no\n")
		return []*Trace{trace}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, x := range rep.Exercises {
		got = append(got, x.Note)
	}
	if want := []string{"", "it needs package base, which does not compile", ""}; !slices.Equal(got, want) {
		t.Errorf("the notes are %q, want %q", got, want)
	}
	if len(rep.Notes) > 0 {
		t.Errorf("nothing was judged, and the notes are %q", rep.Notes)
	}
}

// What a busy machine takes for building and before it gives a test a processor
// is not the tests' time; what they take themselves is.
func TestCollect_busy(t *testing.T) {
	for _, tt := range []struct {
		name    string
		excused time.Duration // of four minutes
		want    report.Verdict
	}{{"busy", 4 * time.Minute, report.Pass}, {"slow", 0, report.TimedOut}} {
		synctest.Test(t, func(t *testing.T) {
			j := lesson(t, nil)
			rep, err := Collect(t.Context(), j, "go", "", func(_ context.Context, left []workbook.Test, _ bool) ([]*Trace, error) {
				<-time.After(4 * time.Minute)
				x := left[0]
				trace := NewTrace(j.Tree.Root, left[:1])
				trace.Begin(x)
				trace.End(x, "pass", "", 0)
				trace.Close(x.Package, "", 0)
				trace.Excuse(tt.excused)
				return []*Trace{trace}, nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if got := rep.Exercises[len(rep.Exercises)-1].Verdict; got != tt.want {
				t.Errorf("%s: the last exercise is %s, want %s", tt.name, got, tt.want)
			}
		})
	}
}

// The second place of an error is one in the workbook, wherever what is compiled
// lies.
func TestCompileFaults_otherPlace(t *testing.T) {
	j := lesson(t, nil)
	for overlay, at := range map[string]string{"": "lessons/l/base/base.go", "/tmp/over": "/tmp/over/lessons/l/base/base.go"} {
		said := "# nodebook/lessons/l/base\n" + at + ":3:6: Base redeclared in this block\n\t" + at + ":5:6: other declaration of Base\n"
		got := compileFaults(newBroken(j), overlay, said)
		const want = "Base redeclared in this block\n    lessons/l/base/base.go:5:6: other declaration of Base"
		if len(got) != 1 || got[0].Message != want {
			t.Errorf("overlay %q: %+v, want %q", overlay, got, want)
		}
	}
}

// An exercise that hangs costs itself and no other, and all that hang together no
// more than a few of them one after the other.
func TestCollect_hangs(t *testing.T) {
	for _, hanging := range []int{1, 2, 1000} {
		synctest.Test(t, func(t *testing.T) {
			j := lesson(t, nil)
			hangs := map[string]bool{}
			for _, e := range j.Exercises[:min(hanging, len(j.Exercises))] {
				hangs[key(e.Tests[0])] = true
			}
			start := time.Now()
			rep, err := Collect(t.Context(), j, "go", "", func(_ context.Context, asked []workbook.Test, _ bool) ([]*Trace, error) {
				trace := NewTrace(j.Tree.Root, asked)
				for _, x := range asked {
					trace.Begin(x)
					if hangs[key(x)] {
						<-time.After(time.Minute)
						trace.Close(x.Package, process.Wall, -1)
						return []*Trace{trace}, nil
					}
					trace.End(x, "pass", "", 0)
				}
				trace.Close(asked[0].Package, "", 0)
				return []*Trace{trace}, nil
			})
			if err != nil {
				t.Fatal(err)
			}
			for i, x := range rep.Exercises {
				want := report.Pass
				if i < hanging {
					want = report.TimedOut
				}
				if x.Verdict != want {
					t.Errorf("%d hang: %s: %s, want %s", hanging, x.Name, x.Verdict, want)
				}
			}
			rounds := 1 + (min(hanging, len(j.Exercises))-1+abreast-1)/abreast
			if took := time.Since(start); took > time.Duration(rounds)*time.Minute {
				t.Errorf("%d hang: it took %v", hanging, took)
			}
		})
	}
}

// A run that was cut short says nothing of the test that was under way.
func TestCollect_again(t *testing.T) {
	j := lesson(t, nil)
	runs := 0
	rep, err := Collect(t.Context(), j, "go", "", func(_ context.Context, asked []workbook.Test, alone bool) ([]*Trace, error) {
		trace := NewTrace(j.Tree.Root, asked)
		if !alone {
			runs++
			trace.Begin(asked[0])
			trace.Close(asked[0].Package, process.Wall, -1)
			trace.Again()
			return []*Trace{trace}, nil
		}
		for _, x := range asked {
			trace.Begin(x)
			trace.End(x, "pass", "", 0)
		}
		trace.Close(asked[0].Package, "", 0)
		return []*Trace{trace}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if runs != 1 || rep.Passed != rep.Total {
		t.Errorf("%d runs together, %d of %d pass", runs, rep.Passed, rep.Total)
	}
}

// A machine that fails while each exercise runs by itself fails the job, and the
// checker does not look for what that run would have shown.
func TestCollect_machineAlone(t *testing.T) {
	j, machine := lesson(t, nil), errors.New("no processor was free")
	j.Alone = true
	rep, err := Collect(t.Context(), j, "x", j.Tree.Root, func(context.Context, []workbook.Test, bool) ([]*Trace, error) { return []*Trace{nil}, machine })
	if !errors.Is(err, machine) {
		t.Errorf("got %v, error %v", rep, err)
	}
}

// Of an exercise of which one test ended the program, the others are not asked for:
// that they did not report says nothing about the code, and hides nothing.
func TestCollect_given(t *testing.T) {
	for _, c := range []struct {
		body string
		want report.Verdict
	}{
		{"return 1", report.TimedOut},
		{"return 0", report.NotImplemented},
	} {
		j := lesson(t, map[string]string{"alone/alone.go": "package alone\n\nfunc Alone() int { " + c.body + " }\n"})
		e := j.Exercises[2]
		e.Tests = append(e.Tests, workbook.Test{Name: "TestAlone_more", Func: "Alone", Package: e.Package})
		j.Exercises = []*workbook.Exercise{e}
		rep, err := Collect(t.Context(), j, "go", "", func(_ context.Context, tests []workbook.Test, _ bool) ([]*Trace, error) {
			trace := NewTrace(j.Tree.Root, tests)
			trace.Began()
			trace.Begin(e.Tests[1])
			trace.Close(e.Package, process.Wall, -1)
			return []*Trace{trace}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if x := rep.Exercises[0]; x.Verdict != c.want {
			t.Errorf("%s: %s, %q, want %s", c.body, x.Verdict, x.Message, c.want)
		}
	}
}
