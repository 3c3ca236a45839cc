package cli

import (
	"fmt"
	"time"

	"nodebook/checker/internal/progress"
	"nodebook/checker/internal/report"
	"nodebook/checker/internal/source"
	"nodebook/checker/internal/workbook"
)

// mode is the mode asked for, or else the one that was to be remembered.
func (a *app) mode(f checkFlags, root string, l *workbook.Lesson) (source.Mode, error) {
	if f.remember && !f.said {
		return "", misuse(fmt.Sprintf("checker %s --solutions=earlier --remember", l.Name), "--remember goes with --solutions")
	}
	seen, err := progress.Open(root)
	if err != nil {
		return "", err
	}
	if word := seen.Word(progress.Mode, l.Name, progress.EveryExercise); !f.said && word != "" {
		f.solutions = word
		if word != string(source.None) {
			fmt.Fprintf(a.errs, "checker: with --solutions=%s, as remembered; --solutions=none --remember ends it\n", report.Clean(word))
		}
	}
	mode, err := source.ParseMode(f.solutions)
	if err != nil {
		return "", misuse(`run "checker --help"`, "--solutions: %w", err)
	}
	if f.remember {
		seen.Set(progress.Mode, l.Name, progress.EveryExercise, string(mode))
		return mode, seen.Save()
	}
	return mode, nil
}

// remember notes what passes, and marks in the report what is skipped. To judge
// goes before: that progress cannot be saved is only said.
func (a *app) remember(root string, rep *report.Lesson, mode source.Mode) {
	if err := note(root, rep, mode); err != nil {
		fmt.Fprintf(a.errs, "checker: progress was not saved: %v\n", err)
	}
}

func note(root string, rep *report.Lesson, mode source.Mode) error {
	b, err := progress.Open(root)
	if err != nil {
		return err
	}
	for i := range rep.Exercises {
		e := &rep.Exercises[i]
		e.Skipped = b.Has(progress.Skipped, rep.Lesson, e.Name)
	}
	if mode != source.All {
		b.Take(rep, time.Now())
	}
	if !b.Changed() {
		return nil
	}
	return b.Save()
}
