package compiler_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"nodebook/checker/internal/author"
	"nodebook/checker/internal/compiler"
	"nodebook/checker/internal/gotest"
	"nodebook/checker/internal/judge"
	"nodebook/checker/internal/report"
	"nodebook/checker/internal/source"
)

// TestParity has go test check what the compiled engine has checked without it: the
// verdicts and the messages are the same. A share of the programs is drawn; all
// programs of some lessons, with
//
//	PARITY=lesson1,lesson2 go test -v -timeout=2h -run=TestParity ./checker/internal/compiler
func TestParity(t *testing.T) {
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	repo, err := author.Open(root)
	if err != nil {
		t.Fatal(err)
	}
	lessons, err := repo.Lessons()
	if err != nil {
		t.Fatal(err)
	}
	chosen := os.Getenv("PARITY")
	programs, exercises := 0, 0
	for _, l := range lessons {
		whole := slices.Contains(strings.Split(chosen, ","), l.Name)
		if chosen != "" && !whole {
			continue
		}
		for _, mode := range []source.Mode{source.All, source.None} {
			if !whole && (l.Name != "lesson1" || mode == source.All) {
				continue
			}
			programs++
			exercises += same(t, l.Name+" with solutions "+string(mode), nil, func(e judge.Engine) (*report.Lesson, error) {
				return judge.Lesson(t.Context(), judge.Request{Root: root, Book: repo.Book, Lesson: l, Solutions: mode, Seed: 1, Engine: e})
			})
		}
		wrongs, err := repo.Wrongs(l)
		if err != nil {
			t.Fatal(err)
		}
		if !whole {
			if l.Limits.Race || testing.Short() && l.Name != "lesson1" { // minutes
				continue
			}
			rand.Shuffle(len(wrongs), func(i, j int) { wrongs[i], wrongs[j] = wrongs[j], wrongs[i] })
			wrongs = wrongs[:min(1, len(wrongs))]
		}
		for _, w := range wrongs {
			programs++
			exercises += same(t, w.File, w, func(e judge.Engine) (*report.Lesson, error) { return w.Judge(t.Context(), repo, e) })
		}
	}
	t.Logf("%d programs, %d exercises", programs, exercises)
}

// same compares the reports of both ways and returns how many exercises they have.
func same(t *testing.T, name string, w *author.Wrong, check func(judge.Engine) (*report.Lesson, error)) int {
	t.Helper()
	got, err := check(&compiler.Engine{Direct: true})
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return 0
	}
	want, err := check(&gotest.Engine{})
	if err != nil {
		t.Fatal(name, err)
	}
	g, x := lines(got, w), lines(want, w)
	if !slices.Equal(g, x) {
		t.Errorf("%s: the ways differ\n--- direct\n%s\n--- go test\n%s", name, only(g, x), only(x, g))
	}
	return len(want.Exercises)
}

// lines are what a report says, without what is another one in each run.
func lines(rep *report.Lesson, w *author.Wrong) []string {
	lasting := func(s string) string { return s }
	if w != nil {
		lasting = w.Lasting
	}
	var all []string
	for _, p := range rep.Problems {
		all = append(all, p.String())
	}
	all = append(all, rep.Notes...)
	for _, x := range rep.Exercises {
		if x.Verdict == report.TimedOut { // where a loop was when its time was up
			x.Message = busy.ReplaceAllString(x.Message, "it was busy")
		}
		all = append(all, fmt.Sprintf("%s: %s\nplace %s\nmessage %s\nprinted %s\nnote %s", x.Name, x.Verdict, x.Place,
			lasting(x.Message), lasting(x.Printed), x.Note))
		for _, test := range x.Tests {
			all = append(all, fmt.Sprintf("%s: %s", test.Name, test.Verdict))
		}
	}
	return all
}

var busy = regexp.MustCompile(`it was busy\n +at \S+`)

// only are the lines of a that b does not have.
func only(a, b []string) string {
	return strings.Join(slices.DeleteFunc(slices.Clone(a), func(s string) bool { return slices.Contains(b, s) }), "\n")
}
