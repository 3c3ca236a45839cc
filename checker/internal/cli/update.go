package cli

import (
	"fmt"
	"path"
	"slices"

	"nodebook/checker/internal/handout"
	"nodebook/checker/internal/interpreter/symbols"
	"nodebook/checker/internal/progress"
	"nodebook/checker/internal/relocate"
	"nodebook/checker/internal/workbook"

	"github.com/spf13/cobra"
)

func (a *app) update() *cobra.Command {
	return &cobra.Command{
		Use:   "update",
		Short: "Bring newer pages, stubs and fixtures; what you have changed stays",
		Long: `Bring the pages, stubs and fixtures of this checker into a workbook that "checker
init" made. A file that you have changed stays as you left it, and its newer version
is put below .nodebook/new. If a lesson has changed its folders, what you wrote moves
with it, and a copy of the old state is kept below .nodebook.`,
		Example: "  checker update",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			root, err := a.here()
			if err != nil {
				return err
			}
			old, err := handout.ReadManifest(root)
			if err != nil {
				return err
			}
			if old == nil {
				return misuse("in a clone of the project, git pull does it", "this workbook was not made by checker init")
			}
			files, err := a.workbookFiles()
			if err != nil {
				return err
			}
			plan, kept, next, err := handout.Relocate(root, old, files, symbols.Importer())
			if err != nil {
				return err
			}
			a.tellMoved(plan)
			if handout.Splits(old, files) {
				if err := a.moveProgress(root); err != nil {
					return err
				}
			}
			changes, err := handout.Update(root, next, files)
			changes = append(kept, changes...)
			for _, c := range changes {
				note := ""
				if c.What == handout.Kept {
					note = "   you have changed it; the newer one is " + path.Join(handout.New, c.Name)
				}
				fmt.Fprintf(a.out, "%-8s %s%s\n", c.What, c.Name, note)
			}
			if err == nil && len(changes) == 0 {
				fmt.Fprintln(a.out, "everything is up to date")
			}
			return err
		},
	}
}

// tellMoved says where the learner's code is now.
func (a *app) tellMoved(plan relocate.Plan) {
	if len(plan.Files) == 0 {
		return
	}
	fmt.Fprintln(a.out, "lesson 5 is two lessons now: toycoin is lesson 5, and the network without a relay is lesson 6")
	for _, m := range plan.Moved {
		fmt.Fprintf(a.out, "moved    %s   from %s to %s\n", m.Name, m.From, m.To)
	}
	for _, x := range plan.Aside {
		fmt.Fprintf(a.out, "aside    %s   from %s: %s; it is in %s/%s\n", x.Name, x.From, x.Why, x.Dir, relocate.NotPlaced)
	}
	fmt.Fprintf(a.out, "your files as they were are below %s\n", relocate.Before)
}

// moveProgress moves what is known of exercises that are in another lesson now.
func (a *app) moveProgress(root string) error {
	book, err := a.book()
	if err != nil {
		return err
	}
	facts, err := progress.Open(root)
	if err != nil {
		return err
	}
	has := func(lesson, exercise string) bool {
		l, err := book.Lesson(lesson)
		return err == nil && slices.ContainsFunc(l.Exercises, func(e *workbook.Exercise) bool { return e.Name == exercise })
	}
	facts.Move(func(lesson, exercise string) (string, string) {
		if lesson != "lesson5" {
			return lesson, exercise
		}
		return relocate.Exercise(exercise, has)
	})
	if mode := facts.Word(progress.Mode, "lesson5", progress.EveryExercise); mode != "" {
		facts.Set(progress.Mode, "lesson6", progress.EveryExercise, mode)
	}
	return facts.Save()
}
