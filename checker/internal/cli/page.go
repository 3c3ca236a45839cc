package cli

import (
	"fmt"

	"nodebook/checker/internal/report"

	"github.com/spf13/cobra"
)

func (a *app) page() *cobra.Command {
	return &cobra.Command{
		Use:               "page lesson [exercise]",
		Short:             "Show a lesson's page, or the part about an exercise, in the terminal",
		Example:           "  checker page lesson1\n  checker page lesson1 ReadMagic | less -R",
		Args:              cobra.RangeArgs(1, 2),
		ValidArgsFunction: a.completeOne,
		RunE: func(cmd *cobra.Command, args []string) error {
			w, err := a.open(args)
			if err != nil {
				return err
			}
			text := w.lesson.Page.Text
			if w.named {
				text = section(text, w.exercise.Name)
			}
			a.printPage(text)
			return nil
		},
	}
}

// printPage shows Markdown as the terminal can, no wider than it is.
func (a *app) printPage(text string) {
	fmt.Fprint(a.out, render(report.Clean(text), style(a.out), columns(a.out)))
}
