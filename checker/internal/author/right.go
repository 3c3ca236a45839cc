package author

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"nodebook/checker/internal/report"
	"nodebook/checker/internal/workbook"
)

// fewestRights is how many right solutions an exercise has at least, in another
// style than the reference's.
const fewestRights = 2

// Rights are the right solutions of a lesson: other people's code that must
// pass. They have the form of a [Wrong] whose verdict is pass.
func (r *Repo) Rights(l *workbook.Lesson) ([]*Wrong, error) {
	return r.variants(l, "right", parseRight)
}

// parseRight reads a right solution and its header.
func parseRight(l *workbook.Lesson, p *workbook.Package, file string, src []byte) (*Wrong, error) {
	w := &Wrong{Lesson: l, Package: p, File: file, Verdict: report.Pass, Source: src}
	for name, value := range header(src) {
		switch name {
		case "right":
			w.What = value
		case "passes":
			w.Passes = strings.FieldsFunc(value, func(r rune) bool { return r == ' ' || r == ',' })
		}
	}
	if w.What == "" || len(w.Passes) == 0 {
		return nil, errors.New(`the header needs "// right: ..." and "// passes: Exercise"`)
	}
	own, err := w.declares()
	if err != nil {
		return nil, err
	}
	for _, name := range w.Passes {
		e := l.Exercise(name)
		if e == nil {
			return nil, fmt.Errorf("passes: no exercise %s", name)
		}
		if !slices.ContainsFunc(e.Funcs, func(f *workbook.Func) bool { return slices.Contains(own, f.Name) }) {
			return nil, fmt.Errorf("passes: it has no function of %s", name)
		}
	}
	return w, nil
}

// RightRules reports exercises with too few right solutions, if there are
// more of them in a lesson than [openFile] allows.
func (r *Repo) RightRules() ([]Complaint, error) {
	allowed, err := r.allowed()
	if err != nil {
		return nil, err
	}
	return r.eachLesson(func(l *workbook.Lesson) ([]Complaint, error) {
		all, err := r.Rights(l)
		if err != nil {
			return nil, err
		}
		var out []Complaint
		for _, e := range l.Exercises {
			n := 0
			for _, w := range all {
				if slices.Contains(w.Passes, e.Name) {
					n++
				}
			}
			if n < fewestRights {
				out = append(out, complain("solutions/"+e.Package.Dir+"/testdata/right", "solve it in another style than the reference's",
					"exercise %s has %d right solutions, want %d", e.Name, n, fewestRights))
			}
		}
		if len(out) <= allowed[l.Name][1] {
			out = nil
		}
		return out, nil
	})
}

// JudgeRights judges every right solution whose file contains match, times times,
// each time with another seed. Whatever does not pass is a complaint.
func (r *Repo) JudgeRights(ctx context.Context, match string, times int) (n int, notes []string, out []Complaint, err error) {
	return r.judgeAll(r.Rights, match, func(of []*Wrong) ([]string, []Complaint, error) {
		return r.judgePackage(ctx, of, judging{times: times})
	})
}
