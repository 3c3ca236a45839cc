package assist

import (
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"unicode/utf8"

	"nodebook/checker/internal/cell"
)

// here is the name that is at the cursor while the rest is checked.
const here = "nodebookHere"

// Snippet is a text that a learner is writing, and what it is part of.
type Snippet struct {
	Source string        // a cell
	Offset int           // of the cursor, in bytes
	Above  []cell.Cell   // cells that have run
	Names  cell.Packages // packages that a cell finds by their names

	// Package is the folder, lessons/lesson1/framing, of the package that Source
	// declares functions of; "" if Source is a cell.
	Package string
}

// word is the extent of the identifier that the cursor is in or after.
func (s Snippet) word() (from, to int) {
	from = min(max(s.Offset, 0), len(s.Source))
	to = from
	for from > 0 {
		r, n := utf8.DecodeLastRuneInString(s.Source[:from])
		if !letter(r) {
			break
		}
		from -= n
	}
	for to < len(s.Source) {
		r, n := utf8.DecodeRuneInString(s.Source[to:])
		if !letter(r) {
			break
		}
		to += n
	}
	return from, to
}

func letter(r rune) bool { return r == '_' || r >= '0' && r <= '9' || token.IsIdentifier(string(r)) }

// place is what the type checker knows of the placeholder.
type place struct {
	pkg  *types.Package
	info *types.Info
	id   *ast.Ident
	fset *token.FileSet
	sel  *ast.SelectorExpr // of which id is the Sel; nil if there is none
	lit  *ast.CompositeLit // of which id is an element, or the key of one; nil if there is none
}

// endings are what may be missing after the cursor for the text to be Go.
var endings = []string{"", " {}", " = 0", "()", ": 0}"}

// place checks the snippet with the word from from on replaced.
func (a *Assistant) place(s Snippet, from int) *place {
	head := s.Source[:from] + here
	for _, ending := range endings {
		closing, _ := closers(head + ending)
		text := head + ending + closing
		if s.Package != "" {
			if at := a.inPackage(s, text); at != nil {
				return at
			}
			continue
		}
		p := cell.AssembleAll(s.Above, cell.Cell{Number: s.number(), Source: text}, s.Names)
		if len(p.Problems) > 0 {
			continue
		}
		if at := a.check(p.Source); at != nil {
			return at
		}
	}
	return nil
}

func (a *Assistant) check(src string) *place {
	fset := token.NewFileSet() // a shared one would grow with each key
	f, _ := parser.ParseFile(fset, "main.go", src, parser.SkipObjectResolution)
	if f == nil {
		return nil
	}
	return a.checkFiles("main", fset, f)
}

// inPackage checks a text as one more file of a lesson's package, in place of the
// functions of the same name.
func (a *Assistant) inPackage(s Snippet, text string) *place {
	fset, files := a.packageWith(s, text)
	if files == nil {
		return nil
	}
	return a.checkFiles("nodebook/"+s.Package, fset, files...)
}

// checkFiles checks files of which the first has the placeholder.
func (a *Assistant) checkFiles(path string, fset *token.FileSet, files ...*ast.File) *place {
	p := &place{fset: fset, info: &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{}, Scopes: map[ast.Node]*types.Scope{},
	}}
	ast.Inspect(files[0], func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			if n.Sel.Name == here {
				p.sel, p.id = n, n.Sel
			}
		case *ast.CompositeLit:
			if slices.ContainsFunc(n.Elts, isHere) {
				p.lit = n
			}
		case *ast.Ident:
			if n.Name == here {
				p.id = n
			}
		}
		return true
	})
	if p.id == nil {
		return nil
	}
	p.pkg = a.types.Check(path, fset, files, p.info, nil)
	return p
}

// isHere reports whether x is the placeholder, or has it as its key.
func isHere(x ast.Expr) bool {
	if pair, ok := x.(*ast.KeyValueExpr); ok {
		x = pair.Key
	}
	id, ok := x.(*ast.Ident)
	return ok && id.Name == here
}

// Open counts the brackets that are open at the end of a text.
func Open(text string) int {
	_, n := closers(text)
	return n
}

// closers are the brackets that close what is open at the end of a text, and how
// many they are.
func closers(text string) (string, int) {
	fset := token.NewFileSet()
	file := fset.AddFile("", -1, len(text))
	var s scanner.Scanner
	s.Init(file, []byte(text), func(token.Position, string) {}, 0)
	var open []string
	for {
		_, tok, _ := s.Scan()
		switch tok {
		case token.LPAREN:
			open = append(open, ")")
		case token.LBRACK:
			open = append(open, "]")
		case token.LBRACE:
			open = append(open, "}")
		case token.RPAREN, token.RBRACK, token.RBRACE:
			if len(open) > 0 {
				open = open[:len(open)-1]
			}
		case token.EOF:
			var b strings.Builder
			for i := len(open) - 1; i >= 0; i-- {
				b.WriteString(open[i])
			}
			return b.String(), len(open)
		}
	}
}
