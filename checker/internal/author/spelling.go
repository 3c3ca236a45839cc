package author

import (
	"bytes"
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"
)

// knownFile is the words that pages and documents may have, one per line, in lower
// case and sorted.
const knownFile = "checker/internal/author/words.txt"

//go:embed words.txt
var knownWords string

// spelled is a word of prose. Names of code, abbreviations and numbers are not:
// they have a digit or a capital letter inside.
var spelled = regexp.MustCompile(`[\pL\pN_]+(?:['’\-][\pL\pN_]+)*`)

// word is a word of a document, in lower case, and its line.
type word struct {
	text string
	line int
}

// prose gives the words of a Markdown text, outside of code and of addresses.
func prose(src []byte) []word {
	var out []word
	md := goldmark.New(goldmark.WithExtensions(extension.GFM))
	ast.Walk(md.Parser().Parse(text.NewReader(src)), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch n := n.(type) {
		case *ast.CodeSpan, *ast.AutoLink, *ast.RawHTML:
			return ast.WalkSkipChildren, nil
		case *ast.Text:
			if entering {
				line := 1 + bytes.Count(src[:n.Segment.Start], []byte("\n"))
				for _, w := range spelled.FindAllString(string(n.Segment.Value(src)), -1) {
					for _, part := range strings.Split(w, "-") {
						if part = lower(part); part != "" {
							out = append(out, word{part, line})
						}
					}
				}
			}
		}
		return ast.WalkContinue, nil
	}) // the callback returns no error
	return out
}

// lower is a word as words.txt has it, or nothing for what is not a word of prose.
func lower(w string) string {
	w = strings.ReplaceAll(w, "’", "'")
	w = strings.TrimSuffix(w, "'s")
	if len(w) < 2 || strings.ContainsAny(w, "0123456789_") || w[1:] != strings.ToLower(w[1:]) {
		return ""
	}
	return strings.ToLower(w)
}

// Unknown returns the words of a Markdown text that words.txt does not have.
func Unknown(src []byte) []word {
	known := map[string]bool{}
	for w := range strings.Lines(knownWords) {
		known[strings.TrimSpace(w)] = true
	}
	var out []word
	for _, w := range prose(src) {
		if !known[w.text] {
			out = append(out, w)
		}
	}
	return out
}

// BadSpelling reports the words of pages and documents that words.txt does not
// have: each is a mistake, or a word to add.
func (r *Repo) BadSpelling() ([]Complaint, error) {
	var out []Complaint
	err := r.documents(func(name, file string) error {
		src, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		for _, w := range Unknown(src) {
			out = append(out, complain(fmt.Sprintf("%s:%d", name, w.line), "fix it, or add it to "+knownFile, "the word %q is not known", w.text))
		}
		return nil
	})
	return out, err
}

// AddWords adds to words.txt every word that [Repo.BadSpelling] would report, and
// returns them. Their author has read them.
func (r *Repo) AddWords() ([]string, error) {
	bad, err := r.BadSpelling()
	if err != nil || len(bad) == 0 {
		return nil, err
	}
	file := filepath.Join(r.Root, filepath.FromSlash(knownFile))
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	all := strings.Fields(string(text))
	var added []string
	for _, c := range bad {
		w := strings.SplitN(c.Message, `"`, 3)[1]
		if !slices.Contains(all, w) {
			all, added = append(all, w), append(added, w)
		}
	}
	slices.Sort(all)
	return added, os.WriteFile(file, []byte(strings.Join(all, "\n")+"\n"), 0o644)
}
