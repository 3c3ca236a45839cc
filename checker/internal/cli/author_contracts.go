package cli

import (
	"fmt"
	"path"
	"strings"

	"nodebook/checker/internal/author"

	"github.com/spf13/cobra"
)

func (a *app) authorContracts() *cobra.Command {
	var all bool
	cmd := &cobra.Command{
		Use:     "contracts [lesson]",
		Short:   "List the sentences of doc comments that no wrong solution breaks",
		Example: "  checker author contracts\n  checker author contracts lesson1 --all",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			repo, err := a.repo(args...)
			if err != nil {
				return err
			}
			lessons, err := repo.Lessons()
			if err != nil {
				return err
			}
			var counts []string
			for _, l := range lessons {
				claims, cs, err := repo.Contract(l)
				if err != nil {
					return err
				}
				if err := a.complaints(cs); err != nil {
					return err
				}
				counts = append(counts, a.claims(l.Name, claims, all))
			}
			fmt.Fprintln(a.out, strings.Join(counts, "\n"))
			return nil
		},
	}
	cmd.Flags().BoolVar(&all, "all", false, "list every sentence, with what breaks it")
	return cmd
}

// claims prints the sentences of a lesson and returns a line of counts.
func (a *app) claims(lesson string, claims []*author.Claim, all bool) string {
	broken, untested := 0, 0
	for _, c := range claims {
		state := "open"
		switch {
		case len(c.Broken) > 0:
			state = strings.TrimSuffix(path.Base(c.Broken[0]), ".txt")
			if n := len(c.Broken) - 1; n > 0 {
				state += fmt.Sprintf(" and %d more", n)
			}
			broken++
		case c.Untested != "":
			state = "untested: " + c.Untested
			untested++
		}
		if all || c.Open() {
			fmt.Fprintf(a.out, "%s %s\n    %s\n", lesson, c, state)
		}
	}
	return fmt.Sprintf("%s: %d sentences, %d broken by a wrong solution, %d that no test can try, %d open",
		lesson, len(claims), broken, untested, len(claims)-broken-untested)
}
