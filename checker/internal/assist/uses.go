package assist

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"nodebook/checker/internal/cell"
)

// Span is a part of a snippet's text: Source[From:To].
type Span struct{ From, To int }

// Uses returns where the local name at the cursor is declared and used, in order, so
// that an editor can rename it. A name that others can see, a function of a package
// say, or a field, has none: to rename it here would break what stands elsewhere.
func (a *Assistant) Uses(s Snippet) []Span {
	a.types.Lock()
	defer a.types.Unlock()
	from, to := s.word()
	if from == to {
		return nil
	}
	name := s.Source[from:to]
	path, file, fset, files := a.whole(s)
	if files == nil {
		return nil
	}
	info := &types.Info{Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}, Implicits: map[ast.Node]types.Object{}}
	pkg := a.types.Check(path, fset, files, info, nil)
	offset := offsets(s.Source)
	place := func(id *ast.Ident) int {
		at := fset.Position(id.Pos())
		if n, ok := offset(at.Line, at.Column); filepath.Base(at.Filename) == file && ok && strings.HasPrefix(s.Source[n:], id.Name) {
			return n
		}
		return -1
	}
	all := map[*ast.Ident]types.Object{}
	for id, obj := range info.Uses {
		all[id] = obj
	}
	for id, obj := range info.Defs {
		all[id] = obj
	}
	is := map[types.Object]bool{}
	for id, obj := range all {
		if id.Name == name && place(id) == from && obj != nil {
			is[obj] = true
		}
	}
	at := map[int]bool{} // where the name stands
	declared := false
	branches(files[0], info, func(id *ast.Ident, of []types.Object) {
		if place(id) != from && !slices.ContainsFunc(of, func(obj types.Object) bool { return is[obj] }) {
			return
		}
		at[place(id)], declared = true, true
		for _, obj := range of {
			is[obj] = true
		}
	})
	for id, obj := range all {
		n := place(id)
		if obj == nil || !is[obj] || id.Name != name || n < 0 {
			continue
		}
		at[n] = true
		if _, def := info.Defs[id]; def {
			declared = declared || local(obj, pkg, s.Package != "")
		}
	}
	if !declared {
		return nil
	}
	var out []Span
	for _, n := range slices.Sorted(maps.Keys(at)) {
		out = append(out, Span{n, n + len(name)})
	}
	return out
}

// whole is the package that a snippet is in, as it is written. Positions in the snippet
// are in file.
func (a *Assistant) whole(s Snippet) (path, file string, fset *token.FileSet, files []*ast.File) {
	if s.Package != "" {
		fset, files = a.packageWith(s, s.Source)
		return "nodebook/" + s.Package, hereFile, fset, files
	}
	c := cell.Cell{Number: s.number(), Source: s.Source}
	p := cell.Assemble(s.Above, c, s.Names, nil)
	fset = token.NewFileSet()
	if f, _ := parser.ParseFile(fset, "main.go", p.Source, parser.SkipObjectResolution); f != nil && len(p.Problems) == 0 {
		files = []*ast.File{f}
	}
	return "main", c.File(), fset, files
}

// local reports whether an object is nobody's but the snippet's. The top level of a
// cell is a function's.
func local(obj types.Object, pkg *types.Package, inPackage bool) bool {
	switch o := obj.(type) {
	case *types.Var:
		if o.IsField() {
			return false
		}
	case *types.Func:
		if o.Signature().Recv() != nil {
			return false
		}
	}
	return !inPackage || obj.Parent() != pkg.Scope()
}

// branches finds the names that type switches declare, each with its objects.
func branches(f *ast.File, info *types.Info, found func(*ast.Ident, []types.Object)) {
	ast.Inspect(f, func(n ast.Node) bool {
		s, ok := n.(*ast.TypeSwitchStmt)
		if !ok {
			return true
		}
		if a, ok := s.Assign.(*ast.AssignStmt); ok && len(a.Lhs) == 1 {
			if id, ok := a.Lhs[0].(*ast.Ident); ok {
				var of []types.Object
				for _, c := range s.Body.List {
					if obj := info.Implicits[c]; obj != nil {
						of = append(of, obj)
					}
				}
				found(id, of)
			}
		}
		return true
	})
}

// offsets turns lines and columns of a text into offsets.
func offsets(text string) func(line, column int) (int, bool) {
	starts := []int{0}
	for i, c := range []byte(text) {
		if c == '\n' {
			starts = append(starts, i+1)
		}
	}
	return func(line, column int) (int, bool) {
		if line < 1 || line > len(starts) || column < 1 {
			return 0, false
		}
		n := starts[line-1] + column - 1
		return n, n < len(text)
	}
}
