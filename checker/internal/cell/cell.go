// Package cell runs the code cells of a page.
//
// The cells of a page read from top to bottom as one program. Running a cell
// replays, silently, those above it that it needs: a cell that declares a name
// it uses, and one that touches such a name. So the state of a page is always
// that of a reader who came from the top, and a cell that was slow or crashed
// costs nothing if nobody needs it.
//
// A cell is Go with the ceremony left out. Imports, types and functions stand
// beside statements in any order; a package that is named without an import is
// found by its name (the lessons' packages first, then fixtures, then the
// standard library); a variable may go unused and may be declared again, with
// another type, by a later cell; the value of an expression on the last line is shown.
package cell

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"slices"

	"nodebook/checker/internal/stub"
)

// Cell is a code cell.
type Cell struct {
	Number    int // on the page, from 1
	Source    string
	Reference bool // it was, or is to be, run with the references instead of the learner's functions
}

// File is the name that a cell goes by in positions.
func (c Cell) File() string { return fmt.Sprintf("cell%d.go", c.Number) }

// Problem is an error at a place of a cell, or of a file of the workbook.
type Problem struct {
	Cell    int    `json:"cell,omitempty"` // its number; 0 for a file
	File    string `json:"file,omitempty"` // lessons/lesson1/framing/magic.go
	Line    int    `json:"line,omitempty"`
	Column  int    `json:"column,omitempty"`
	Message string `json:"message"`
}

func (p Problem) String() string {
	switch {
	case p.Cell > 0:
		return fmt.Sprintf("cell %d, line %d: %s", p.Cell, p.Line, p.Message)
	case p.File != "":
		return fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Column, p.Message)
	}
	return p.Message
}

// lastLine is the expression on the cell's last line, or nil.
func (p *parsed) lastLine() *chunk {
	if n := len(p.chunks); n > 0 && p.chunks[n-1].kind == expression {
		return &p.chunks[n-1]
	}
	return nil
}

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
	names   []string // declared
	recv    string   // of a method: its type
	method  string   // and its name
	uses    map[string]bool
	imports []*ast.ImportSpec
	fn      *ast.FuncDecl
	runs    string // of a function that nobody calls: main or init
	sig     string // of a function, without its name
	body    string // of a function, braces included
	bodyAt  token.Position
}

// parsed is a cell cut into chunks.
type parsed struct {
	Cell
	chunks []chunk
}

// names are what the cell declares.
func (p *parsed) names() []string {
	var all []string
	for _, c := range p.chunks {
		all = append(all, c.names...)
	}
	return all
}

// made are those of the names that are there because the cell runs: all but the imported.
func (p *parsed) made() []string {
	var all []string
	for _, c := range p.chunks {
		if c.kind != importDecl {
			all = append(all, c.names...)
		}
	}
	return all
}

// imports are the cell's import specs, by the names that they have in the program.
func (p *parsed) imports() map[string]string {
	all := map[string]string{}
	for _, c := range p.chunks {
		for _, spec := range c.imports {
			text := spec.Path.Value
			if spec.Name != nil {
				text = spec.Name.Name + " " + text
			}
			all[stub.ImportName(spec)] = text
		}
	}
	return all
}

// uses reports whether the cell mentions any of the names.
func (p *parsed) uses(names map[string]bool) bool {
	return slices.ContainsFunc(p.chunks, func(c chunk) bool {
		for n := range c.uses {
			if names[n] {
				return true
			}
		}
		return false
	})
}

// parse cuts a cell into chunks. The problems are its syntax errors.
func parse(c Cell) (*parsed, []Problem) {
	p := &parsed{Cell: c}
	texts, problems := cut(c)
	if len(problems) > 0 {
		return nil, problems
	}
	whole := len(texts) > 0 && firstWord(texts[0].text) == "package"
	if whole {
		texts = texts[1:]
	}
	var main []chunk
	for i, t := range texts {
		if bad := t.parse(c, whole, i == len(texts)-1); len(bad) > 0 {
			return nil, bad
		}
		p.chunks = append(p.chunks, t)
		if t.runs == "main" {
			main = append(main, t.run())
		} else if t.runs != "" {
			p.chunks = append(p.chunks, t.run())
		}
	}
	p.chunks = append(p.chunks, main...) // after all that the cell declares
	return p, nil
}

// run is the statement that calls a main or an init of the cell.
func (k *chunk) run() chunk {
	name := k.names[0]
	return chunk{kind: statement, text: name + "()", line: k.line, column: k.column, uses: map[string]bool{name: true}}
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
	if len(open) > 0 {
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
		f, err = parser.ParseFile(fset, "", "package p\n"+head+k.text, parser.SkipObjectResolution)
		if err == nil {
			k.declaration(fset, f, c)
		}
	default:
		if last {
			if x, err := parser.ParseExpr(k.text); err == nil {
				k.kind, k.uses, k.call = expression, idents(x), !isValue(x)
				return nil
			}
			if x, ok := list(k.text); ok {
				k.kind, k.uses, k.list = expression, idents(x), true
				return nil
			}
		}
		var f *ast.File
		f, err = parser.ParseFile(fset, "", "package p; func _() {\n"+head+k.text+"\n}", parser.SkipObjectResolution)
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
	k.uses = idents(f)
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
	k.uses = idents(f)
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

// Latest leaves out of cells that have run, in the order in which they did, those
// that no later one can depend on: all that such a cell declares is declared again
// later, and nothing in between uses it. A cell that is edited and run a hundred
// times would otherwise be replayed a hundred times.
func Latest(cells []Cell) []Cell {
	all := make([]*parsed, len(cells))
	for i, c := range cells {
		all[i], _ = parse(c)
	}
	var out []Cell
	for i, p := range all {
		if p == nil || !superseded(p, all[i+1:]) {
			out = append(out, cells[i])
		}
	}
	return out
}

func superseded(p *parsed, later []*parsed) bool {
	left := map[string]bool{}
	for _, n := range p.names() {
		left[n] = true
	}
	if len(left) == 0 {
		return false
	}
	for _, q := range later {
		if q == nil || q.uses(left) {
			return false
		}
		for _, n := range q.names() {
			delete(left, n)
		}
		if len(left) == 0 {
			return true
		}
	}
	return false
}
