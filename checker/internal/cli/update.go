package cli

import (
	"fmt"
	"path"

	"nodebook/checker/internal/handout"

	"github.com/spf13/cobra"
)

func (a *app) update() *cobra.Command {
	return &cobra.Command{
		Use:   "update",
		Short: "Bring newer pages, stubs and fixtures; what you have changed stays as it is",
		Long: `Bring the pages, stubs and fixtures of this checker into a workbook that "checker
init" made. A file that you have changed is kept as it is, and its newer version is put below
.nodebook/new.`,
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
			changes, err := handout.Update(root, old, files)
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
