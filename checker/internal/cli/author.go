package cli

import (
	"errors"
	"fmt"
	"strings"

	"nodebook/checker/internal/author"

	"github.com/spf13/cobra"
)

func (a *app) author() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "author",
		Short:   "For authors of lessons: generate stubs and pages, check the rules (docs/authors.md)",
		Example: "  checker author stubs\n  checker author check",
	}
	cmd.AddCommand(a.authorStubs(), a.authorPages(), a.authorPictures(), a.authorStyle(), a.authorSpelling(), a.authorWrong(), a.authorRight(), a.authorContracts(), a.authorMutants(), a.authorHandout(), a.authorCheck(), a.authorWhere())
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

// complaints prints what is to be fixed.
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
	cmd.Flags().BoolVar(&check, "check", false, "write nothing; report what is stale")
	return cmd
}

func (a *app) authorPages() *cobra.Command {
	var write bool
	cmd := &cobra.Command{
		Use:     "pages [lesson]",
		Short:   "Compare the blocks of the pages with real declarations and outputs",
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
	cmd.Flags().BoolVar(&write, "write", false, "write the blocks")
	return cmd
}

func (a *app) authorPictures() *cobra.Command {
	var check bool
	cmd := &cobra.Command{
		Use:     "pictures [lesson]",
		Short:   "Draw the pictures of the pages",
		Example: "  checker author pictures\n  checker author pictures lesson4\n  checker author pictures --check",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			repo, err := a.repo(args...)
			if err != nil {
				return err
			}
			if check {
				cs, err := repo.StalePictures()
				if err != nil {
					return err
				}
				return a.complaints(cs)
			}
			names, err := repo.WritePictures()
			for _, n := range names {
				fmt.Fprintln(a.out, n)
			}
			return err
		},
	}
	cmd.Flags().BoolVar(&check, "check", false, "write nothing; report what is stale")
	return cmd
}

func (a *app) authorSpelling() *cobra.Command {
	var add bool
	cmd := &cobra.Command{
		Use:     "spelling",
		Short:   "List words of pages and documents that are not in the list of known words",
		Example: "  checker author spelling\n  checker author spelling --add",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			repo, err := a.repo()
			if err != nil {
				return err
			}
			if add {
				words, err := repo.AddWords()
				for _, w := range words {
					fmt.Fprintln(a.out, w)
				}
				return err
			}
			cs, err := repo.BadSpelling()
			if err != nil {
				return err
			}
			return a.complaints(cs)
		},
	}
	cmd.Flags().BoolVar(&add, "add", false, "add them to the list of known words, after you have read them")
	return cmd
}

func (a *app) authorStyle() *cobra.Command {
	var lower, measure bool
	cmd := &cobra.Command{
		Use:     "style [part of a file name]",
		Short:   "List lines with words that the project does not use",
		Example: "  checker author style\n  checker author style lessons/lesson5\n  checker author style --lower",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			repo, err := a.repo()
			if err != nil {
				return err
			}
			if lower {
				return repo.LowerBaseline()
			}
			if measure {
				table, err := repo.Measures()
				fmt.Fprint(a.out, table)
				return err
			}
			all, err := repo.Style()
			n := 0
			for _, h := range all {
				if len(args) == 0 || strings.Contains(h.File, args[0]) {
					fmt.Fprintln(a.out, h)
					n++
				}
			}
			fmt.Fprintf(a.out, "%d lines\n", n)
			return err
		},
	}
	cmd.Flags().BoolVar(&measure, "measure", false, "show how many words, pictures, cells and tables each page has")
	cmd.Flags().BoolVar(&lower, "lower", false, "lower the baseline to what is there now")
	return cmd
}

func (a *app) authorWrong() *cobra.Command {
	var update bool
	var draw, times int
	cmd := &cobra.Command{
		Use:     "wrong [part of a file name]",
		Short:   "Run the wrong solutions, and compare their messages with the golden files",
		Example: "  checker author wrong\n  checker author wrong lesson1/ --update\n  checker author wrong lesson1/ --seeds=50",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := someSeeds(times); err != nil {
				return err
			}
			repo, err := a.repo()
			if err != nil {
				return err
			}
			repo.Draw = draw
			match := ""
			if len(args) == 1 {
				match = args[0]
			}
			n, notes, cs, err := repo.JudgeWrongs(cmd.Context(), match, times, update)
			if err != nil {
				return err
			}
			if n == 0 {
				return misuse("name a part of solutions/lesson1/framing/testdata/wrong/NAME.txt", "no wrong solution has %q in its name", match)
			}
			for _, note := range notes {
				fmt.Fprintln(a.out, note)
			}
			fmt.Fprintf(a.out, "%d wrong solutions checked%s\n", n, withSeeds(times))
			return a.complaints(cs)
		},
	}
	cmd.Flags().BoolVar(&update, "update", false, "write the golden files")
	cmd.Flags().IntVar(&times, "seeds", 1, "run each with this many seeds; each must refuse it, the first with the golden message")
	cmd.Flags().IntVar(&draw, "draw", 0, "run only this many of each package, chosen at random (default: all)")
	return cmd
}

// someSeeds refuses to judge with no seed at all, which would find nothing wrong.
func someSeeds(n int) error {
	if n < 1 {
		return misuse("say --seeds=20", "--seeds=%d judges nothing", n)
	}
	return nil
}

// withSeeds says with how many seeds solutions were judged, if with more than one.
func withSeeds(n int) string {
	if n < 2 {
		return ""
	}
	return fmt.Sprintf(", with %d seeds", n)
}

func (a *app) authorRight() *cobra.Command {
	var times int
	cmd := &cobra.Command{
		Use:     "right [part of a file name]",
		Short:   "Run the right solutions in other styles, which must pass",
		Example: "  checker author right\n  checker author right lesson4/ --seeds=20",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := someSeeds(times); err != nil {
				return err
			}
			repo, err := a.repo()
			if err != nil {
				return err
			}
			match := ""
			if len(args) == 1 {
				match = args[0]
			}
			n, notes, cs, err := repo.JudgeRights(cmd.Context(), match, times)
			if err != nil {
				return err
			}
			if n == 0 {
				return misuse("name a part of solutions/lesson1/framing/testdata/right/NAME.txt", "no right solution has %q in its name", match)
			}
			for _, note := range notes {
				fmt.Fprintln(a.out, note)
			}
			fmt.Fprintf(a.out, "%d right solutions checked%s\n", n, withSeeds(times))
			return a.complaints(cs)
		},
	}
	cmd.Flags().IntVar(&times, "seeds", 1, "run each with this many seeds")
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
		Short:   "Check all rules: stubs, solutions, tests, pages, wrong solutions",
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
				repo.RightRules,
				repo.Contracts,
				repo.StaleStubs,
				repo.StaleHandout,
				repo.StalePictures,
				repo.BadStyle,
				repo.BadLinks,
				repo.BadSpelling,
				repo.Density,
				func() ([]author.Complaint, error) { return repo.Unsolved(cmd.Context()) },
				func() ([]author.Complaint, error) { return repo.Solved(cmd.Context()) },
				func() ([]author.Complaint, error) { return repo.StalePages(cmd.Context(), false) },
				func() ([]author.Complaint, error) {
					_, _, cs, err := repo.JudgeWrongs(cmd.Context(), "", 1, false)
					return cs, err
				},
				func() ([]author.Complaint, error) {
					_, _, cs, err := repo.JudgeRights(cmd.Context(), "", 1)
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
