package cli

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"nodebook/checker/internal/grade/intake"
	"nodebook/checker/internal/report"
	"nodebook/checker/internal/similar"
	"nodebook/checker/internal/stub"
	"nodebook/checker/internal/workbook"

	"github.com/spf13/cobra"
)

func (a *app) similar() *cobra.Command {
	var lesson string
	var least, places int
	cmd := &cobra.Command{
		Use:   "similar submissions",
		Short: "List pairs of submissions that are alike, with the places side by side",
		Long: `Compare all submissions with each other and list the pairs that share code which
is neither in the stubs nor in much of the class, and any large part of the class
that is nearly the same. Names and comments do not count. This is not a verdict: it says where to look.`,
		Example: "  checker similar class/\n  checker similar class/ --lesson 2 --least 60",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			book, err := a.book()
			if err != nil {
				return err
			}
			prefix := "lessons/"
			if lesson != "" {
				l, err := book.FindLesson(lesson)
				if err != nil {
					return err
				}
				prefix += l.Name + "/"
			}
			subs, unread, err := readClass(args[0], prefix)
			if err != nil {
				return misuse("name the folder that contains the submissions", "%w", err)
			}
			stubs, err := givenCode(book)
			if err != nil {
				return err
			}
			writePairs(a.out, subs, similar.Pairs(subs, stubs, float64(least)/100), places)
			for _, names := range similar.Rings(subs, stubs) {
				fmt.Fprintf(a.out, "%d submissions are nearly the same, so many that it counts as what the class has in common: %s\n", len(names), oneLine(strings.Join(names, ", ")))
			}
			if unread != nil {
				return misuse("all others have been compared", "%w", unread)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&lesson, "lesson", "", "compare only this `LESSON`")
	cmd.Flags().IntVar(&least, "least", 40, "list pairs that share at least this `PERCENT`")
	cmd.Flags().IntVar(&places, "places", 3, "show at most this many places of a pair")
	return cmd
}

// readClass reads the submissions of a folder, as far as they are below one of the
// prefixes; unread names those that cannot be read.
func readClass(dir string, prefixes ...string) (subs []similar.Submission, unread, err error) {
	list, err := intake.List(dir)
	if err != nil {
		return nil, nil, err
	}
	for _, s := range list {
		s.Read()
		if s.Err != nil {
			unread = errors.Join(unread, fmt.Errorf("%s cannot be read: %w", oneLine(s.Name), s.Err))
			continue
		}
		files := map[string][]byte{}
		for name, src := range s.Files {
			if slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(name, p) }) {
				files[name] = src
			}
		}
		subs = append(subs, similar.Submission{Name: s.Name, Files: files})
	}
	return subs, unread, nil
}

// givenCode is what every learner was handed.
func givenCode(book *workbook.Book) (map[string][]byte, error) {
	all := map[string][]byte{}
	for _, name := range book.Names() {
		l, err := book.Lesson(name)
		if err != nil {
			return nil, err
		}
		files, err := stub.Files(book, l)
		if err != nil {
			return nil, err
		}
		for file, src := range files {
			all[file] = src
		}
	}
	return all, nil
}

const (
	sideWidth  = 58 // characters of a line of code
	mostShown  = 30 // lines of a place
	columnRule = " | "
)

func writePairs(w io.Writer, subs []similar.Submission, pairs []similar.Pair, places int) {
	by := map[string]map[string][]byte{}
	for _, s := range subs {
		by[s.Name] = s.Files
	}
	if len(pairs) == 0 {
		fmt.Fprintf(w, "no two of the %d submissions share what others have not\n", len(subs))
	}
	for _, p := range pairs {
		fmt.Fprintf(w, "%s and %s: %.0f%% shared\n", oneLine(p.A), oneLine(p.B), 100*p.Part)
		for i, at := range p.Places {
			if i == places {
				fmt.Fprintf(w, "  and %d more places\n", len(p.Places)-i)
				break
			}
			fmt.Fprintf(w, "\n  %-*s%s%s\n", sideWidth, where(at.A), columnRule, where(at.B))
			sideBySide(w, linesIn(by[p.A], at.A), linesIn(by[p.B], at.B))
		}
		fmt.Fprintln(w)
	}
}

func where(r similar.Range) string { return oneLine(fmt.Sprintf("%s:%d-%d", r.File, r.From, r.To)) }

func linesIn(files map[string][]byte, r similar.Range) []string {
	all := strings.Split(string(files[r.File]), "\n")
	return all[min(r.From-1, len(all)):min(r.To, len(all))]
}

func sideBySide(w io.Writer, a, b []string) {
	for i := range min(mostShown, max(len(a), len(b))) {
		fmt.Fprintf(w, "  %s%s%s\n", side(a, i), columnRule, strings.TrimRight(side(b, i), " "))
	}
}

// side is line i, cut or filled up to the width of a column.
func side(lines []string, i int) string {
	text := ""
	if i < len(lines) {
		text = strings.ReplaceAll(report.Clean(strings.TrimRight(lines[i], "\r")), "\t", "    ")
	}
	r := []rune(text)
	if len(r) > sideWidth {
		return string(r[:sideWidth-1]) + "…"
	}
	return text + strings.Repeat(" ", sideWidth-len(r))
}
