// Package report holds what a judgement says, and how it is shown.
//
// There is one result type, [Lesson], whatever engine judged and whoever asked.
// It is rendered as text for a person ([Text]), as JSON for a program ([JSON])
// and as JUnit for a CI system ([JUnit]).
package report

import (
	"slices"
	"strings"
	"time"

	"nodebook/checker/internal/lazyregexp"
)

// Schema is the version of the JSON form. A field may be added without a new
// version; a field that changes its meaning or goes away makes one.
const Schema = "nodebook/report/1"

// Verdict is what became of an exercise or a test.
type Verdict string

// The verdicts. Only Pass is a pass. Internal is our fault, never the learner's;
// NotJudged is neither: the interpreter does not answer, the compiler would.
const (
	Pass           Verdict = "pass"
	Fail           Verdict = "fail"
	NotImplemented Verdict = "not implemented"
	NotCompiled    Verdict = "did not compile"
	Panicked       Verdict = "panicked"
	Deadlock       Verdict = "deadlock"
	TimedOut       Verdict = "timed out"
	OutOfMemory    Verdict = "out of memory"
	TooMuchOutput  Verdict = "too much output"
	DataRace       Verdict = "data race"
	Internal       Verdict = "internal error"
	NotJudged      Verdict = "not judged"
)

// Verdicts is every verdict.
var Verdicts = []Verdict{Pass, Fail, NotImplemented, NotCompiled, Panicked, Deadlock, TimedOut, OutOfMemory, TooMuchOutput, DataRace, Internal, NotJudged}

// Lesson is the judgement of a lesson, or of some of its exercises.
type Lesson struct {
	Schema    string     `json:"schema"`
	Lesson    string     `json:"lesson"`
	Title     string     `json:"title"`
	Engine    string     `json:"engine"`    // go or yaegi
	Solutions string     `json:"solutions"` // none, earlier, all: where references stood in for the learner's code
	Seed      uint64     `json:"seed"`      // of the drawn inputs
	Seconds   float64    `json:"seconds"`   // wall time
	Passed    int        `json:"passed"`
	Total     int        `json:"total"`
	Exercises []Exercise `json:"exercises"`
	Problems  []Problem  `json:"problems,omitempty"` // what kept packages from compiling, and with them the exercises that did not
	Notes     []string   `json:"notes,omitempty"`
	Interim   bool       `json:"interim,omitempty"` // another engine, which decides, is still at work
}

// Exercise is the judgement of one exercise.
type Exercise struct {
	Name    string  `json:"name"`
	Title   string  `json:"title"`
	Verdict Verdict `json:"verdict"`
	Place   string  `json:"place,omitempty"` // lessons/lesson1/framing/magic.go:31, the learner's function
	Message string  `json:"message,omitempty"`
	Printed string  `json:"printed,omitempty"` // what the learner's code printed in the failing test
	Note    string  `json:"note,omitempty"`    // such as: it calls ReadMagic, which does not pass yet
	Inside  string  `json:"inside,omitempty"`  // why it was judged in one process with the tests, by an engine that judges others from outside
	Skipped bool    `json:"skipped,omitempty"` // the learner leaves it aside: others come first
	Tests   []Test  `json:"tests"`

	Function  string     `json:"function,omitempty"`  // which of several the message is about, if not the one that the exercise is named after
	Functions []Function `json:"functions,omitempty"` // of an exercise with several, each on its own
}

// Function is the judgement of one function of an exercise that has several.
type Function struct {
	Name    string  `json:"name"`
	Verdict Verdict `json:"verdict"`
	Place   string  `json:"place,omitempty"`
	Note    string  `json:"note,omitempty"` // such as: its tests wait for BigEndian
}

// Held is how many of the exercise's tests passed: behaviours that were shown to
// hold.
func (e *Exercise) Held() int {
	n := 0
	for _, t := range e.Tests {
		if t.Verdict == Pass {
			n++
		}
	}
	return n
}

// Test is the judgement of one hidden test.
type Test struct {
	Name    string  `json:"name"`
	Verdict Verdict `json:"verdict"`
	Seconds float64 `json:"seconds"`
}

// Problem is one error of the compiler, or of a look at the source before it.
type Problem struct {
	Place   string `json:"place,omitempty"` // file:line:col at the learner's path
	Message string `json:"message"`
}

// Count fills in how many exercises there are and how many pass.
func (l *Lesson) Count() {
	l.Schema, l.Total, l.Passed = Schema, len(l.Exercises), 0
	for _, e := range l.Exercises {
		if e.Verdict == Pass {
			l.Passed++
		}
	}
}

// Passes reports whether everything that was asked for passes.
func (l *Lesson) Passes() bool { return l.Total > 0 && l.Passed == l.Total }

// First is the first exercise that does not pass, or nil. One that is skipped
// comes last.
func (l *Lesson) First() *Exercise { return l.first(func(*Exercise) bool { return true }) }

func (l *Lesson) first(such func(*Exercise) bool) *Exercise {
	var skipped *Exercise
	for i := range l.Exercises {
		switch e := &l.Exercises[i]; {
		case e.Verdict == Pass || !such(e):
		case !e.Skipped:
			return e
		case skipped == nil:
			skipped = e
		}
	}
	return skipped
}

// Same reports whether two reports say the same of every exercise.
func Same(a, b *Lesson) bool {
	if a == nil || b == nil || len(a.Exercises) != len(b.Exercises) || len(a.Problems) != len(b.Problems) {
		return false
	}
	for i, x := range a.Exercises {
		y := b.Exercises[i]
		if x.Name != y.Name || x.Verdict != y.Verdict || x.Message != y.Message || x.Printed != y.Printed || x.Note != y.Note {
			return false
		}
	}
	return slices.EqualFunc(a.Problems, b.Problems, sameLine) && slices.Equal(a.Notes, b.Notes)
}

// sameLine reports whether two problems are the same in the same line: of an
// expression such as b[2:4], the compiler names the bracket and the type checker
// that the interpreter uses the beginning.
func sameLine(a, b Problem) bool {
	return a.Message == b.Message && column().ReplaceAllString(a.Place, "$1") == column().ReplaceAllString(b.Place, "$1")
}

var column = lazyregexp.New(`^(.*:\d+):\d+$`)

// Exercise is the judgement of the exercise of that name, or nil.
func (l *Lesson) Exercise(name string) *Exercise {
	for i := range l.Exercises {
		if l.Exercises[i].Name == name {
			return &l.Exercises[i]
		}
	}
	return nil
}

// Took sets the wall time.
func (l *Lesson) Took(d time.Duration) { l.Seconds = d.Round(time.Millisecond).Seconds() }

// Relocate returns l with every place, which is relative to the workbook's root,
// rewritten: also those that a message ends with, "at lessons/...".
func (l *Lesson) Relocate(to func(string) string) *Lesson {
	moved := *l
	moved.Problems, moved.Exercises = slices.Clone(l.Problems), slices.Clone(l.Exercises)
	for i := range moved.Problems {
		p := &moved.Problems[i]
		p.Place = to(p.Place)
	}
	for i := range moved.Exercises {
		x := &moved.Exercises[i]
		x.Place = to(x.Place)
		x.Functions = slices.Clone(x.Functions)
		for j := range x.Functions {
			x.Functions[j].Place = to(x.Functions[j].Place)
		}
		x.Message = saidPlace().ReplaceAllStringFunc(x.Message, func(s string) string {
			return "at " + to(strings.TrimPrefix(s, "at "))
		})
	}
	return &moved
}

var saidPlace = lazyregexp.New(`\bat lessons/\S+\.go\b(:\d+)?`)
