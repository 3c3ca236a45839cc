package relocate

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
)

// Source is a Go file that is about to be edited. Edits are made in its text, so
// that layout and comments stay as they were written.
type Source struct {
	Text []byte
	File *ast.File
	set  *token.FileSet
}

// Parse reads a file. The name is for messages only.
func Parse(name string, text []byte) (*Source, error) {
	set := token.NewFileSet()
	f, err := parser.ParseFile(set, name, text, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	return &Source{text, f, set}, nil
}

// Line is the line of a position.
func (s *Source) Line(p token.Pos) int { return s.set.Position(p).Line }

func (s *Source) at(p token.Pos) int { return s.set.Position(p).Offset }

// Edit replaces the text from one offset to another.
type Edit struct {
	From, To int
	Text     string
}

// Apply makes edits, which must not overlap, in a text.
func Apply(text []byte, edits []Edit) []byte {
	edits = slices.Clone(edits)
	slices.SortStableFunc(edits, func(x, y Edit) int { return x.From - y.From })
	var out bytes.Buffer
	at := 0
	for _, e := range edits {
		out.Write(text[at:e.From])
		out.WriteString(e.Text)
		at = e.To
	}
	out.Write(text[at:])
	return out.Bytes()
}

// Free are the identifiers that a file uses and does not declare: names of the
// package's other files, of imports, of the language.
func (s *Source) Free() []*ast.Ident {
	own := map[*ast.Object]bool{}
	for _, o := range s.File.Scope.Objects {
		own[o] = true
	}
	free := slices.Clone(s.File.Unresolved)
	ast.Inspect(s.File, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && id.Obj != nil && own[id.Obj] && id.Pos() != id.Obj.Pos() {
			free = append(free, id)
		}
		return true
	})
	return free
}

// Qualify puts a package's name before the names that homes has.
func (s *Source) Qualify(homes map[string]string) []Edit {
	var out []Edit
	for _, id := range s.Free() {
		if home := homes[id.Name]; home != "" {
			at := s.at(id.Pos())
			out = append(out, Edit{at, at, home + "."})
		}
	}
	return out
}

// Functions makes functions of methods: their receiver becomes the first
// argument, where they are declared and where they are called. prefix is the
// functions' package, with a dot, for calls from another one.
func (s *Source) Functions(methods map[string]bool, prefix string) []Edit {
	var out []Edit
	ast.Inspect(s.File, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			if n.Recv != nil && methods[n.Name.Name] && prefix == "" {
				out = append(out, s.receiver(n)...)
			}
		case *ast.CallExpr:
			f, ok := n.Fun.(*ast.SelectorExpr)
			if !ok || !methods[f.Sel.Name] {
				return true
			}
			between := ""
			if len(n.Args) > 0 {
				between = ", "
			}
			start := s.at(f.Pos())
			out = append(out, Edit{start, start, prefix + f.Sel.Name + "("}, Edit{s.at(f.X.End()), s.at(n.Lparen) + 1, between})
		}
		return true
	})
	return out
}

// receiver makes a receiver the first parameter.
func (s *Source) receiver(f *ast.FuncDecl) []Edit {
	text := string(s.Text[s.at(f.Recv.Opening)+1 : s.at(f.Recv.Closing)])
	if f.Type.Params.NumFields() > 0 {
		text += ", "
	}
	open := s.at(f.Type.Params.Opening) + 1
	return []Edit{{s.at(f.Recv.Opening), s.at(f.Name.Pos()), ""}, {open, open, text}}
}

// Selectors renames the package of what is written as from.NAME to to.NAME, for
// the given names.
func (s *Source) Selectors(from, to string, names map[string]bool) []Edit {
	var out []Edit
	ast.Inspect(s.File, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok && names[sel.Sel.Name] {
			if id, ok := sel.X.(*ast.Ident); ok && id.Name == from && id.Obj == nil {
				out = append(out, Edit{s.at(id.Pos()), s.at(id.End()), to})
			}
		}
		return true
	})
	return out
}

// selected are the names behind a dot.
func (s *Source) selected() []string {
	var out []string
	ast.Inspect(s.File, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			out = append(out, sel.Sel.Name)
		}
		return true
	})
	return out
}
