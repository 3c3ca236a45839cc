package workbook

import (
	"strings"

	"nodebook/checker/internal/lazyregexp"
)

// Page is a lesson's README.md.
type Page struct {
	Text      string
	Title     string
	Exercises []ExerciseBlock
	Blocks    []Block
}

// ExerciseBlock is where the page hands out an exercise.
type ExerciseBlock struct {
	Name  string
	Title string // of the heading above it
	Hints []string
	Line  int
}

// Block is a fenced block of the page. "```go exercise ReadMagic" has Lang "go",
// Kind "exercise" and Args ["ReadMagic"].
type Block struct {
	Lang  string
	Kind  string
	Args  []string
	Text  string // the lines between the fences
	Line  int    // of the opening fence, from 1
	Start int    // byte offset of Text in the page
}

var (
	titlePrefix = lazyregexp.New(`^Lesson \d+: `)
	numbered    = lazyregexp.New(`^\d+\.\s+`)
	hintOpen    = lazyregexp.New(`(?i)<summary>\s*hint\b.*</summary>`)
)

// ParsePage reads a page. It never fails: what a page lacks is for the author's
// check to say.
func ParsePage(text string) *Page {
	p := &Page{Text: text}
	heading := ""
	var block *Block
	var hint *strings.Builder
	off := 0
	for i, raw := range strings.SplitAfter(text, "\n") {
		line := strings.TrimRight(raw, "\r\n")
		switch {
		case block != nil:
			if strings.TrimSpace(line) == "```" {
				p.Blocks = append(p.Blocks, *block)
				block = nil
			} else {
				block.Text += raw
			}
			if hint != nil {
				hint.WriteString(raw)
			}
		case strings.HasPrefix(line, "```"):
			block = openBlock(line, i+1, off+len(raw))
			if block.Kind == "exercise" && len(block.Args) > 0 {
				p.Exercises = append(p.Exercises, ExerciseBlock{Name: block.Args[0], Title: heading, Line: i + 1})
			}
			if hint != nil {
				hint.WriteString(raw)
			}
		case strings.HasPrefix(line, "# ") && p.Title == "":
			p.Title = titlePrefix().ReplaceAllString(line[2:], "")
		case strings.HasPrefix(line, "## ") || strings.HasPrefix(line, "### "):
			heading = numbered().ReplaceAllString(strings.TrimSpace(strings.TrimLeft(line, "#")), "")
		case strings.Contains(line, "<") && hintOpen().MatchString(line):
			hint = &strings.Builder{}
		case hint != nil && strings.Contains(line, "</details>"):
			if n := len(p.Exercises); n > 0 {
				e := &p.Exercises[n-1]
				e.Hints = append(e.Hints, strings.TrimSpace(hint.String()))
			}
			hint = nil
		case hint != nil:
			hint.WriteString(raw)
		}
		off += len(raw)
	}
	return p
}

// openBlock reads an opening fence.
func openBlock(fence string, line, start int) *Block {
	b := &Block{Line: line, Start: start}
	words := strings.Fields(strings.TrimLeft(fence, "`"))
	if len(words) > 0 {
		b.Lang = words[0]
	}
	if len(words) > 1 {
		b.Kind, b.Args = words[1], words[2:]
	}
	return b
}
