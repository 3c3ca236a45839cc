package cli

import (
	"fmt"
	"regexp"
	"strings"

	"nodebook/checker/internal/report"

	"github.com/spf13/cobra"
)

func (a *app) page() *cobra.Command {
	return &cobra.Command{
		Use:               "page lesson [exercise]",
		Short:             "Show a lesson's page, or the part about an exercise, in the terminal",
		Example:           "  checker page lesson1\n  checker page lesson1 ReadMagic | less -R",
		Args:              cobra.RangeArgs(1, 2),
		ValidArgsFunction: a.complete,
		RunE: func(cmd *cobra.Command, args []string) error {
			w, err := a.open(args)
			if err != nil {
				return err
			}
			text := w.lesson.Page.Text
			if w.named {
				text = section(text, w.exercise.Name)
			}
			fmt.Fprint(a.out, render(report.Clean(text), style(a.out)))
			return nil
		},
	}
}

// section is the part of a page, between two headings, that hands out an
// exercise.
func section(page, exercise string) string {
	at := strings.Index(page, "```go exercise "+exercise+"\n")
	if at < 0 {
		return page
	}
	from := max(strings.LastIndex(page[:at], "\n## ")+1, 0)
	rest := page[at:]
	if to := strings.Index(rest, "\n## "); to >= 0 {
		rest = rest[:to+1]
	}
	return page[from:at] + rest
}

var (
	details  = regexp.MustCompile(`(?s)<details>.*?</details>\n*`)
	links    = regexp.MustCompile(`\[([^\]]+)\]\(([^)]+)\)`)
	strong   = regexp.MustCompile(`\*\*([^*\n]+)\*\*`)
	comments = regexp.MustCompile(`(?s)<!--.*?-->\n*`)
)

// render shows Markdown in a terminal. Hints are left out: they are for
// "checker hint".
func render(page string, s report.Style) string {
	page = comments.ReplaceAllString(details.ReplaceAllString(page, ""), "")
	var out strings.Builder
	fenced := false
	for line := range strings.Lines(page) {
		line = strings.TrimRight(line, "\n")
		switch {
		case strings.HasPrefix(line, "```"):
			fenced = !fenced
			continue
		case fenced:
			line = "    " + line
		case strings.HasPrefix(line, "#"):
			line = s.Bold(strings.TrimSpace(strings.TrimLeft(line, "#")))
		default:
			line = links.ReplaceAllString(line, "$1 ($2)")
			line = strong.ReplaceAllStringFunc(line, func(m string) string { return s.Bold(strings.Trim(m, "*")) })
			line = strings.ReplaceAll(line, "`", "")
		}
		out.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return out.String()
}

// plain is Markdown without its marks.
func plain(text string) string { return strings.TrimSpace(render(text, report.Style{})) }
