package exercise

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"nodebook/checker/internal/judge"
	"nodebook/checker/internal/progress"
	"nodebook/checker/internal/report"
	"nodebook/checker/internal/source"
	"nodebook/checker/internal/workbook"
)

// Check judges exercises of a lesson (nil is all of them) with the references that
// "checker --solutions --remember" has written down, and records what passes. Without a
// seed, 0, it draws one.
func Check(ctx context.Context, root string, book *workbook.Book, engine judge.Engine, l *workbook.Lesson, only []*workbook.Exercise, seed uint64) (*report.Lesson, error) {
	mode, err := remembered(root, l)
	if err != nil {
		return nil, err
	}
	if seed == 0 {
		seed = 1 + rand.Uint64N(99_999)
	}
	rep, err := judge.Lesson(ctx, judge.Request{
		Root: root, Book: book, Lesson: l, Exercises: only, Solutions: mode, Seed: seed, Engine: engine,
	})
	if err != nil {
		return nil, err
	}
	if mode != source.All {
		if _, err := Note(root, func(b *progress.Book) { b.Take(rep, time.Now()) }); err != nil {
			rep.Notes = append(rep.Notes, "progress was not saved: "+err.Error())
		}
	}
	if mode != source.None {
		rep.Notes = append(rep.Notes, fmt.Sprintf("with --solutions=%s, as remembered; checker %s --solutions=none --remember ends it", mode, l.Name))
	} else if slices.ContainsFunc(rep.Notes, func(n string) bool { return strings.Contains(n, "--solutions=earlier") }) {
		rep.Notes = append(rep.Notes, "With --remember after it, this page judges so as well.")
	}
	clean(rep)
	return rep, nil
}

// remembered is which references take part.
func remembered(root string, l *workbook.Lesson) (source.Mode, error) {
	seen, err := progress.Open(root)
	if err != nil {
		return "", err
	}
	word := seen.Word(progress.Mode, l.Name, progress.EveryExercise)
	if word == "" {
		return source.None, nil
	}
	return source.ParseMode(word)
}

// clean removes terminal controls from what the learner's code may have written.
func clean(rep *report.Lesson) {
	for i := range rep.Exercises {
		e := &rep.Exercises[i]
		e.Message, e.Printed = report.Clean(e.Message), report.Clean(e.Printed)
	}
}

var noting sync.Mutex

// Note records progress; changed reports whether anything is new.
func Note(root string, what func(*progress.Book)) (changed bool, err error) {
	noting.Lock()
	defer noting.Unlock()
	b, err := progress.Open(root)
	if err != nil {
		return false, err
	}
	before := b.String()
	what(b)
	if b.String() == before {
		return false, nil
	}
	return true, b.Save()
}
