package grade

import (
	"context"
	"fmt"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"nodebook/checker/internal/grade/intake"
	"nodebook/checker/internal/grade/trial"
	checker "nodebook/checker/internal/judge"
	"nodebook/checker/internal/lazyregexp"
	"nodebook/checker/internal/report"
	"nodebook/checker/internal/source"
	"nodebook/checker/internal/stub"
	"nodebook/checker/internal/workbook"
)

// judge grades one submission. An error is the machine's fault, or the checker's: a
// panic is one, because the rest of the class is graded nevertheless.
func judge(ctx context.Context, o *Options, s *intake.Submission) (r *Submission, err error) {
	defer func() {
		if p := recover(); p != nil {
			r, err = nil, fmt.Errorf("the checker panicked: %v", p)
		}
	}()
	r = Named(&Submission{Seed: seedOf(o.Seed, s.Digest())}, s)
	root, err := os.MkdirTemp(Work(o.Out), "sub-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(root)
	for name, src := range o.stubs.complete(s.Files) {
		at := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(at), 0o700); err != nil {
			return nil, err
		}
		if err := os.WriteFile(at, src, 0o600); err != nil {
			return nil, err
		}
	}
	session := o.Engine.Session()
	for _, l := range o.Lessons {
		if why := s.Torn[l.Name]; why != "" {
			r.Lessons = append(r.Lessons, torn(l, why))
			continue
		}
		x, err := judgeLesson(ctx, o, session, root, l, r.Seed, handedIn(s.Files, l))
		if err != nil {
			return nil, err
		}
		r.Lessons = append(r.Lessons, x)
	}
	return r, nil
}

func handedIn(files map[string][]byte, l *workbook.Lesson) bool {
	for name := range files {
		if strings.HasPrefix(name, "lessons/"+l.Name+"/") {
			return true
		}
	}
	return false
}

// stubs are the files that learners were given, and what each declares.
type stubs struct {
	files    map[string][]byte // by path in a workbook
	declares map[string][]string
}

// newStubs reads the stubs of the lessons that are graded and those before.
func newStubs(o *Options) (*stubs, error) {
	s := &stubs{map[string][]byte{}, map[string][]string{}}
	for _, graded := range o.Lessons {
		for _, name := range append(o.Book.Before(graded), graded.Name) {
			l, err := o.Book.Lesson(name)
			if err != nil {
				return nil, err
			}
			files, err := stub.Files(o.Book, l)
			if err != nil {
				return nil, err
			}
			for file, src := range files {
				if strings.Count(file, "/") >= 2 { // the lesson's program is not judged
					s.files["lessons/"+file], s.declares["lessons/"+file] = src, declarations(src)
				}
			}
		}
	}
	return s, nil
}

// complete fills up a submission with the stubs of what it does not have: whole
// lessons, and files of a lesson none of whose declarations is elsewhere.
func (s *stubs) complete(files map[string][]byte) map[string][]byte {
	out := map[string][]byte{}
	declared := map[string]map[string]bool{} // by folder
	for name, src := range files {
		out[name] = src
		dir := path.Dir(name)
		if declared[dir] == nil {
			declared[dir] = map[string]bool{}
		}
		for _, d := range declarations(src) {
			declared[dir][d] = true
		}
	}
	for name, src := range s.files {
		there := out[name] != nil
		for _, d := range s.declares[name] {
			there = there || declared[path.Dir(name)][d]
		}
		if !there {
			out[name] = src
		}
	}
	return out
}

// declarations are the names that a file declares in its package, methods behind
// their type's. Of a file that is not whole Go it is those before the fault.
func declarations(src []byte) []string {
	f, _ := parser.ParseFile(token.NewFileSet(), "", src, parser.SkipObjectResolution)
	if f == nil {
		return nil
	}
	var names []string
	for _, d := range f.Decls {
		names = append(names, workbook.Declared(d)...)
	}
	return slices.DeleteFunc(names, func(n string) bool { return n == "_" || n == "init" })
}

func judgeLesson(ctx context.Context, o *Options, session *trial.Session, root string, l *workbook.Lesson, seed uint64, handed bool) (*Lesson, error) {
	x := &Lesson{Lesson: l.Name, Title: l.Title, HandedIn: handed}
	modes := []source.Mode{source.Mode(o.Solutions)}
	if o.Solutions == Both {
		modes = []source.Mode{source.None, source.Earlier}
	}
	if !handed && modes[0] != source.All {
		for _, e := range l.Exercises {
			x.Exercises = append(x.Exercises, Exercise{Name: e.Name, Title: e.Title, Verdict: report.NotImplemented, Message: "this lesson is not in the submission"})
		}
		return x, nil
	}
	var reps []*report.Lesson
	for _, mode := range modes {
		rep, err := checker.Lesson(ctx, checker.Request{Root: root, Book: o.Book, Lesson: limited(o, l), Solutions: mode, Seed: seed, Engine: session})
		if err != nil {
			return nil, err
		}
		settle(rep, o.Printed)
		reps = append(reps, rep)
	}
	x.merge(o.Solutions, reps)
	return x, nil
}

// torn is the result of a lesson that is in a submission more than once: which of
// them is meant, the learner has to say.
func torn(l *workbook.Lesson, why string) *Lesson {
	x := &Lesson{Lesson: l.Name, Title: l.Title, HandedIn: true, Problems: []report.Problem{{Place: "lessons/" + l.Name, Message: why}}}
	for _, e := range l.Exercises {
		x.Exercises = append(x.Exercises, Exercise{Name: e.Name, Title: e.Title, Verdict: report.NotCompiled, Message: why})
	}
	return x
}

// limited is a lesson with the limits of a graded one, which messages name.
func limited(o *Options, l *workbook.Lesson) *workbook.Lesson {
	m := *l
	m.Limits = o.Limits(l)
	return &m
}

var ended = lazyregexp.New(`it did not end within [0-9.hms]*[hms]`)

var address = lazyregexp.New(`\b0x[0-9a-f]{6,}\b`)

// settle takes out of a report what differs between two runs of the same code:
// times, addresses, where exactly a limit met it, and, unless it was asked for,
// what it printed, which may hold all of these.
func settle(rep *report.Lesson, printed bool) {
	rep.Seconds = 0
	rep.Problems = rep.Problems[:min(len(rep.Problems), mostProblems)]
	for i := range rep.Problems {
		rep.Problems[i].Message = bounded(rep.Problems[i].Message, mostProblem)
	}
	for i := range rep.Exercises {
		e := &rep.Exercises[i]
		e.Message, e.Printed = bounded(e.Message, mostShown), bounded(e.Printed, mostShown)
		if !printed {
			e.Printed = ""
		}
		switch e.Verdict {
		case report.TimedOut:
			// What was tried is known where the clock ended it, not where the processor's did.
			if ended().MatchString(e.Message) {
				e.Message = "it did not end within its time"
			}
			e.Printed = ""
		case report.OutOfMemory, report.TooMuchOutput, report.DataRace, report.Deadlock:
			e.Message, _, _ = strings.Cut(e.Message, "\n       at ")
			if !strings.HasPrefix(e.Message, "tried  ") {
				e.Message, _, _ = strings.Cut(e.Message, "\n")
			}
			e.Message, _, _ = strings.Cut(e.Message, "; the end of what was kept")
			e.Printed = ""
		case report.Panicked:
			e.Message = address().ReplaceAllString(e.Message, "0x...")
		}
	}
}

// How much of what there is to say results hold: a class of them has to fit into
// memory.
const (
	mostShown    = 16 << 10 // bytes of an exercise's message
	mostProblem  = 2 << 10  // bytes of what the compiler says of a place
	mostProblems = 50       // places of a lesson
)

func bounded(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "\n... and more"
}

// merge brings together what was found with the learner's own earlier lessons
// and with the references: an exercise passes if it does either way.
func (x *Lesson) merge(solutions string, reps []*report.Lesson) {
	own, other := reps[0], reps[len(reps)-1]
	x.Problems, x.Notes = own.Problems, own.Notes
	for i, e := range own.Exercises {
		r := Exercise{Name: e.Name, Title: e.Title, Verdict: e.Verdict, Held: held(e), Place: e.Place, Message: e.Message, About: e.Function, Printed: e.Printed, Note: e.Note}
		if solutions == Both {
			o := other.Exercises[i]
			r.Own, r.Earlier = e.Verdict, o.Verdict
			if e.Verdict == report.Pass && o.Verdict != report.Pass && o.Verdict != report.NotCompiled {
				// It may lean on what no doc comment promises, or the earlier lessons may be made for it.
				r.Note = fmt.Sprintf("with the references of the earlier lessons: %s", o.Verdict)
			}
			if e.Verdict != report.Pass && o.Verdict != report.NotCompiled && o.Verdict != e.Verdict {
				r.Verdict, r.Held, r.Place, r.Message, r.About, r.Printed = o.Verdict, held(o), o.Place, o.Message, o.Function, o.Printed
				r.Note = fmt.Sprintf("judged with the references of the earlier lessons; with the submission's own: %s", e.Verdict)
			}
		}
		if r.Verdict == report.Pass {
			r.Inside = e.Inside
		}
		x.Exercises = append(x.Exercises, r)
	}
	if len(other.Problems) == 0 && len(own.Problems) > 0 {
		x.Notes = append(x.Notes, "it compiles with the references of the earlier lessons alone")
	}
}

// held are the tests and functions that pass of an exercise that does not. One that
// is not written has none.
func held(e report.Exercise) (names []string) {
	if e.Verdict == report.Pass || e.Verdict == report.NotImplemented {
		return nil
	}
	for _, f := range e.Functions {
		if f.Verdict == report.Pass {
			names = append(names, f.Name)
		}
	}
	for _, t := range e.Tests {
		if t.Verdict == report.Pass {
			names = append(names, t.Name)
		}
	}
	return names
}
