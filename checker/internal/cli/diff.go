package cli

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"nodebook/checker/internal/edit"
	"nodebook/checker/internal/stub"

	"github.com/spf13/cobra"
)

func (a *app) diff() *cobra.Command {
	return &cobra.Command{
		Use:               "diff lesson [exercise]",
		Short:             "Show what you have written: your files against the stubs",
		Example:           "  checker diff lesson1\n  checker diff lesson1 ReadMagic",
		Args:              cobra.RangeArgs(1, 2),
		ValidArgsFunction: a.completeOne,
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
				same = a.showDiff("stub/"+name, stubs[name], "lessons/"+name, edit.Plain(mine)) && same
			}
			if same {
				fmt.Fprintln(a.out, "nothing is changed yet")
			}
			return nil
		},
	}
}
