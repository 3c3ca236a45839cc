package cli

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"slices"
	"strings"

	"nodebook/checker/internal/judge"
	"nodebook/checker/internal/progress"
	"nodebook/checker/internal/report"
	"nodebook/checker/internal/source"
	"nodebook/checker/internal/workbook"

	"github.com/spf13/cobra"
)

// checkFlags are what a check can be told.
type checkFlags struct {
	graded    bool // apply the rules of grading
	solutions string
	seed      uint64
	json      bool
	junit     string
	all       bool
	remember  bool
	engine    string
	said      bool // --solutions was given
}

func (a *app) check() *cobra.Command {
	var f checkFlags
	cmd := &cobra.Command{
		Use:   "checker [lesson] [exercise...]",
		Short: "Check the exercises of the workbook",
		Long: `Check your code for a lesson, or for some of its exercises, with the hidden tests.
Your files are read and never written.

Exit status: 0 everything asked for passes, 1 something does not, 2 wrong usage.`,
		Example: `  checker lesson1                     all of lesson 1
  checker lesson1 ReadMessage         one exercise
  checker lesson2 --solutions=earlier with the reference of lesson 1 instead of your code
  checker list                        what there is and what passes`,
		Args: cobra.ArbitraryArgs,

		SuggestionsMinimumDistance: 2, // letters that a verb may be off

		ValidArgsFunction: a.complete,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return a.runList(nil)
			}
			f.said = cmd.Flags().Changed("solutions")
			err := a.runCheck(cmd.Context(), args, f)
			if f.graded && (err == nil || errors.Is(err, errNotPassed)) {
				err = errors.Join(err, a.asGraded(cmd.Context(), args, f))
			}
			var name *workbook.NameError
			if verbs := cmd.SuggestionsFor(args[0]); errors.As(err, &name) && name.Near == "" && len(verbs) > 0 {
				return misuse(fmt.Sprintf("did you mean %q?", "checker "+verbs[0]), "%w", err)
			}
			return err
		},
	}
	cmd.Flags().StringVar(&f.solutions, "solutions", "none", "what the references replace in your code: none, earlier (lessons) or all")
	cmd.RegisterFlagCompletionFunc("solutions", words("none", "earlier", "all"))
	cmd.Flags().BoolVar(&f.remember, "remember", false, "use these --solutions for this lesson from now on")
	cmd.Flags().Uint64Var(&f.seed, "seed", 0, "the seed that the tests' inputs are drawn from (default: a new one each time)")
	cmd.Flags().BoolVar(&f.json, "json", false, "print the report as JSON (docs/report.md)")
	cmd.Flags().StringVar(&f.junit, "junit", "", "write the report as JUnit XML to this `FILE` as well")
	cmd.Flags().StringVar(&f.engine, "engine", autoEngine, engines("both on a terminal, the compiler decides"))
	cmd.RegisterFlagCompletionFunc("engine", words(autoEngine, goEngine, gotestEngine, yaegiEngine))
	cmd.Flags().BoolVarP(&f.all, "all", "a", false, "show a message for every exercise, not only for the first")
	cmd.Flags().BoolVar(&f.graded, "as-graded", false, "also say what grading would refuse")
	return cmd
}

func (a *app) runCheck(ctx context.Context, args []string, f checkFlags) error {
	book, err := a.book()
	if err != nil {
		return err
	}
	engine, unknown := a.engine(f.engine, isTerminal(a.out) && !f.json && f.junit == "")
	if l, err := book.Outline(args[0]); err == nil && unknown == nil && interprets(engine) {
		a.interpreter.Warm(l) // it starts while the rest is read
	}
	lesson, exercises, err := find(book, args)
	if err = cmp.Or(err, unknown); err != nil {
		return err
	}
	if interprets(engine) {
		a.interpreter.Warm(lesson) // where args name an exercise alone
	}
	root, err := a.here()
	if err != nil {
		return err
	}
	mode, err := a.mode(f, root, lesson)
	if err != nil {
		return err
	}
	if f.seed == 0 {
		f.seed = 1 + rand.Uint64N(99_999)
	}
	done := func() {}
	if engine != yaegiEngine {
		done = a.sayWarming()
	}
	q := judge.Request{Root: root, Book: book, Lesson: lesson, Exercises: exercises, Solutions: mode, Seed: f.seed}
	var first, last *report.Lesson
	err = a.answers(ctx, q, engine, func(rep *report.Lesson) {
		if rep.Interim {
			first = rep
			a.show(root, rep, f)
			return
		}
		last = rep
	})
	if err != nil {
		return noGo(err)
	}
	done()
	a.remember(root, last, mode)
	if report.Same(first, last) {
		fmt.Fprintf(a.out, "\ncompiled: the same, %d of %d\n", last.Passed, last.Total)
		return passed(last)
	}
	if first != nil {
		fmt.Fprintln(a.out)
	}
	if err := a.show(root, last, f); err != nil {
		return err
	}
	if mode != source.All && !f.json {
		a.sayNext(root, book, lesson, exercises == nil)
	}
	return nil
}

// sayNext says what there is to do after a lesson, or one of its exercises, has
// passed.
func (a *app) sayNext(root string, book *workbook.Book, l *workbook.Lesson, whole bool) {
	seen, err := progress.Open(root)
	if err != nil {
		return // a read-only or foreign folder: what was judged has been said
	}
	if next := nextOpen(l, seen); !whole && next != nil {
		fmt.Fprintf(a.out, "\nnext: checker %s %s, %s\n", l.Name, next.Name, next.Title)
		return
	}
	if needs := unfinished(book, l, seen); len(needs) > 0 {
		fmt.Fprintf(a.out, "\nnext: checker %s: the program of %s needs %s too\n", needs[0], l.Name, strings.Join(needs, " and "))
		return
	}
	fmt.Fprintf(a.out, "\nnext: go run ./lessons/%s runs what you have written", l.Name)
	names := book.Names()
	if i := slices.Index(names, l.Name); i+1 < len(names) {
		fmt.Fprintf(a.out, "; then checker page %s", names[i+1])
	}
	fmt.Fprintln(a.out)
}

// unfinished are the lessons whose packages a lesson imports and that have not
// passed yet: its program is dead without them.
func unfinished(book *workbook.Book, l *workbook.Lesson, seen *progress.Book) []string {
	files := slices.Clone(l.Main)
	for _, p := range l.Packages {
		files = append(files, p.Files...)
	}
	var needs []string
	for _, name := range book.Before(l) {
		imports := slices.ContainsFunc(files, func(file string) bool {
			src, _ := fs.ReadFile(book.Solutions, file)
			return bytes.Contains(src, []byte(`"nodebook/solutions/`+name+`/`))
		})
		if earlier, err := book.Lesson(name); imports && err == nil && nextOpen(earlier, seen) != nil {
			needs = append(needs, name)
		}
	}
	return needs
}

// show prints the report in the forms asked for.
func (a *app) show(root string, rep *report.Lesson, f checkFlags) error {
	if f.junit != "" {
		if err := writeJUnit(f.junit, rep); err != nil {
			return err
		}
	}
	if f.json {
		if err := report.JSON(a.out, rep); err != nil {
			return err
		}
	} else {
		s := style(a.out)
		s.All = f.all
		report.Text(a.out, rep.Relocate(fromHere(root)), s)
	}
	return passed(rep)
}

func passed(rep *report.Lesson) error {
	if !rep.Passes() {
		return errNotPassed
	}
	return nil
}

func writeJUnit(file string, rep *report.Lesson) error {
	w, err := os.Create(file)
	if err != nil {
		return misuse("--junit takes the name of a file that can be written", "%w", err)
	}
	if err := report.JUnit(w, rep); err != nil {
		w.Close()
		return err
	}
	return w.Close()
}
