package preflight

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strconv"
	"strings"
)

// mostText is the length of the longest text that a constant may have, in bytes.
const mostText = 1 << 20

// mostRounds bounds how many constants may be made of each other, the last first.
const mostRounds = 100

// longText finds a constant text that may be longer than mostText, or nil. The
// compiler can put together a text of a gigabyte from a few lines and keep nothing but
// its length. Looking up types does as much, here without a limit on memory.
//
// It goes by names alone: if several constants have one name, the longest counts.
func longText(files []*ast.File, imported importer) ast.Node {
	l := &lengths{of: map[string]int{}, packages: map[string]*types.Package{}}
	var all []*ast.GenDecl
	for _, f := range files {
		l.imports(f, imported)
		ast.Inspect(f, func(n ast.Node) bool {
			if d, ok := n.(*ast.GenDecl); ok && d.Tok == token.CONST {
				all = append(all, d)
			}
			return true
		})
	}
	for round := 0; ; round++ {
		grown := ast.Node(nil)
		for _, d := range all {
			if l.declare(d) {
				grown = d
			}
		}
		if grown == nil {
			break
		}
		if round == mostRounds {
			return grown
		}
	}
	var found ast.Node
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			if x, ok := n.(*ast.BinaryExpr); ok && found == nil && l.text(x) > mostText {
				found = x
			}
			return found == nil
		})
	}
	return found
}

// lengths are bounds of the texts of constants.
type lengths struct {
	of       map[string]int
	packages map[string]*types.Package // of the workbook, by the name that a file gives them
}

func (l *lengths) imports(f *ast.File, imported importer) {
	for _, i := range f.Imports {
		at, _ := strconv.Unquote(i.Path.Value)
		if !strings.HasPrefix(at, workbookPath) {
			continue
		}
		p, err := imported(at)
		if err != nil || p == nil {
			continue
		}
		name := p.Name()
		if i.Name != nil {
			name = i.Name.Name
		}
		l.packages[name] = p
	}
}

// declare takes a declaration of constants, and reports whether one is longer than
// was known.
func (l *lengths) declare(d *ast.GenDecl) (grown bool) {
	var values []ast.Expr
	for _, s := range d.Specs {
		s, ok := s.(*ast.ValueSpec)
		if !ok {
			continue
		}
		if len(s.Values) > 0 {
			values = s.Values // else those of the last that has some
		}
		for i, name := range s.Names {
			if i < len(values) {
				if n := l.text(values[i]); n > l.of[name.Name] {
					l.of[name.Name], grown = n, true
				}
			}
		}
	}
	return grown
}

// text bounds the length of the text that an expression is, if it is a constant one.
func (l *lengths) text(x ast.Expr) int {
	switch x := x.(type) {
	case *ast.BasicLit:
		if x.Kind == token.STRING {
			return len(x.Value)
		}
	case *ast.Ident:
		return l.of[x.Name]
	case *ast.ParenExpr:
		return l.text(x.X)
	case *ast.BinaryExpr:
		if x.Op == token.ADD {
			return min(l.text(x.X)+l.text(x.Y), mostText+1)
		}
	case *ast.CallExpr: // a conversion
		if len(x.Args) == 1 {
			return l.text(x.Args[0])
		}
	case *ast.SelectorExpr:
		if p, ok := x.X.(*ast.Ident); ok && l.packages[p.Name] != nil {
			c, ok := l.packages[p.Name].Scope().Lookup(x.Sel.Name).(*types.Const)
			if ok && c.Val().Kind() == constant.String {
				return len(constant.StringVal(c.Val()))
			}
		}
	}
	return 0
}
