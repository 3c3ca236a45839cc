package author

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"nodebook/checker/internal/compiler"
	"nodebook/checker/internal/judge"
	"nodebook/checker/internal/lazyregexp"
	"nodebook/checker/internal/report"
	"nodebook/checker/internal/source"
	"nodebook/checker/internal/workbook"
)

// Judge judges a wrong solution over the references, by the exercises that it can
// make a difference to.
func (w *Wrong) Judge(ctx context.Context, r *Repo, engine judge.Engine) (*report.Lesson, error) {
	return w.JudgeSeed(ctx, r, engine, 1)
}

// JudgeSeed is Judge with inputs drawn from another seed.
func (w *Wrong) JudgeSeed(ctx context.Context, r *Repo, engine judge.Engine, seed uint64) (*report.Lesson, error) {
	extra, err := w.Overlay(r.Book.Solutions)
	if err != nil {
		return nil, err
	}
	touched, err := r.Touched(w)
	if err != nil {
		return nil, err
	}
	return judge.Lesson(ctx, judge.Request{
		Root: r.Root, Book: r.Book, Lesson: w.Lesson, Exercises: touched, Solutions: source.All, Seed: seed, Extra: extra, Engine: engine,
	})
}

// Golden is what the golden file of a wrong solution holds.
func (w *Wrong) Golden(rep *report.Lesson) string {
	var b bytes.Buffer
	if x := rep.Exercise(w.Refused); x != nil {
		x.Place = ""
		report.Message(&b, x, report.Style{})
	}
	for _, p := range rep.Problems {
		fmt.Fprintln(&b, p)
	}
	return b.String()
}

// Hold complains if a report does not refuse the wrong solution as its header
// says.
func (w *Wrong) Hold(rep *report.Lesson) []Complaint {
	var out []Complaint
	for _, p := range rep.Problems {
		out = append(out, complain(w.File, "", "%s", p))
	}
	if len(out) > 0 { // what does not compile says nothing more
		return out
	}
	for _, x := range rep.Exercises {
		switch {
		case x.Name == w.Refused:
			if x.Verdict != w.Verdict {
				out = append(out, complain(w.File, "", "%s says %q, want %q:\n%s", x.Name, x.Verdict, w.Verdict, x.Message))
			}
		case x.Verdict != report.Pass && !slices.Contains(w.Also, x.Name):
			out = append(out, complain(w.File, `name it in the header's "also" if it depends on the wrong function`, "%s says %q, want pass:\n%s", x.Name, x.Verdict, x.Message))
		}
	}
	return out
}

// JudgeWrongs judges every wrong solution whose file contains match, times times,
// each time with another seed, and holds the first one's messages against the golden
// files, or writes those. The notes name what was not settled by one of a [batch].
func (r *Repo) JudgeWrongs(ctx context.Context, match string, times int, update bool) (n int, notes []string, out []Complaint, err error) {
	return r.judgeAll(r.Wrongs, match, func(of []*Wrong) ([]string, []Complaint, error) {
		return r.judgePackage(ctx, of, judging{times: times, update: update})
	})
}

// judgeAll judges solutions package by package.
func (r *Repo) judgeAll(list func(*workbook.Lesson) ([]*Wrong, error), match string, judge func([]*Wrong) ([]string, []Complaint, error)) (n int, notes []string, out []Complaint, err error) {
	lessons, err := r.Lessons()
	if err != nil {
		return 0, nil, nil, err
	}
	for _, l := range lessons {
		all, err := list(l)
		if err != nil {
			return 0, nil, nil, err
		}
		for _, p := range l.Packages {
			of := slices.DeleteFunc(slices.Clone(all), func(w *Wrong) bool { return w.Package != p || !strings.Contains(w.File, match) })
			if r.Draw > 0 && len(of) > r.Draw {
				rand.Shuffle(len(of), func(i, j int) { of[i], of[j] = of[j], of[i] })
				of = of[:r.Draw]
			}
			if len(of) == 0 {
				continue
			}
			said, cs, err := judge(of)
			if err != nil {
				return 0, nil, nil, err
			}
			n, notes, out = n+len(of), append(notes, said...), append(out, cs...)
		}
	}
	return n, notes, out, nil
}

// judging says how solutions are judged.
type judging struct {
	times  int    // with seeds from 1
	update bool   // write the golden files
	suffix string // of names in a batch: a message with it is not the learner's
}

// judgePackage judges wrong solutions of one package.
func (r *Repo) judgePackage(ctx context.Context, all []*Wrong, how judging) (notes []string, out []Complaint, err error) {
	var b *batch
	if len(all) >= fewest {
		var note string
		if b, note, err = newBatch(ctx, r, all); err != nil {
			return nil, nil, err
		}
		if note != "" {
			notes = append(notes, note)
		}
		defer b.close()
	}
	found := make([][]Complaint, len(all))
	errs := make([]error, len(all))
	alone := make([]string, len(all))
	var wait sync.WaitGroup
	slots := make(chan struct{}, 2)
	for i, w := range all {
		slots <- struct{}{}
		wait.Go(func() {
			defer func() { <-slots }()
			if b != nil {
				if b.number[w] > 0 {
					if found[i], errs[i] = r.judgeWrong(ctx, w, b.engine(w), judging{how.times, how.update, suffix(b.number[w])}); errs[i] == nil && len(found[i]) == 0 {
						return
					}
				}
				alone[i] = w.File + ": judged in a program of its own"
			}
			found[i], errs[i] = r.judgeWrong(ctx, w, &compiler.Engine{}, how)
		})
	}
	wait.Wait()
	for _, note := range alone {
		if note != "" {
			notes = append(notes, note)
		}
	}
	return notes, slices.Concat(found...), errors.Join(errs...)
}

// abbreviated is the beginning of a hash, in base64, as lesson 5 shows one. RSA-PSS
// draws a new salt for every signature, so no seed repeats what is signed.
var abbreviated = lazyregexp.New(`[A-Za-z0-9+/]{10}\.\.\.`)

// drawn is what a message names of this run: where the order of goroutines has a
// part in what is wrong, another number or another peer comes first each time, and
// what a learner's own code draws, such as a nonce in a dump, no seed repeats.
var drawn = lazyregexp.New(`"(?:[^"\\]|\\.)*"|\b[0-9a-f]{8,}\b|\d[\d.:]*|\b(?:read|write) at\b`)

// Lasting is the part of a message that is the same in each run.
func (w *Wrong) Lasting(message string) string {
	message = abbreviated().ReplaceAllString(message, "...")
	if w.Varies != "" || w.Lesson.Limits.Race { // which goroutine is first is chance
		message = drawn().ReplaceAllString(message, "?")
	}
	return message
}

func (r *Repo) judgeWrong(ctx context.Context, w *Wrong, engine judge.Engine, how judging) ([]Complaint, error) {
	for seed := range uint64(how.times) {
		rep, err := w.JudgeSeed(ctx, r, engine, seed+1)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", w.File, err)
		}
		out := w.Hold(rep)
		if len(out) == 0 && w.Refused != "" && !slices.ContainsFunc(rep.Exercises, func(x report.Exercise) bool { return x.Name == w.Refused }) {
			out = []Complaint{complain(w.File, "", "no test of %s can run it", w.Refused)}
		}
		if len(out) == 0 && seed == 0 && w.Verdict != report.Pass { // a right solution has no message
			out, err = w.compare(r, rep, how)
		}
		if len(out) > 0 || err != nil {
			if how.times > 1 && len(out) > 0 {
				out[0].Message = fmt.Sprintf("with seed %d, %s", seed+1, out[0].Message)
			}
			return out, err
		}
	}
	return nil, nil
}

// compare holds the report's message against the golden file, or writes that.
func (w *Wrong) compare(r *Repo, rep *report.Lesson, how judging) ([]Complaint, error) {
	golden := strings.TrimSuffix(w.File, path.Ext(w.File)) + ".golden"
	at := filepath.Join(r.Root, filepath.FromSlash(golden))
	got := w.Golden(rep)
	if how.suffix != "" && strings.Contains(got, how.suffix) {
		return []Complaint{complain(w.File, "", "its message has a name of the batch")}, nil
	}
	if how.update {
		return nil, os.WriteFile(at, []byte(got), 0o644)
	}
	want, err := os.ReadFile(at)
	if err != nil {
		return []Complaint{complain(golden, "go run ./checker author wrong --update", "is missing")}, nil
	}
	if w.Lasting(string(want)) != w.Lasting(got) {
		return []Complaint{complain(golden, "go run ./checker author wrong --update, and read what it wrote",
			"the message has changed; it is now\n%s", got)}, nil
	}
	return nil, nil
}
