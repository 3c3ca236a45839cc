// Package export writes a lesson's page as a document that stands alone: a
// Jupyter notebook, one HTML file, or Markdown. Exercises hold the learner's own
// functions.
package export

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"strings"
	"sync"

	"nodebook/checker/internal/lazyregexp"
	"nodebook/checker/internal/page"
	"nodebook/checker/internal/workbook"
)

// Formats are what a page can be exported as.
var Formats = []string{"ipynb", "html", "md"}

// Document is a page to export.
type Document struct {
	Lesson *workbook.Lesson
	Page   *page.Page
	Code   func(*workbook.Exercise) string // the learner's functions
	Style  string                          // the workbook's style sheet, for HTML

	Pictures map[string][]byte // of the book, as [workbook.Book.Pictures] has them
}

// Write writes the document in a format of [Formats].
func Write(w io.Writer, format string, d Document) error {
	switch format {
	case "ipynb":
		return notebook(w, d)
	case "html":
		return html(w, d)
	case "md":
		_, err := io.WriteString(w, markdown(d))
		return err
	}
	return fmt.Errorf("no format %q", format)
}

// cell is a notebook's cell, nbformat 4.5.
type cell struct {
	Type     string         `json:"cell_type"`
	Count    *int           `json:"execution_count,omitempty"`
	ID       string         `json:"id"`
	Metadata map[string]any `json:"metadata"`
	Outputs  *[]output      `json:"outputs,omitempty"`
	Source   []string       `json:"source"`
}

type output struct {
	Type string   `json:"output_type"`
	Name string   `json:"name"`
	Text []string `json:"text"`
}

// MarshalJSON writes execution_count, which a code cell must have, as null
// where the cell has not run.
func (c cell) MarshalJSON() ([]byte, error) {
	type plain cell
	if c.Type != "code" {
		return json.Marshal(plain(c))
	}
	return json.Marshal(struct {
		plain
		Count *int `json:"execution_count"`
	}{plain(c), c.Count})
}

func notebook(w io.Writer, d Document) error {
	var cells []cell
	add := func(c cell, source string) {
		c.Source, c.Metadata = lines(source), map[string]any{}
		sum := sha256.Sum256([]byte(fmt.Sprint(len(cells), source)))
		c.ID = hex.EncodeToString(sum[:6])
		cells = append(cells, c)
	}
	add(cell{Type: "code", Outputs: &[]output{}}, "%lesson "+d.Lesson.Name)
	for _, p := range d.Page.Pieces {
		switch p.Kind {
		case page.Prose:
			add(cell{Type: "markdown"}, d.inlined(plainFences(p.Markdown)))
		case page.Code:
			outs := []output{}
			var n *int
			if p.Output != "" {
				outs = append(outs, output{"stream", "stdout", lines(p.Output)})
				n = &p.Number
			}
			add(cell{Type: "code", Count: n, Outputs: &outs}, p.Source)
		case page.Exercise:
			add(cell{Type: "code", Outputs: &[]output{}}, "%%exercise "+p.Exercise.Name+"\n"+d.Code(p.Exercise))
			if hints := folded(p.Exercise.Hints); hints != "" {
				add(cell{Type: "markdown"}, d.inlined(plainFences(hints)))
			}
		}
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", " ")
	enc.SetEscapeHTML(false)
	return enc.Encode(map[string]any{
		"cells": cells,
		"metadata": map[string]any{
			"kernelspec":    map[string]string{"name": "nodebook", "display_name": "Nodebook (Go)", "language": "go"},
			"language_info": map[string]string{"name": "go", "file_extension": ".go", "mimetype": "text/x-go"},
			"title":         d.Lesson.Title,
		},
		"nbformat": 4, "nbformat_minor": 5,
	})
}

// folded are hints that are read only when they are opened, one by one.
func folded(hints []string) string {
	var out strings.Builder
	for i, h := range hints {
		fmt.Fprintf(&out, "<details><summary>Hint %d</summary>\n\n%s\n\n</details>\n\n", i+1, strings.TrimSpace(h))
	}
	return out.String()
}

// lines are a text's lines with their ends, as a notebook stores it.
func lines(text string) []string {
	text = strings.TrimRight(text, "\n")
	if text == "" {
		return []string{}
	}
	return strings.SplitAfter(text, "\n")
}

// plainFences takes the words behind the language off the fences: other
// programs do not know them.
func plainFences(markdown string) string {
	var out strings.Builder
	for line := range strings.Lines(markdown) {
		if rest, ok := strings.CutPrefix(line, "```"); ok {
			if lang, _, more := strings.Cut(strings.TrimSpace(rest), " "); more {
				line = "```" + lang + "\n"
			}
		}
		out.WriteString(line)
	}
	return out.String()
}

// shown is where a page's Markdown names a picture, and placed where its HTML does.
var (
	shown  = lazyregexp.New(`\]\((pictures/[\w-]+\.svg)\)`)
	placed = lazyregexp.New(`src="([\w-]+/pictures/[\w-]+\.svg)"`)
)

// inlined puts the pictures of a page into its Markdown: a notebook has no folder
// beside it.
func (d Document) inlined(markdown string) string {
	return shown().ReplaceAllStringFunc(markdown, func(m string) string {
		name := d.Lesson.Name + "/" + shown().FindStringSubmatch(m)[1]
		return "](" + d.data(name) + ")"
	})
}

// HTML is a piece's prose with its pictures in it.
func (d Document) HTML(p page.Piece) template.HTML {
	return template.HTML(placed().ReplaceAllStringFunc(string(p.HTML), func(m string) string {
		return `src="` + d.data(placed().FindStringSubmatch(m)[1]) + `"`
	}))
}

// data is a picture as a data URL.
func (d Document) data(name string) string {
	return "data:image/svg+xml;base64," + base64.StdEncoding.EncodeToString(d.Pictures[name])
}

var backticks = lazyregexp.New("`{3,}")

// fenced is a code block whose fence is longer than any in the text, which a
// learner's own string may hold.
func fenced(lang, text string) string {
	fence := "```"
	for _, run := range backticks().FindAllString(text, -1) {
		fence = strings.Repeat("`", max(len(fence), len(run)+1))
	}
	return fence + lang + "\n" + strings.TrimRight(text, "\n") + "\n" + fence + "\n"
}

func markdown(d Document) string {
	var out strings.Builder
	for _, p := range d.Page.Pieces {
		switch p.Kind {
		case page.Prose:
			out.WriteString(plainFences(shown().ReplaceAllString(p.Markdown, "](lessons/"+d.Lesson.Name+"/$1)")))
		case page.Code:
			out.WriteString(fenced("go", p.Source))
			if p.Output != "" {
				out.WriteString("\n" + fenced("", p.Output))
			}
		case page.Exercise:
			out.WriteString(fenced("go", d.Code(p.Exercise)))
		}
		out.WriteString("\n")
	}
	return strings.TrimRight(out.String(), "\n") + "\n"
}

//go:embed page.html
var pageText string

var pageHTML = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("page").Funcs(template.FuncMap{"highlight": page.Highlight}).Parse(pageText))
})

// html is one file that needs nothing else: the style is in it, and there is no
// script.
func html(w io.Writer, d Document) error {
	var out bytes.Buffer
	err := pageHTML().Execute(&out, map[string]any{"Lesson": d.Lesson, "Pieces": d.Page.Pieces, "Style": template.CSS(d.Style), "Code": d.Code, "Document": d})
	if err != nil {
		return err
	}
	_, err = w.Write(out.Bytes())
	return err
}
