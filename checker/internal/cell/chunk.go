package cell

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"nodebook/checker/internal/stub"
)

// kind is what a chunk of a cell is.
type kind int

const (
	statement kind = iota
	importDecl
	packageDecl // type, const, method
	function
	expression
)

// chunk is one declaration or statement at the top level of a cell.
type chunk struct {
	kind    kind
	call    bool // of an expression: it may also be a statement
	list    bool // of an expression: it is several, with commas between them
	text    string
	line    int // of the cell, from 1
	column  int
	names   []string        // declared
	recv    string          // of a method: its type
	method  string          // and its name
	uses    map[string]bool // names, its own as well
	free    map[string]bool // those of them that it does not declare itself
	imports []*ast.ImportSpec
	fn      *ast.FuncDecl
	runs    string // of a function that nobody calls: main or init
	sig     string // of a function, without its name
	body    string // of a function, braces included
	bodyAt  token.Position
}

// run is the statement that calls a main or an init of the cell.
func (k *chunk) run() chunk {
	name := k.names[0]
	return chunk{kind: statement, text: name + "()", line: k.line, column: k.column, uses: map[string]bool{name: true}, free: map[string]bool{name: true}}
}

// cut finds the ends of the top-level chunks: semicolons outside all brackets.
func cut(c Cell) ([]chunk, []Problem) {
	src := []byte(c.Source)
	fset := token.NewFileSet()
	file := fset.AddFile(c.File(), -1, len(src))
	var problems []Problem
	var s scanner.Scanner
	s.Init(file, src, func(pos token.Position, msg string) {
		problems = append(problems, Problem{Cell: c.Number, Line: pos.Line, Column: pos.Column, Message: msg})
	}, 0)
	var out []chunk
	var open []token.Pos
	start, end := token.NoPos, 0 // end is the offset after the last token, so that comments stay out
	for {
		pos, tok, lit := s.Scan()
		if tok == token.EOF {
			break
		}
		switch tok {
		case token.LPAREN, token.LBRACK, token.LBRACE:
			open = append(open, pos)
		case token.RPAREN, token.RBRACK, token.RBRACE:
			if len(open) == 0 {
				at := fset.Position(pos)
				return nil, append(problems, Problem{Cell: c.Number, Line: at.Line, Column: at.Column, Message: "unexpected " + tok.String()})
			}
			open = open[:len(open)-1]
		}
		if tok == token.SEMICOLON && len(open) == 0 && !(lit == ";" && start.IsValid() && inHeader(string(src[fset.Position(start).Offset:end]))) {
			if start.IsValid() {
				at := fset.Position(start)
				out = append(out, chunk{text: string(src[at.Offset:end]), line: at.Line, column: at.Column})
			}
			start = token.NoPos
			continue
		}
		if !start.IsValid() {
			start = pos
		}
		end = fset.Position(pos).Offset + len(lit)
		if lit == "" || tok.IsOperator() {
			end = fset.Position(pos).Offset + len(tok.String())
		}
	}
	if len(open) > 0 && len(problems) == 0 { // a text that is not closed has eaten the bracket
		at := fset.Position(open[len(open)-1])
		problems = append(problems, Problem{Cell: c.Number, Line: at.Line, Column: at.Column, Message: "this bracket is never closed"})
	}
	return out, problems
}

// inHeader reports whether a text that a semicolon follows is the beginning of a
// statement whose header has semicolons of its own: for, if, switch.
func inHeader(text string) bool {
	switch firstWord(text) {
	case "for", "if", "switch":
		_, err := parser.ParseFile(token.NewFileSet(), "", "package p; func _() {\n"+text+"\n}", parser.SkipObjectResolution)
		return err != nil
	}
	return false
}

// parse finds out what a chunk is and what it declares and uses. In a whole program, one that
// starts with a package clause, a variable belongs to the package.
func (k *chunk) parse(c Cell, whole, last bool) []Problem {
	head := fmt.Sprintf("//line %s:%d:%d\n", c.File(), k.line, k.column)
	fset := token.NewFileSet()
	word := firstWord(k.text)
	var err error
	switch {
	case word == "package":
		return []Problem{{Cell: c.Number, Line: k.line, Column: k.column, Message: "a package clause is the first line, or none"}}
	case word == "import", word == "type", word == "const", word == "var" && whole, word == "func" && isFuncDecl(k.text):
		var f *ast.File
		f, err = parser.ParseFile(fset, "", "package p\n"+head+k.text, 0)
		if err == nil {
			k.declaration(fset, f, c)
		}
	default:
		if last {
			if x, err := parser.ParseExpr(k.text); err == nil {
				k.kind, k.uses, k.free, k.call = expression, idents(x), idents(x), !isValue(x)
				return nil
			}
			if x, ok := list(k.text); ok {
				k.kind, k.uses, k.free, k.list = expression, idents(x), idents(x), true
				return nil
			}
		}
		var f *ast.File
		f, err = parser.ParseFile(fset, "", "package p; func _() {\n"+head+k.text+"\n}", 0)
		if err == nil {
			if at, ok := straysReturn(f); ok {
				p := fset.Position(at)
				return []Problem{{Cell: c.Number, Line: p.Line, Column: p.Column, Message: "a cell is not a function: there is nothing to return from"}}
			}
			k.statement(f)
		}
	}
	return syntaxProblems(c, err)
}

// list is a call with the expressions of a line such as n, err.
func list(text string) (*ast.CallExpr, bool) {
	x, err := parser.ParseExpr(drop + "(" + text + ")")
	call, ok := x.(*ast.CallExpr)
	return call, err == nil && ok && len(call.Args) > 1 && !call.Ellipsis.IsValid()
}

func (k *chunk) declaration(fset *token.FileSet, f *ast.File, c Cell) {
	k.uses, k.free = idents(f), free(f)
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			k.kind = packageDecl
			if d.Recv != nil { // a method declares no name of its own
				k.recv, k.method = receiver(d), d.Name.Name
				continue
			}
			k.names = append(k.names, d.Name.Name)
			if d.Type.TypeParams == nil && d.Body != nil {
				k.kind, k.fn = function, d
				off := func(p token.Pos) int {
					return fset.PositionFor(p, false).Offset - fset.PositionFor(f.Decls[0].Pos(), false).Offset
				}
				k.sig = k.text[off(d.Type.Params.Pos()):off(d.Body.Pos())]
				k.body = k.text[off(d.Body.Pos()):]
				k.bodyAt = fset.Position(d.Body.Pos())
				if name := d.Name.Name; name == "main" || name == "init" {
					// It is called where it stands, and has a name that none of another cell has.
					k.runs, k.names = name, []string{fmt.Sprintf("%s_%d_%d", name, c.Number, k.line)}
					k.text = k.text[:off(d.Name.Pos())] + k.names[0] + k.text[off(d.Name.End()):]
				}
			}
		case *ast.GenDecl:
			k.kind = packageDecl
			if d.Tok == token.IMPORT {
				k.kind, k.imports = importDecl, f.Imports
				for _, spec := range f.Imports {
					k.names = append(k.names, stub.ImportName(spec))
				}
			}
			k.names = append(k.names, specNames(d)...)
		}
	}
}

// receiver is the name of a method's type.
func receiver(d *ast.FuncDecl) string {
	for x := d.Recv.List[0].Type; ; {
		switch t := x.(type) {
		case *ast.StarExpr:
			x = t.X
		case *ast.ParenExpr:
			x = t.X
		case *ast.IndexExpr:
			x = t.X
		case *ast.IndexListExpr:
			x = t.X
		case *ast.Ident:
			return t.Name
		default:
			return ""
		}
	}
}

// statement notes the variables that a statement declares for later ones.
func (k *chunk) statement(f *ast.File) {
	k.uses, k.free = idents(f), free(f)
	for _, s := range f.Decls[0].(*ast.FuncDecl).Body.List {
		switch s := s.(type) {
		case *ast.AssignStmt:
			if s.Tok == token.DEFINE {
				for _, x := range s.Lhs {
					if id, ok := x.(*ast.Ident); ok && id.Name != "_" {
						k.names = append(k.names, id.Name)
					}
				}
			}
		case *ast.DeclStmt:
			if d, ok := s.Decl.(*ast.GenDecl); ok {
				k.names = append(k.names, specNames(d)...)
			}
		}
	}
}
