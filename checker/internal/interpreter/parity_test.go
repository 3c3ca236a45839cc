package interpreter_test

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

	"nodebook/checker/internal/author"
	"nodebook/checker/internal/interpreter"
	"nodebook/checker/internal/judge"
	"nodebook/checker/internal/report"
	"nodebook/checker/internal/source"
	"nodebook/checker/internal/workbook"
	"nodebook/checker/needs"
)

// The interpreter's verdicts are held against the compiler's: over the
// references, which pass, over the stubs, and over all wrong solutions, whose
// headers and golden messages are what the compiler said. What it does not judge
// is no disagreement; it is counted. The counts by cause, which docs/engines.md
// shows, are printed by
//
//	go test -v -run=TestParity ./checker/internal/interpreter
//
// That draws some of the wrong solutions, and judges of most only the exercise
// that refuses it. With PARITY in the environment all files are taken whose path
// contains it, and all exercises are judged:
//
//	PARITY=lesson go test -v -timeout=2h -run=TestParity ./checker/internal/interpreter
func TestParity(t *testing.T) {
	needs.Lot(t, 4)
	repo, err := author.Open(filepath.Join("..", "..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	workbook := t.TempDir()
	if err := repo.Scratch(workbook); err != nil {
		t.Fatal(err)
	}
	repo.Root = workbook
	lessons, err := repo.Lessons()
	if err != nil {
		t.Fatal(err)
	}
	p := &parity{T: t, repo: repo, slots: make(chan struct{}, 2)}
	for _, l := range some(t, lessons, 1, 3) {
		p.stubs(l)
		p.reference(l)
	}
	for _, l := range some(t, lessons, 2, len(lessons)) {
		wrongs, err := repo.Wrongs(l)
		if err != nil {
			t.Fatal(err)
		}
		for i, w := range some(t, wrongs, 3, 8) {
			p.wrong(w, i == 0)
		}
		rights, err := repo.Rights(l)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range some(t, rights, 1, 1) {
			p.right(w)
		}
	}
	p.wait.Wait()
	p.table()
}

// some is what PARITY asks for, or a draw.
func some[T any](t *testing.T, list []T, few, usual int) []T {
	if os.Getenv("PARITY") != "" {
		return list
	}
	return needs.Some(t, list, few, usual)
}

// reserve is the part of the time that go test allows in which no program is
// begun: a slow machine compares fewer of them, and says so.
const reserve = 4 * time.Minute

// parity counts what the two engines say.
type parity struct {
	*testing.T
	repo  *author.Repo
	slots chan struct{}
	left  int // programs for which there was no time
	wait  sync.WaitGroup
	mu    sync.Mutex
	rows  map[string]*row
}

// row is a line of the table: what the interpreter said of one lesson.
type row struct {
	programs, verdicts, unjudged int
	words                        []string // files whose message has other words
	causes                       map[string]int
}

// judged runs a program beside others, and gives what the interpreter says of it.
func (p *parity) judged(name string, l *workbook.Lesson, run func() (*report.Lesson, error), look func(*report.Lesson, *row)) {
	if !strings.Contains(name, os.Getenv("PARITY")) {
		return
	}
	p.slots <- struct{}{}
	if end, limited := p.Deadline(); limited && time.Until(end) < reserve {
		<-p.slots
		p.left++
		return
	}
	p.wait.Go(func() {
		defer func() { <-p.slots }()
		rep, err := run()
		p.mu.Lock()
		defer p.mu.Unlock()
		if err != nil {
			p.Errorf("%s: %v", name, err)
			return
		}
		r := p.row(l)
		r.programs++
		for _, x := range rep.Exercises {
			if x.Verdict == report.NotJudged {
				r.unjudged++
				r.causes[cause(x.Message)]++
			} else {
				r.verdicts++
			}
		}
		look(rep, r)
	})
}

func (p *parity) row(l *workbook.Lesson) *row {
	if p.rows == nil {
		p.rows = map[string]*row{}
	}
	if p.rows[l.Name] == nil {
		p.rows[l.Name] = &row{causes: map[string]int{}}
	}
	return p.rows[l.Name]
}

// lesson judges a lesson as it is in the workbook.
func (p *parity) lesson(l *workbook.Lesson, mode source.Mode) (*report.Lesson, error) {
	return judge.Lesson(p.Context(), judge.Request{
		Root: p.repo.Root, Book: p.repo.Book, Lesson: l, Solutions: mode, Seed: 1, Engine: &interpreter.Engine{},
	})
}

func (p *parity) stubs(l *workbook.Lesson) {
	p.judged(l.Name+" stubs", l, func() (*report.Lesson, error) { return p.lesson(l, source.None) }, func(rep *report.Lesson, _ *row) {
		for _, x := range rep.Exercises {
			if x.Verdict != report.NotImplemented && x.Verdict != report.NotJudged {
				p.Errorf("%s, a stub, says %s, want not implemented\n%s", x.Name, x.Verdict, x.Message)
			}
		}
	})
}

func (p *parity) reference(l *workbook.Lesson) {
	p.judged(l.Name+" reference", l, func() (*report.Lesson, error) { return p.lesson(l, source.All) }, func(rep *report.Lesson, _ *row) {
		for _, x := range rep.Exercises {
			if x.Verdict != report.Pass && x.Verdict != report.NotJudged {
				p.Errorf("the reference of %s says %s, want pass\n%s", x.Name, x.Verdict, x.Message)
			}
		}
	})
}

func (p *parity) wrong(w *author.Wrong, all bool) {
	run := func() (*report.Lesson, error) {
		extra, err := w.Overlay(p.repo.Book.Solutions)
		if err != nil {
			return nil, err
		}
		q := judge.Request{Root: p.repo.Root, Book: p.repo.Book, Lesson: w.Lesson, Solutions: source.All, Seed: 1, Extra: extra, Engine: &interpreter.Engine{}}
		if !all && os.Getenv("PARITY") == "" {
			q.Exercises = []*workbook.Exercise{w.Lesson.Exercise(w.Refused)}
		}
		return judge.Lesson(p.Context(), q)
	}
	p.judged(w.File, w.Lesson, run, func(rep *report.Lesson, r *row) {
		kept := rep.Exercises[:0:0]
		for _, x := range rep.Exercises {
			if x.Verdict != report.NotJudged {
				kept = append(kept, x)
			}
		}
		rep.Exercises = kept
		if x := rep.Exercise(w.Refused); x != nil && x.Verdict != w.Verdict && x.Verdict != report.Pass {
			// Refused it is. A data race only the compiler can tell; other verdicts are
			// other words.
			if w.Verdict != report.DataRace {
				r.words = append(r.words, w.File)
				p.Logf("%s: %s says %q, when compiled %q:\n%s", w.File, x.Name, x.Verdict, w.Verdict, x.Message)
			}
			x.Verdict = w.Verdict
		}
		for _, c := range w.Hold(rep) {
			p.Errorf("%s", c)
		}
		if x := rep.Exercise(w.Refused); x == nil || x.Verdict != w.Verdict || slices.Contains(r.words, w.File) {
			return
		}
		golden := strings.TrimSuffix(w.File, ".txt") + ".golden"
		want, err := os.ReadFile(filepath.Join("..", "..", "..", filepath.FromSlash(golden)))
		if err != nil {
			p.Error(err)
		} else if got := w.Golden(rep); w.Lasting(got) != w.Lasting(string(want)) {
			r.words = append(r.words, w.File)
			p.Logf("%s: the message is\n%s\nwhen compiled it is\n%s", w.File, got, want)
		}
	})
}

// right judges the exercises that a right solution solves.
func (p *parity) right(w *author.Wrong) {
	run := func() (*report.Lesson, error) {
		extra, err := w.Overlay(p.repo.Book.Solutions)
		if err != nil {
			return nil, err
		}
		q := judge.Request{Root: p.repo.Root, Book: p.repo.Book, Lesson: w.Lesson, Solutions: source.All, Seed: 1, Extra: extra, Engine: &interpreter.Engine{}}
		for _, name := range w.Passes {
			q.Exercises = append(q.Exercises, w.Lesson.Exercise(name))
		}
		return judge.Lesson(p.Context(), q)
	}
	p.judged(w.File, w.Lesson, run, func(rep *report.Lesson, _ *row) {
		for _, x := range rep.Exercises {
			if x.Verdict != report.Pass && x.Verdict != report.NotJudged {
				p.Errorf("%s: %s says %s, want pass\n%s", w.File, x.Name, x.Verdict, x.Message)
			}
		}
	})
}

var (
	ofPlace = regexp.MustCompile(` \([^()]*\.go:\d+\)`)
	ofName  = regexp.MustCompile(`: .*`)
)

// cause is why an exercise was not judged, without its place.
func cause(message string) string {
	first, _, _ := strings.Cut(message, "\n")
	return ofName.ReplaceAllString(ofPlace.ReplaceAllString(first, ""), "")
}

// table prints the counts as Markdown.
func (p *parity) table() {
	var b strings.Builder
	b.WriteString("\n| lesson | programs | exercises judged | left to the compiler | messages in other words |\n| --- | ---: | ---: | ---: | ---: |\n")
	causes := map[string]int{}
	for _, name := range p.repo.Book.Names() {
		r := p.rows[name]
		if r == nil {
			continue
		}
		fmt.Fprintf(&b, "| %s | %d | %d | %d | %d |\n", name, r.programs, r.verdicts, r.unjudged, len(r.words))
		for c, n := range r.causes {
			causes[c] += n
		}
	}
	b.WriteString("\n| why it is left to the compiler | exercises |\n| --- | ---: |\n")
	var why []string
	for c := range causes {
		why = append(why, c)
	}
	slices.SortFunc(why, func(x, y string) int {
		if causes[x] != causes[y] {
			return causes[y] - causes[x]
		}
		return strings.Compare(x, y)
	})
	for _, c := range why {
		fmt.Fprintf(&b, "| %s | %d |\n", c, causes[c])
	}
	p.Log(b.String())
	if p.left > 0 {
		p.Logf("there was no time for %d programs more", p.left)
	}
}
