package page

import (
	"bytes"
	"html"
	"html/template"
	"strings"

	"nodebook/checker/internal/lazyregexp"

	"github.com/alecthomas/chroma/v2"
	chromahtml "github.com/alecthomas/chroma/v2/formatters/html"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	goldmarkhtml "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// prosePrinter turns the prose of one page into HTML; its headings get ids that are
// the page's own.
type prosePrinter struct {
	md     goldmark.Markdown
	ids    parser.IDs
	folder string // of the page's pictures: "lesson1/"
}

func newRenderer() *prosePrinter {
	md := goldmark.New(
		goldmark.WithExtensions(extension.GFM),
		goldmark.WithParserOptions(parser.WithAutoHeadingID()),
		// The pages are the project's own, and fold things away with <details>.
		goldmark.WithRendererOptions(goldmarkhtml.WithUnsafe(), renderer.WithNodeRenderers(util.Prioritized(blocks{}, 100))),
	)
	return &prosePrinter{md: md, ids: parser.NewContext().IDs()}
}

func (r *prosePrinter) prose(markdown string) (template.HTML, []Heading, error) {
	src := []byte(markdown)
	doc := r.md.Parser().Parse(text.NewReader(src), parser.WithContext(parser.NewContext(parser.WithIDs(r.ids))))
	var headings []Heading
	for n := doc.FirstChild(); n != nil; n = n.NextSibling() {
		if h, ok := n.(*ast.Heading); ok && h.Level == 2 {
			if id, ok := h.AttributeString("id"); ok {
				headings = append(headings, Heading{ID: string(id.([]byte)), Text: string(h.Lines().Value(src))})
			}
		}
	}
	if err := ast.Walk(doc, r.picture); err != nil {
		return "", nil, err
	}
	var out bytes.Buffer
	err := r.md.Renderer().Render(&out, src, doc)
	return template.HTML(emptyHead().ReplaceAllString(out.String(), "<td></td>")), headings, err
}

// picture points a picture of the page to its folder. The path in the page is that
// of the file; in the browser every page is in one folder.
func (r *prosePrinter) picture(n ast.Node, entering bool) (ast.WalkStatus, error) {
	if img, ok := n.(*ast.Image); ok && entering && bytes.HasPrefix(img.Destination, []byte("pictures/")) {
		img.Destination = append([]byte(r.folder), img.Destination...)
	}
	return ast.WalkContinue, nil
}

// emptyHead is a table's corner, which heads nothing.
var emptyHead = lazyregexp.New(`<th(?: [^>]*)?></th>`)

// Markdown renders a piece of Markdown, such as a hint.
func Markdown(markdown string) (template.HTML, error) {
	html, _, err := newRenderer().prose(markdown)
	return html, err
}

// Note renders Markdown that is not the project's own: raw HTML and links that run
// something are left out.
func Note(markdown string) (template.HTML, error) {
	md := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(blocks{}, 100))))
	var out bytes.Buffer
	err := md.Convert([]byte(markdown), &out)
	return template.HTML(emptyHead().ReplaceAllString(out.String(), "<td></td>")), err
}

// blocks renders fenced code blocks with chroma; the comments of Go can be broken elsewhere.
type blocks struct{}

func (blocks) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(ast.KindParagraph, paragraph)
	r.Register(ast.KindCodeSpan, codeSpan)
	r.Register(ast.KindFencedCodeBlock, func(w util.BufWriter, src []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		b := n.(*ast.FencedCodeBlock)
		lang, source := string(b.Language(src)), string(b.Lines().Value(src))
		if lang == "text" && strings.HasPrefix(source, "$ ") {
			lang = "console" // one that no test repeats looks the same
		}
		w.WriteString(`<div class="block ` + html.EscapeString(lang) + `" tabindex="0" role="group" aria-label="` + label(lang) + `">`)
		w.WriteString(string(flow(Highlight(lang, source))))
		w.WriteString("</div>\n")
		return ast.WalkSkipChildren, nil
	})
}

// paragraph renders a paragraph, and one that is only a picture as a figure, which
// the style sheet keeps inside the page.
func paragraph(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	tag := "p"
	if _, ok := n.FirstChild().(*ast.Image); ok && n.ChildCount() == 1 {
		tag = "figure"
	}
	if entering {
		w.WriteString("<" + tag + ">")
	} else {
		w.WriteString("</" + tag + ">\n")
	}
	return ast.WalkContinue, nil
}

// codeSpan renders code in a line. A short piece says so, and the style sheet keeps it in one
// line: a browser breaks -taproot after its hyphen.
func codeSpan(w util.BufWriter, src []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		w.WriteString("</code>")
		return ast.WalkContinue, nil
	}
	length := 0
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if t, ok := c.(*ast.Text); ok {
			length += t.Segment.Len()
		}
	}
	if length <= shortCode {
		w.WriteString(`<code class="short">`)
	} else {
		w.WriteString("<code>")
	}
	return ast.WalkContinue, nil
}

const shortCode = 24 // bytes: half a line of a telephone

func label(lang string) string {
	switch lang {
	case "go":
		return "Go code"
	case "console":
		return "terminal"
	case "hex":
		return "bytes"
	case "output":
		return "output"
	}
	return "code"
}

var formatter = chromahtml.New(chromahtml.WithClasses(true), chromahtml.PreventSurroundingPre(true))

// Highlight is source as HTML with chroma's classes, in a pre element.
func Highlight(lang, source string) template.HTML {
	if lang == "console" {
		return console(source)
	}
	lexer := lexers[lang]
	if lexer == nil {
		return template.HTML("<pre><code>" + html.EscapeString(source) + "</code></pre>")
	}
	var out strings.Builder
	it, err := chroma.Coalesce(lexer()).Tokenise(nil, source)
	if err == nil {
		err = formatter.Format(&out, noStyle(), it)
	}
	if err != nil {
		return template.HTML("<pre><code>" + html.EscapeString(source) + "</code></pre>")
	}
	return template.HTML(`<pre class="chroma"><code>` + out.String() + "</code></pre>")
}

// console marks what is typed in a terminal's text.
func console(source string) template.HTML {
	var out strings.Builder
	out.WriteString("<pre><code>")
	for line := range strings.Lines(source) {
		if typed, ok := strings.CutPrefix(line, "$ "); ok {
			out.WriteString(`<span class="ps">$ </span><kbd>` + html.EscapeString(strings.TrimRight(typed, "\n")) + "</kbd>\n")
			continue
		}
		out.WriteString(html.EscapeString(line))
	}
	out.WriteString("</code></pre>")
	return template.HTML(out.String())
}
