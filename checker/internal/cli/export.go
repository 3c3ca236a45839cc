package cli

import (
	"io"
	"os"
	"slices"
	"strings"

	"nodebook/checker/internal/exercise"
	"nodebook/checker/internal/export"
	"nodebook/checker/internal/page"
	"nodebook/checker/internal/serve"

	"github.com/spf13/cobra"
)

func (a *app) export() *cobra.Command {
	format, file := "ipynb", ""
	cmd := &cobra.Command{
		Use:     "export <lesson>",
		Short:   "Write a lesson, with your functions, as a notebook, HTML or Markdown",
		Example: "  checker export lesson4 --format ipynb > lesson4.ipynb\n  checker export lesson4 --format html -o lesson4.html",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !slices.Contains(export.Formats, format) {
				return misuse("use "+strings.Join(export.Formats, ", "), "--format: no format %q", format)
			}
			book, err := a.book()
			if err != nil {
				return err
			}
			l, err := book.FindLesson(args[0])
			if err != nil {
				return err
			}
			root, err := a.here()
			if err != nil {
				return err
			}
			p, err := page.New(l)
			if err != nil {
				return err
			}
			var out io.Writer = a.out
			if file != "" {
				f, err := os.Create(file)
				if err != nil {
					return misuse("-o takes the name of a file that can be written", "%w", err)
				}
				defer f.Close()
				out = f
			}
			return export.Write(out, format, export.Document{Lesson: l, Page: p, Code: exercise.Functions(root, book), Style: serve.Style()})
		},
	}
	cmd.Flags().StringVar(&format, "format", format, strings.Join(export.Formats, ", "))
	cmd.Flags().StringVarP(&file, "output", "o", "", "write to this `FILE` instead of standard output")
	return cmd
}
