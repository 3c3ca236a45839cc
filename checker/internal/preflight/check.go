package preflight

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"nodebook/checker/internal/report"
)

// check is the look at one file.
type check struct {
	p     *Policy
	fset  *token.FileSet
	found []report.Problem
}

const mostProblems = 10

// Check says what of a file's text is refused, before anything is compiled. A file
// that does not parse is left to those who say why. What its names mean is for
// [Policy.Types] to say.
func (p *Policy) Check(name string, src []byte) []report.Problem {
	c := &check{p: p, fset: token.NewFileSet()}
	if c.text(name, src); len(c.found) > 0 {
		return c.found
	}
	c.file(name)
	f, err := parser.ParseFile(c.fset, name, src, parser.ParseComments)
	if err != nil {
		return c.found
	}
	c.directives(f)
	c.imports(f)
	c.named(f.Name, path.Dir(name))
	for _, d := range f.Decls {
		if d, ok := d.(*ast.FuncDecl); ok && d.Body == nil {
			c.refuse(c.at(d), "a function without a body: write it in Go")
		}
	}
	return c.found
}

func (c *check) refuse(at token.Position, format string, args ...any) {
	if len(c.found) >= mostProblems {
		return
	}
	c.found = append(c.found, problem(at, format, args...))
}

func problem(at token.Position, format string, args ...any) report.Problem {
	place := at.Filename
	if at.Line > 0 {
		place = fmt.Sprintf("%s:%d:%d", at.Filename, at.Line, at.Column)
	}
	return report.Problem{Place: place, Message: "refused when a class is graded: " + fmt.Sprintf(format, args...)}
}

// text looks at the bytes alone.
func (c *check) text(name string, src []byte) {
	at := func(i int) token.Position {
		line := bytes.Count(src[:i], []byte("\n"))
		return token.Position{Filename: name, Line: line + 1, Column: i - bytes.LastIndexByte(src[:i], '\n')}
	}
	for i, r := range string(src) {
		switch {
		case r == utf8.RuneError && !bytes.HasPrefix(src[i:], []byte("\uFFFD")):
			c.refuse(at(i), "this byte is not UTF-8")
			return
		case r == 0:
			c.refuse(at(i), "a NUL byte")
			return
		case r == 0xFEFF && i > 0:
			c.refuse(at(i), "a byte order mark inside the file")
			return
		case r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 || r == 0x200E || r == 0x200F || r == 0x061C:
			c.refuse(at(i), "the invisible character U+%04X, which makes code look like other code", r)
			return
		}
	}
}

// file looks at the file's name: one that only some systems would compile, which
// the go command knows by what comes before the first dot.
func (c *check) file(name string) {
	nowhere := build.Context{GOOS: "none", GOARCH: "none", Compiler: "gc",
		OpenFile: func(string) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("package p\n")), nil }}
	if ok, err := nowhere.MatchFile("", path.Base(name)); ok || err != nil {
		return
	}
	word, _, _ := strings.Cut(path.Base(name), ".")
	c.refuse(token.Position{Filename: name}, "a file name that ends in %s, which makes it part of the code on some systems only", word[max(0, strings.LastIndexByte(word, '_')):])
}

func (c *check) directives(f *ast.File) {
	for _, g := range f.Comments {
		for _, x := range g.List {
			at := c.fset.PositionFor(x.Pos(), false)
			word, _, _ := strings.Cut(strings.TrimSpace(x.Text), " ")
			switch {
			case strings.HasPrefix(x.Text, "//line ") || strings.HasPrefix(x.Text, "/*line "):
				c.refuse(at, "a line directive, which puts errors at a place where they are not")
			case strings.HasPrefix(strings.TrimSpace(strings.TrimPrefix(x.Text, "//")), "+build"):
				c.refuse(at, "a build constraint")
			case strings.HasPrefix(x.Text, "//export ") || strings.HasPrefix(x.Text, "//extern "):
				c.refuse(at, "the directive %s", word)
			case strings.HasPrefix(x.Text, "//go:") && word != "//go:generate" && word != "//go:noinline":
				c.refuse(at, "the directive %s", word)
			}
		}
	}
}

func (c *check) imports(f *ast.File) {
	for _, i := range f.Imports {
		at := c.at(i)
		p, _ := strconv.Unquote(i.Path.Value)
		switch {
		case i.Name != nil && i.Name.Name == ".":
			c.refuse(at, "an import with a dot: write the package's name before what you use of it")
		case c.p.workbook(p), c.p.imports[p]:
		default:
			c.refuse(at, "import %q: the lessons up to this one do not need it%s", p, instead(p, ""))
		}
	}
}

// named refuses a package that is called like one with rules of its own: whoever
// reads the code would take the one for the other.
func (c *check) named(name *ast.Ident, dir string) {
	for _, n := range []string{name.Name, path.Base(dir)} {
		if slices.Contains(guarded(), n) {
			c.refuse(c.at(name), "a package called %s, like one of the standard library that has rules here: give it another name", n)
			return
		}
	}
}

func (c *check) at(n ast.Node) token.Position { return c.fset.PositionFor(n.Pos(), false) }
