package author

import (
	"context"
	"fmt"
	"os"

	"nodebook/checker/internal/compiler"
	"nodebook/checker/internal/judge"
	"nodebook/checker/internal/report"
	"nodebook/checker/internal/source"
	"nodebook/checker/internal/workbook"
)

const hintsWanted = 3

// Rules reports what an exercise or a page lacks, without running any code.
func (r *Repo) Rules() ([]Complaint, error) {
	lessons, err := r.Lessons()
	if err != nil {
		return nil, err
	}
	var out []Complaint
	for _, l := range lessons {
		out = append(out, lessonRules(l)...)
		ws, err := r.Wrongs(l)
		if err != nil {
			return nil, err
		}
		refused := map[string]bool{}
		for _, w := range ws {
			refused[w.Refused] = true
		}
		for _, e := range l.Exercises {
			if !refused[e.Name] {
				out = append(out, complain("solutions/"+e.Package.Dir+"/testdata/wrong", "write down a mistake that a beginner would make",
					"exercise %s has no wrong solution", e.Name))
			}
		}
	}
	return out, nil
}

func lessonRules(l *workbook.Lesson) []Complaint {
	var out []Complaint
	page := "lessons/" + l.Name + "/README.md"
	if len(l.Exercises) == 0 {
		out = append(out, complain("solutions/"+l.Name, "mark a function's body with // BEGIN SOLUTION and // END SOLUTION", "this lesson has no exercise"))
	}
	if len(l.Main) == 0 {
		out = append(out, complain("solutions/"+l.Name, "write main.go", "this lesson has no binary"))
	}
	shown := map[string]int{}
	for _, b := range l.Page.Exercises {
		shown[b.Name]++
		place := fmt.Sprintf("%s:%d", page, b.Line)
		if l.Exercise(b.Name) == nil {
			out = append(out, complain(place, "", "no exercise %s", b.Name))
		}
		if len(b.Hints) != hintsWanted {
			out = append(out, complain(place, "<details><summary>Hint 1</summary> ... </details>", "exercise %s has %d hints, want %d", b.Name, len(b.Hints), hintsWanted))
		}
		if b.Title == "" {
			out = append(out, complain(place, "", "exercise %s has no heading above it", b.Name))
		}
	}
	owner := map[string]string{}
	for _, e := range l.Exercises {
		if shown[e.Name] != 1 {
			out = append(out, complain(page, "```go exercise "+e.Name, "exercise %s has %d blocks on the page, want 1", e.Name, shown[e.Name]))
		}
		if len(e.Tests) == 0 {
			out = append(out, complain("solutions/"+e.Package.Dir, "write Test"+e.Name, "exercise %s has no test", e.Name))
		}
		for _, f := range e.Funcs {
			if other := owner[f.Name]; other != "" {
				out = append(out, complain("solutions/"+f.File, "", "%s is marked twice in this lesson; a name is given once", f.Name))
			}
			owner[f.Name] = e.Name
		}
		if len(e.Funcs) == 0 || e.Funcs[0].Name != e.Name {
			out = append(out, complain("solutions/"+e.Package.Dir, "", "no marked function is called %s", e.Name))
		}
	}
	return out
}

// Unsolved reports stubs, in a fresh workbook, that do not compile, or
// whose tests do anything but fail: a test that passes on a stub proves nothing,
// and one that panics or hangs hides those after it.
func (r *Repo) Unsolved(ctx context.Context) ([]Complaint, error) {
	dir, err := os.MkdirTemp("", "nodebook-stubs-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if err := r.Scratch(dir); err != nil {
		return nil, err
	}
	return r.eachLesson(func(l *workbook.Lesson) ([]Complaint, error) {
		rep, err := judge.Lesson(ctx, judge.Request{Root: dir, Book: r.Book, Lesson: l, Solutions: source.Earlier, Seed: 1, Engine: &compiler.Engine{}})
		if err != nil {
			return nil, err
		}
		var out []Complaint
		for _, p := range rep.Problems {
			out = append(out, complain(p.Place, "", "the stub does not compile: %s", p.Message))
		}
		for _, x := range rep.Exercises {
			if x.Verdict != report.NotImplemented && x.Verdict != report.NotCompiled {
				out = append(out, complain(l.Name+" "+x.Name, "", "its stub is judged %q, want %q:\n%s", x.Verdict, report.NotImplemented, x.Message))
			}
			for _, t := range x.Tests {
				if t.Verdict != report.Pass && t.Verdict != report.Fail {
					out = append(out, complain(l.Name+" "+x.Name, "", "on stubs, %s is judged %q, want a plain failure", t.Name, t.Verdict))
				}
			}
		}
		return out, nil
	})
}

// Solved reports references that do not pass with the race detector.
func (r *Repo) Solved(ctx context.Context) ([]Complaint, error) {
	return r.eachLesson(func(l *workbook.Lesson) ([]Complaint, error) {
		raced := *l
		raced.Limits.Race = true
		raced.Limits.Timeout *= 4
		rep, err := judge.Lesson(ctx, judge.Request{Root: r.Root, Book: r.Book, Lesson: &raced, Solutions: source.All, Seed: 1, Engine: &compiler.Engine{}})
		if err != nil {
			return nil, err
		}
		var out []Complaint
		for _, p := range rep.Problems {
			out = append(out, complain(p.Place, "", "the reference does not compile: %s", p.Message))
		}
		for _, x := range rep.Exercises {
			if x.Verdict != report.Pass && x.Verdict != report.NotCompiled {
				out = append(out, complain(l.Name+" "+x.Name, "", "the reference is judged %q:\n%s", x.Verdict, x.Message))
			}
		}
		return out, nil
	})
}

func (r *Repo) eachLesson(rule func(*workbook.Lesson) ([]Complaint, error)) ([]Complaint, error) {
	lessons, err := r.Lessons()
	if err != nil {
		return nil, err
	}
	var out []Complaint
	for _, l := range lessons {
		c, err := rule(l)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", l.Name, err)
		}
		out = append(out, c...)
	}
	return out, nil
}
