package cell

import (
	"errors"
	"go/ast"
	"go/scanner"
	"go/token"
	"go/types"
	"nodebook/checker/internal/workbook"
	"slices"
	"strings"
	"unicode"
)

func firstWord(text string) string {
	i := strings.IndexFunc(text, func(r rune) bool { return !unicode.IsLetter(r) })
	if i < 0 {
		return text
	}
	return text[:i]
}

// isFuncDecl tells a function's declaration from a function literal, by the
// tokens behind "func": a name, or a receiver and then a name and parameters.
func isFuncDecl(text string) bool {
	file := token.NewFileSet().AddFile("", -1, len(text))
	var s scanner.Scanner
	s.Init(file, []byte(text), nil, 0)
	s.Scan() // func
	_, tok, _ := s.Scan()
	if tok == token.IDENT {
		return true
	}
	for depth := 1; depth > 0; {
		_, tok, _ = s.Scan()
		switch tok {
		case token.LPAREN:
			depth++
		case token.RPAREN:
			depth--
		case token.EOF:
			return false
		}
	}
	_, name, _ := s.Scan()
	_, next, _ := s.Scan()
	return name == token.IDENT && next == token.LPAREN
}

// valueCall are the built-in functions whose result Go does not let a program drop, and
// the types that a value may be converted to.
var valueCall = func() map[string]bool {
	names := map[string]bool{"len": true, "cap": true, "append": true, "min": true, "max": true, "make": true, "new": true, "complex": true, "real": true, "imag": true}
	for _, name := range types.Universe.Names() {
		if _, ok := types.Universe.Lookup(name).(*types.TypeName); ok {
			names[name] = true
		}
	}
	return names
}()

// isValue reports whether x may only be looked at: Go would refuse it as a
// statement, so a reader who writes it wants to see it.
func isValue(x ast.Expr) bool {
	switch x := x.(type) {
	case *ast.CallExpr:
		switch fun := ast.Unparen(x.Fun).(type) {
		case *ast.Ident:
			return valueCall[fun.Name]
		case *ast.ArrayType, *ast.MapType, *ast.ChanType, *ast.FuncType, *ast.InterfaceType, *ast.StructType, *ast.StarExpr:
			return true // a conversion
		}
		return false
	case *ast.UnaryExpr:
		return x.Op != token.ARROW
	case *ast.ParenExpr:
		return isValue(x.X)
	}
	return true
}

// idents are all identifiers below n that are not behind a dot.
func idents(n ast.Node) map[string]bool {
	out := map[string]bool{}
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			for name := range idents(n.X) {
				out[name] = true
			}
			return false
		case *ast.Ident:
			out[n.Name] = true
		}
		return true
	})
	return out
}

// free are those of the identifiers of n that n does not declare itself, before it uses
// them. Its parser has resolved what it could.
func free(n ast.Node) map[string]bool {
	out := map[string]bool{}
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			for name := range free(n.X) {
				out[name] = true
			}
			return false
		case *ast.Ident:
			if n.Obj == nil {
				out[n.Name] = true
			}
		}
		return true
	})
	return out
}

// straysReturn finds a return that stands in no function of the cell's own.
func straysReturn(f *ast.File) (at token.Pos, found bool) {
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Body == nil {
			continue
		}
		ast.Inspect(fn.Body, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncLit:
				return false
			case *ast.ReturnStmt:
				at, found = n.Pos(), true
			}
			return !found
		})
	}
	return at, found
}

// specNames are the names by which later cells know what a declaration makes.
func specNames(d *ast.GenDecl) []string {
	return slices.DeleteFunc(workbook.Declared(d), func(name string) bool { return name == "_" })
}

// syntaxProblems are the parser's errors at the places of the cell.
func syntaxProblems(c Cell, err error) []Problem {
	var list scanner.ErrorList
	if err == nil {
		return nil
	}
	if !errors.As(err, &list) {
		return []Problem{{Cell: c.Number, Message: err.Error()}}
	}
	list.RemoveMultiples()
	var out []Problem
	last := 1 + strings.Count(strings.TrimRight(c.Source, "\n"), "\n")
	for i, e := range list {
		if i > 0 && e.Pos.Line > last {
			continue // in what was put around the cell
		}
		out = append(out, Problem{Cell: c.Number, Line: e.Pos.Line, Column: e.Pos.Column, Message: e.Msg})
	}
	return out
}
