package cli

import (
	"errors"
	"fmt"

	"nodebook/checker/internal/author"

	"github.com/spf13/cobra"
)

func (a *app) author() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "author",
		Short:   "For authors of lessons: generate stubs, hold the rules (docs/authors.md)",
		Example: "  checker author stubs\n  checker author check",
	}
	cmd.AddCommand(a.authorStubs(), a.authorPages(), a.authorWrong(), a.authorHandout(), a.authorCheck(), a.authorWhere())
	return cmd
}

// repo is the checkout that an author's verb works on, and of it one lesson if
// that is named.
func (a *app) repo(lesson ...string) (*author.Repo, error) {
	root, err := a.here()
	if err != nil {
		return nil, err
	}
	repo, err := author.Open(root)
	if err != nil || len(lesson) == 0 {
		return repo, err
	}
	return repo, repo.Only(lesson[0])
}

// complaints prints what is to be mended.
func (a *app) complaints(cs []author.Complaint) error {
	for _, c := range cs {
		fmt.Fprintln(a.out, c)
	}
	if len(cs) > 0 {
		return errNotPassed
	}
	return nil
}

func (a *app) authorStubs() *cobra.Command {
	var check bool
	cmd := &cobra.Command{
		Use:     "stubs [lesson]",
		Short:   "Write lessons/ from solutions/",
		Example: "  checker author stubs\n  checker author stubs lesson2\n  checker author stubs --check",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			repo, err := a.repo(args...)
			if err != nil {
				return err
			}
			if check {
				cs, err := repo.StaleStubs()
				if err != nil {
					return err
				}
				return a.complaints(cs)
			}
			names, err := repo.WriteStubs()
			for _, n := range names {
				fmt.Fprintln(a.out, n)
			}
			if errors.Is(err, author.ErrModified) {
				return misuse("commit it, or give it back with git checkout, and try again", "%w", err)
			}
			return err
		},
	}
	cmd.Flags().BoolVar(&check, "check", false, "write nothing; complain of what is stale")
	return cmd
}

func (a *app) authorPages() *cobra.Command {
	var write bool
	cmd := &cobra.Command{
		Use:     "pages [lesson]",
		Short:   "Hold the blocks of the pages against what is real",
		Example: "  checker author pages\n  checker author pages --write",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			repo, err := a.repo(args...)
			if err != nil {
				return err
			}
			cs, err := repo.StalePages(cmd.Context(), write)
			if err != nil {
				return err
			}
			return a.complaints(cs)
		},
	}
	cmd.Flags().BoolVar(&write, "write", false, "write the blocks anew")
	return cmd
}

func (a *app) authorWrong() *cobra.Command {
	var update bool
	var draw int
	cmd := &cobra.Command{
		Use:     "wrong [part of a file name]",
		Short:   "Judge the wrong solutions, and hold their messages against the golden files",
		Example: "  checker author wrong\n  checker author wrong lesson1/ --update",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			repo, err := a.repo()
			if err != nil {
				return err
			}
			repo.Draw = draw
			match := ""
			if len(args) == 1 {
				match = args[0]
			}
			n, notes, cs, err := repo.JudgeWrongs(cmd.Context(), match, update)
			if err != nil {
				return err
			}
			if n == 0 {
				return misuse("name a part of solutions/lesson1/framing/testdata/wrong/NAME.txt", "no wrong solution has %q in its name", match)
			}
			for _, note := range notes {
				fmt.Fprintln(a.out, note)
			}
			fmt.Fprintf(a.out, "%d wrong solutions judged\n", n)
			return a.complaints(cs)
		},
	}
	cmd.Flags().BoolVar(&update, "update", false, "write the golden files anew")
	cmd.Flags().IntVar(&draw, "draw", 0, "judge only so many of each package, drawn at random (default: all)")
	return cmd
}

func (a *app) authorHandout() *cobra.Command {
	return &cobra.Command{
		Use:     "handout",
		Short:   "Write what \"checker init\" needs to make a workbook without a network",
		Example: "  checker author handout",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			repo, err := a.repo()
			if err != nil {
				return err
			}
			return repo.WriteHandout(cmd.Context())
		},
	}
}

func (a *app) authorCheck() *cobra.Command {
	return &cobra.Command{
		Use:     "check [lesson]",
		Short:   "Hold all rules: stubs, solutions, tests, pages, wrong solutions",
		Example: "  checker author check",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			repo, err := a.repo(args...)
			if err != nil {
				return err
			}
			var all []author.Complaint
			for _, rule := range []func() ([]author.Complaint, error){
				repo.Rules,
				repo.StaleStubs,
				repo.StaleHandout,
				func() ([]author.Complaint, error) { return repo.Unsolved(cmd.Context()) },
				func() ([]author.Complaint, error) { return repo.Solved(cmd.Context()) },
				func() ([]author.Complaint, error) { return repo.StalePages(cmd.Context(), false) },
				func() ([]author.Complaint, error) {
					_, _, cs, err := repo.JudgeWrongs(cmd.Context(), "", false)
					return cs, err
				},
			} {
				cs, err := rule()
				if err != nil {
					return err
				}
				all = append(all, cs...)
			}
			if err := a.where(cmd, repo); err != nil {
				return err
			}
			return a.complaints(all)
		},
	}
}

func (a *app) authorWhere() *cobra.Command {
	return &cobra.Command{
		Use:     "where [lesson]",
		Short:   "Say which exercises are judged from another process, and why the others are not",
		Example: "  checker author where\n  checker author where lesson2",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			repo, err := a.repo(args...)
			if err != nil {
				return err
			}
			return a.where(cmd, repo)
		},
	}
}

func (a *app) where(cmd *cobra.Command, repo *author.Repo) error {
	lines, err := repo.Where(cmd.Context())
	for _, line := range lines {
		fmt.Fprintln(a.out, line)
	}
	return err
}
