package cli

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"nodebook/checker/internal/edit"
	"nodebook/checker/internal/report"
	"nodebook/checker/internal/stub"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/spf13/cobra"
)

func (a *app) diff() *cobra.Command {
	return &cobra.Command{
		Use:               "diff lesson [exercise]",
		Short:             "Show what you have written: your files against the stubs",
		Example:           "  checker diff lesson1\n  checker diff lesson1 ReadMagic",
		Args:              cobra.RangeArgs(1, 2),
		ValidArgsFunction: a.complete,
		RunE: func(cmd *cobra.Command, args []string) error {
			w, err := a.open(args)
			if err != nil {
				return err
			}
			stubs, err := stub.Files(w.book, w.lesson)
			if err != nil {
				return err
			}
			if w.named {
				return a.diffExercise(w, func(file string) ([]byte, error) { return stubs[file], nil }, "stub")
			}
			same := true
			for _, name := range slices.Sorted(maps.Keys(stubs)) {
				mine, err := os.ReadFile(filepath.Join(w.dir, "lessons", filepath.FromSlash(name)))
				if err != nil {
					fmt.Fprintf(a.out, "lessons/%s is missing\n", name)
					same = false
					continue
				}
				same = a.showDiff("stub/"+name, stubs[name], "lessons/"+name, mine) && same
			}
			if same {
				fmt.Fprintln(a.out, "nothing is changed yet")
			}
			return nil
		},
	}
}

// diffExercise shows the functions of an exercise, the learner's against those
// of another source.
func (a *app) diffExercise(w *work, other func(file string) ([]byte, error), label string) error {
	same := true
	for _, f := range w.exercise.Funcs {
		src, err := other(f.File)
		if err != nil {
			return err
		}
		theirs, err := edit.Text(f.File, src, f.Name)
		if err != nil {
			return err
		}
		file := filepath.Join(w.dir, "lessons", filepath.FromSlash(f.File))
		b, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		mine, err := edit.Text("lessons/"+f.File, b, f.Name)
		if err != nil {
			return err
		}
		old, new := []byte(theirs+"\n"), []byte(mine+"\n")
		oldName, newName := label+"/"+f.File, "lessons/"+f.File
		if label == "reference" {
			old, new, oldName, newName = new, old, newName, oldName
		}
		same = a.showDiff(oldName, old, newName, new) && same
	}
	if same {
		fmt.Fprintf(a.out, "%s is the same as the %s\n", w.exercise.Name, label)
	}
	return nil
}

// showDiff prints a unified diff, and tells whether there was none.
func (a *app) showDiff(oldName string, old []byte, newName string, new []byte) bool {
	text := string(diff.Diff(oldName, old, newName, new))
	s := style(a.out)
	for i, line := range slices.Collect(strings.Lines(text)) {
		if i == 0 && strings.HasPrefix(line, "diff ") {
			continue
		}
		fmt.Fprint(a.out, s.DiffLine(report.Clean(line)))
	}
	return text == ""
}
