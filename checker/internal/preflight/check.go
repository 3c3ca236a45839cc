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
	p       *Policy
	fset    *token.FileSet
	names   map[string]string // import path by the name it has in the file
	parents []ast.Node
	found   []report.Problem
}

const mostProblems = 10

// Check says what of a file is refused. A file that does not parse is left to
// those who say why.
func (p *Policy) Check(name string, src []byte) []report.Problem {
	c := &check{p: p, fset: token.NewFileSet(), names: map[string]string{}}
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
	ast.PreorderStack(f, nil, func(n ast.Node, stack []ast.Node) bool {
		c.parents = stack
		c.node(n)
		return true
	})
	return c.found
}

func (c *check) refuse(at token.Position, format string, args ...any) {
	if len(c.found) >= mostProblems {
		return
	}
	place := at.Filename
	if at.Line > 0 {
		place = fmt.Sprintf("%s:%d:%d", at.Filename, at.Line, at.Column)
	}
	c.found = append(c.found, report.Problem{Place: place, Message: "refused when a class is graded: " + fmt.Sprintf(format, args...)})
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
// the go command tells by what stands before the first dot.
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
			case strings.HasPrefix(x.Text, "// +build") || strings.HasPrefix(x.Text, "//+build"):
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
		at := c.fset.PositionFor(i.Pos(), false)
		p, _ := strconv.Unquote(i.Path.Value)
		name := path.Base(p)
		if strings.HasPrefix(name, "v") && len(name) > 1 && strings.Trim(name[1:], "0123456789") == "" {
			name = path.Base(path.Dir(p)) // math/rand/v2 is package rand
		}
		if i.Name != nil {
			name = i.Name.Name
		}
		switch {
		case name == ".":
			c.refuse(at, "an import with a dot")
		case strings.HasPrefix(p, "nodebook/lessons/"), c.p.imports[p]:
		default:
			c.refuse(at, "import %q: the lessons up to this one do not need it", p)
		}
		c.names[name] = p
	}
}

// qualified is the import path and name of pkg.Name, or "".
func (c *check) qualified(n ast.Node) (pkg, name string) {
	s, ok := n.(*ast.SelectorExpr)
	if !ok {
		return "", ""
	}
	id, ok := s.X.(*ast.Ident)
	if !ok || id.Obj != nil || c.names[id.Name] == "" {
		return "", ""
	}
	return c.names[id.Name], s.Sel.Name
}

func (c *check) node(n ast.Node) {
	switch n := n.(type) {
	case *ast.SelectorExpr:
		if pkg, name := c.qualified(n); pkg != "" {
			c.mention(n, pkg, name)
		} else if n.Sel.Name == "SyscallConn" || n.Sel.Name == "File" && c.called(n) {
			c.refuse(c.at(n), "%s, which gives away a descriptor", n.Sel.Name)
		} else if n.Sel.Name == "Environ" {
			c.refuse(c.at(n), "Environ, which tells the seed of the tests")
		} else if n.Sel.Name == "RegisterProtocol" {
			c.refuse(c.at(n), "RegisterProtocol, which changes a transport that others use")
		}
	case *ast.AssignStmt:
		if n.Tok != token.DEFINE {
			for _, x := range n.Lhs {
				c.unchanged(x)
			}
		}
	case *ast.IncDecStmt:
		c.unchanged(n.X)
	case *ast.RangeStmt:
		if n.Tok == token.ASSIGN {
			c.unchanged(n.Key)
			c.unchanged(n.Value)
		}
	case *ast.UnaryExpr:
		if n.Op == token.AND {
			c.unchanged(n.X)
		}
	case *ast.FuncDecl:
		if n.Body == nil {
			c.refuse(c.at(n), "a function without a body")
		}
	}
}

func (c *check) at(n ast.Node) token.Position { return c.fset.PositionFor(n.Pos(), false) }

func (c *check) called(n ast.Node) bool {
	call, ok := c.parent(0).(*ast.CallExpr)
	return ok && call.Fun == n
}

func (c *check) parent(up int) ast.Node {
	if i := len(c.parents) - 1 - up; i >= 0 {
		return c.parents[i]
	}
	return nil
}

// mention looks at a use of pkg.name.
func (c *check) mention(n *ast.SelectorExpr, pkg, name string) {
	full := path.Base(pkg) + "." + name
	switch {
	case some[pkg] != nil && !c.p.names[pkg+"."+name], slices.Contains(closed[pkg], name):
		c.refuse(c.at(n), "%s", full)
	case pkg == "os" && (name == "Stdout" || name == "Stderr"):
		if call, ok := c.parent(0).(*ast.CallExpr); ok && len(call.Args) > 0 && call.Args[0] == n {
			if p, f := c.qualified(call.Fun); p == "fmt" && strings.HasPrefix(f, "Fprint") {
				return
			}
		}
		c.refuse(c.at(n), "%s other than as the first argument of fmt.Fprint, fmt.Fprintf or fmt.Fprintln", full)
	case c.p.shared[pkg+"."+name] && !slices.Contains(harmless, pkg+"."+name) && !c.onlyRead(n, pkg):
		c.refuse(c.at(n), "%s other than in a call of its methods or of its own package: the tests share it", full)
	}
}

// onlyRead reports whether a shared variable of a package is used where it cannot
// be kept or changed: as what a method is called on, as an argument of a function
// of its own package or of one that prints, or as what is compared or counted.
func (c *check) onlyRead(n ast.Node, of string) bool {
	for up := 0; ; up++ {
		switch p := c.parent(up).(type) {
		case *ast.ParenExpr, *ast.TypeAssertExpr:
			n = p
		case *ast.SelectorExpr:
			if call, ok := c.parent(up + 1).(*ast.CallExpr); ok && call.Fun == p {
				return true
			}
			n = p
		case *ast.CallExpr:
			if id, ok := p.Fun.(*ast.Ident); ok {
				return id.Obj == nil && (id.Name == "len" || id.Name == "cap")
			}
			s, ok := p.Fun.(*ast.SelectorExpr)
			if !ok {
				return false
			}
			pkg, name := c.qualified(s)
			return pkg == of || pkg == "fmt" && !strings.Contains(name, "can") || pkg == "" && slices.Contains(readers, s.Sel.Name)
		case *ast.IndexExpr:
			if p.X != n {
				return false
			}
			n = p
		case *ast.RangeStmt:
			return p.X == n && p.Value == nil
		case *ast.BinaryExpr:
			return true
		default:
			return false
		}
	}
}

// readers are methods of the standard library that read a shared variable.
var readers = []string{"In", "Equal", "UnmarshalJSON"}

// unchanged refuses a place to store to that belongs to another package.
func (c *check) unchanged(x ast.Expr) {
	for {
		if pkg, name := c.qualified(x); pkg != "" {
			if _, lit := x.(*ast.CompositeLit); !lit {
				c.refuse(c.at(x), "a change to, or the address of, %s.%s: it belongs to another package", path.Base(pkg), name)
			}
			return
		}
		switch y := x.(type) {
		case *ast.ParenExpr:
			x = y.X
		case *ast.StarExpr:
			x = y.X
		case *ast.SelectorExpr:
			x = y.X
		case *ast.IndexExpr:
			x = y.X
		case *ast.SliceExpr:
			x = y.X
		case *ast.TypeAssertExpr:
			x = y.X
		default:
			return
		}
	}
}
