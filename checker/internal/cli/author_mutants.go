package cli

import (
	"fmt"

	"nodebook/checker/internal/author"

	"github.com/spf13/cobra"
)

func (a *app) authorMutants() *cobra.Command {
	return &cobra.Command{
		Use:     "mutants package",
		Short:   "Change one operator or number of a package's references at a time, and list what the hidden tests accept",
		Example: "  checker author mutants lesson7/block",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			repo, err := a.repo()
			if err != nil {
				return err
			}
			lessons, err := repo.Lessons()
			if err != nil {
				return err
			}
			for _, l := range lessons {
				for _, p := range l.Packages {
					if p.Dir != args[0] {
						continue
					}
					all, err := repo.Mutants(p, l)
					if err != nil {
						return err
					}
					if err := repo.TryMutants(cmd.Context(), all); err != nil {
						return err
					}
					a.mutants(p.Dir, all)
					return nil
				}
			}
			return misuse("name a package, such as lesson7/block", "no package %q", args[0])
		},
	}
}

// mutants prints those that a package's own exercises accept, and the counts.
func (a *app) mutants(dir string, all []*author.Mutant) {
	n := map[author.Outcome]int{}
	for _, m := range all {
		n[m.Outcome]++
		if m.Outcome == author.Lived || m.Outcome == author.Later {
			fmt.Fprintf(a.out, "%s %s: %s\n    %s\n", m.File, m.Refused, m.Outcome, m.What)
		}
	}
	fmt.Fprintf(a.out, "%s: %d mutants, %d killed by their own exercise, %d by another one, %d lived, %d do not compile\n",
		dir, len(all), n[author.Killed], n[author.Later], n[author.Lived], n[author.Invalid])
}
