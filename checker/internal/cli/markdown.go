package cli

import (
	"strings"
	"unicode/utf8"

	"nodebook/checker/internal/lazyregexp"
	"nodebook/checker/internal/report"
)

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
	details  = lazyregexp.New(`(?s)<details>.*?</details>\n*`)
	pictures = lazyregexp.New(`!\[([^\]]+)\]\([^)]+\)`)
	links    = lazyregexp.New(`\[([^\]]+)\]\(([^)]+)\)`)
	strong   = lazyregexp.New(`\*\*([^*\n]+)\*\*`)
	comments = lazyregexp.New(`(?s)<!--.*?-->\n*`)
)

// render shows Markdown in a terminal, its paragraphs filled to width columns, or
// with the lines they have where that is 0. Hints are left out: they are for
// "checker hint".
func render(page string, s report.Style, width int) string {
	page = comments().ReplaceAllString(details().ReplaceAllString(page, ""), "")
	var out strings.Builder
	var paragraph []string
	flush := func() {
		out.WriteString(fill(paragraph, width))
		paragraph = nil
	}
	fenced := false
	for line := range strings.Lines(page) {
		line = strings.TrimRight(line, " \n")
		switch {
		case strings.HasPrefix(line, "```"):
			flush()
			fenced = !fenced
		case fenced:
			out.WriteString(strings.TrimRight("    "+line, " ") + "\n")
		case strings.HasPrefix(line, "#"):
			flush()
			out.WriteString(s.Bold(strings.TrimSpace(strings.TrimLeft(line, "#"))) + "\n")
		case line == "" || strings.HasPrefix(line, "|"): // a table keeps its lines
			flush()
			out.WriteString(inline(line, s) + "\n")
		default:
			if item().MatchString(line) {
				flush()
			}
			paragraph = append(paragraph, inline(line, s))
		}
	}
	flush()
	return out.String()
}

var item = lazyregexp.New(`^\s*([-*+>]|\d+[.)]) `)

// inline shows what Markdown marks within a line.
func inline(line string, s report.Style) string {
	line = pictures().ReplaceAllString(line, "[picture: $1]")
	line = links().ReplaceAllString(line, "$1 ($2)")
	line = strong().ReplaceAllStringFunc(line, func(m string) string { return s.Bold(strings.Trim(m, "*")) })
	return strings.ReplaceAll(line, "`", "")
}

// fill breaks a paragraph into lines so that none is wider than width, as far
// as its words allow.
func fill(lines []string, width int) string {
	if len(lines) == 0 {
		return ""
	}
	if width == 0 {
		return strings.Join(lines, "\n") + "\n"
	}
	text := strings.Join(lines, "\n")
	lead := text[:len(text)-len(strings.TrimLeft(text, " "))]
	hang := lead
	if m := item().FindString(text); m != "" {
		hang = strings.Repeat(" ", len(m))
	}
	var out strings.Builder
	at := 0
	for i, word := range strings.Fields(text) {
		n := utf8.RuneCountInString(escapes().ReplaceAllString(word, ""))
		switch {
		case i == 0:
			out.WriteString(lead)
			at = len(lead)
		case at+1+n > width:
			out.WriteString("\n" + hang)
			at = len(hang)
		default:
			out.WriteString(" ")
			at++
		}
		out.WriteString(word)
		at += n
	}
	return out.String() + "\n"
}

var escapes = lazyregexp.New(`\x1b\[[0-9;]*m`)

// plain is Markdown without its marks.
func plain(text string) string {
	return strings.TrimRight(strings.TrimLeft(render(text, report.Style{}, 0), "\n"), " \n")
}
