package relocate

import (
	"errors"
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strings"
)

// decl is one top-level declaration, or one specification of a group.
type decl struct {
	file  string // where it is, below the workbook's root
	line  int
	name  string   // a method's as Type.Method
	names []string // all names that it declares
	lead  string   // the comments before it
	text  string   // from its keyword to the end of its last line

	grouped        bool // its keyword is that of a group
	begin, at, end int  // offsets in the file: of the lead, of the text, of its end
	err            error
}

// unit is a parsed file.
type unit struct {
	file    string
	pkg     string
	top     string // comments before the package clause
	imports []string
	decls   []decl
	tail    string // comments after the last declaration
}

// read takes a file apart. Of a file that does not parse it takes what does.
func read(file string, text []byte) unit {
	s, err := Parse(file, text)
	if err != nil {
		return readBroken(file, text)
	}
	u := unit{file: file, pkg: s.File.Name.Name, top: string(text[:s.at(s.File.Package)])}
	at, pending := endOfLine(text, s.at(s.File.Name.End())), ""
	for _, d := range s.File.Decls {
		for _, part := range s.parts(d) {
			from, start := min(at, s.at(part.start)), s.at(part.start)
			at = endOfLine(text, s.at(part.end))
			pending += string(text[from:start])
			if part.names == nil { // an import, or the ends of a group
				u.imports = append(u.imports, part.imports...)
				continue
			}
			u.decls = append(u.decls, decl{file: file, line: s.Line(part.start), name: part.names[0], names: part.names,
				lead: strings.TrimSpace(pending), text: part.keyword + strings.TrimRight(string(text[start:at]), "\n"),
				grouped: part.keyword != "", begin: from, at: start, end: at})
			pending = ""
		}
	}
	u.tail = strings.TrimSpace(pending + string(text[at:]))
	return u
}

var errParse = errors.New("it does not parse")

// part is what of a declaration is moved as a whole.
type part struct {
	start, end token.Pos
	keyword    string // that a specification of a group lacks
	names      []string
	imports    []string
}

func (s *Source) parts(d ast.Decl) []part {
	f, ok := d.(*ast.FuncDecl)
	if ok {
		name := f.Name.Name
		if f.Recv != nil && len(f.Recv.List) == 1 {
			name = typeName(f.Recv.List[0].Type) + "." + name
		}
		return []part{{start: f.Pos(), end: f.End(), names: []string{name}}}
	}
	g := d.(*ast.GenDecl)
	if g.Tok == token.IMPORT {
		p := part{start: g.Pos(), end: g.End()}
		for _, spec := range g.Specs {
			p.imports = append(p.imports, string(s.Text[s.at(spec.Pos()):s.at(spec.(*ast.ImportSpec).Path.End())]))
		}
		return []part{p}
	}
	var all []part
	var names []string
	counted := false // iota counts through the group
	for _, spec := range g.Specs {
		own := specNames(spec)
		names = append(names, own...)
		v, ok := spec.(*ast.ValueSpec)
		counted = counted || ok && g.Tok == token.CONST && (len(v.Values) == 0 || s.uses(v, "iota"))
		all = append(all, part{start: spec.Pos(), end: spec.End(), keyword: g.Tok.String() + " ", names: own})
	}
	if !g.Lparen.IsValid() || counted || len(all) == 0 {
		return []part{{start: g.Pos(), end: g.End(), names: names}}
	}
	all = append(all, part{start: g.Rparen, end: g.End()})
	return append([]part{{start: g.Pos(), end: g.Lparen + 1}}, all...)
}

func (s *Source) uses(n ast.Node, name string) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		found = found || ok && id.Name == name
		return !found
	})
	return found
}

func specNames(spec ast.Spec) []string {
	switch spec := spec.(type) {
	case *ast.TypeSpec:
		return []string{spec.Name.Name}
	case *ast.ValueSpec:
		var out []string
		for _, id := range spec.Names {
			out = append(out, id.Name)
		}
		return out
	}
	return nil
}

// typeName is the name of a receiver's type.
func typeName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return typeName(e.X)
	case *ast.IndexExpr:
		return typeName(e.X)
	case *ast.IndexListExpr:
		return typeName(e.X)
	case *ast.ParenExpr:
		return typeName(e.X)
	case *ast.Ident:
		return e.Name
	}
	return "?"
}

func endOfLine(text []byte, at int) int {
	if i := slices.Index(text[at:], '\n'); i >= 0 {
		return at + i + 1
	}
	return len(text)
}

// begins finds where top-level declarations begin in gofmt's layout, which is how
// most code is laid out that does not parse.
var (
	begins   = regexp.MustCompile(`(?m)^(func|type|var|const)\b`)
	packaged = regexp.MustCompile(`(?m)^package\s+(\w+)`)
	function = regexp.MustCompile(`^func\s+(?:\(\s*(?:\w+\s+)?\*?(\w+)[^)]*\)\s*)?(\w+)`)
	named    = regexp.MustCompile(`^(?:type|var|const)\s+(\w+)`)
)

func readBroken(file string, text []byte) unit {
	u := unit{file: file}
	if m := packaged.FindSubmatch(text); m != nil {
		u.pkg = string(m[1])
	}
	at := begins.FindAllIndex(text, -1)
	if len(at) == 0 {
		u.decls = []decl{{file: file, line: 1, name: file, names: []string{file}, text: string(text), err: errParse}}
		return u
	}
	head := string(text[:leadStart(text, at[0][0])])
	if _, err := Parse(file, []byte(head)); err == nil {
		r := read(file, []byte(head))
		u.top, u.imports = r.top, r.imports
	}
	for i, m := range at {
		from, to := leadStart(text, m[0]), len(text)
		if i+1 < len(at) {
			to = leadStart(text, at[i+1][0])
		}
		prefix := "package p\n"
		line := 1 + strings.Count(string(text[:m[0]]), "\n")
		if _, err := Parse(file, []byte(prefix+string(text[from:to]))); err != nil {
			name := file
			if g := function.FindStringSubmatch(string(text[m[0]:to])); g != nil {
				name = strings.TrimPrefix(g[1]+"."+g[2], ".")
			} else if g := named.FindStringSubmatch(string(text[m[0]:to])); g != nil {
				name = g[1]
			}
			u.decls = append(u.decls, decl{file: file, line: line, name: name, names: []string{name}, err: errParse,
				lead: strings.TrimSpace(string(text[from:m[0]])), text: strings.TrimRight(string(text[m[0]:to]), "\n")})
			continue
		}
		for _, d := range read(file, []byte(prefix+string(text[from:to]))).decls {
			d.line += strings.Count(string(text[:from]), "\n") - 1
			u.decls = append(u.decls, d)
		}
	}
	return u
}

// leadStart goes back from a declaration over the comment lines before it.
func leadStart(text []byte, at int) int {
	for at > 0 {
		line := strings.LastIndexByte(string(text[:at-1]), '\n') + 1
		if !strings.HasPrefix(string(text[line:at]), "//") {
			return at
		}
		at = line
	}
	return at
}
