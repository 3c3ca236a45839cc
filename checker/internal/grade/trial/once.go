package trial

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"

	"nodebook/checker/internal/build"
)

// The compiler reads some arguments of make, append and copy twice: before it asks for
// memory, and after. If another goroutine runs meanwhile and changes them, the slice is
// longer than its memory, and from there all memory can be written. Go's specification
// permits this, because that is a data race. So the code that shares a process with its
// tests is compiled with each such argument copied first, by a function of ours.

// once gives the files of a package with such arguments copied. ok is false if there
// is nothing to copy.
func once(p *build.Package) (files []build.File, ok bool) {
	o := &copies{fset: token.NewFileSet(), name: onceName, consts: map[string]bool{}, others: map[string]bool{}}
	var parsed []*ast.File
	for _, f := range p.Files {
		for strings.Contains(string(f.Src), o.name) {
			o.name += "_"
		}
		x, err := parser.ParseFile(o.fset, f.Name, f.Src, parser.SkipObjectResolution)
		if err != nil {
			return p.Files, false // the compiler says why
		}
		parsed = append(parsed, x)
		o.declared(x)
	}
	for i, f := range p.Files {
		src := o.file(parsed[i], f.Src)
		ok = ok || len(src) > len(f.Src)
		files = append(files, build.File{Name: f.Name, Src: src})
	}
	if !ok {
		return p.Files, false
	}
	return append(files, build.File{Name: path.Join(path.Dir(p.Files[0].Name), o.name+".go"),
		Src: fmt.Appendf(nil, "package %s\n\nfunc %s[T interface{}](x T) T { return x }\n", parsed[0].Name.Name, o.name)}), true
}

const onceName = "nodebookOnce"

// copies finds the arguments of a package that must be copied.
type copies struct {
	fset    *token.FileSet
	name    string          // of the function that copies
	consts  map[string]bool // names of constants
	others  map[string]bool // names of anything else that is declared
	imports map[string]bool // names that this file gives to standard packages
}

// declared notes what a file declares, in any scope.
func (o *copies) declared(f *ast.File) {
	other := func(names ...*ast.Ident) {
		for _, n := range names {
			o.others[n.Name] = true
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GenDecl:
			for _, s := range n.Specs {
				if s, ok := s.(*ast.ValueSpec); ok {
					for _, name := range s.Names {
						o.consts[name.Name] = o.consts[name.Name] || n.Tok == token.CONST
						o.others[name.Name] = o.others[name.Name] || n.Tok != token.CONST
					}
				}
			}
		case *ast.TypeSpec:
			other(n.Name)
		case *ast.FuncDecl:
			if n.Recv == nil {
				other(n.Name)
			}
		case *ast.Field:
			other(n.Names...)
		case *ast.AssignStmt:
			if n.Tok == token.DEFINE {
				for _, x := range n.Lhs {
					if id, ok := x.(*ast.Ident); ok {
						other(id)
					}
				}
			}
		case *ast.RangeStmt:
			for _, x := range []ast.Expr{n.Key, n.Value} {
				if id, ok := x.(*ast.Ident); ok {
					other(id)
				}
			}
		}
		return true
	})
}

// file is a file with its arguments copied, on the same lines.
func (o *copies) file(f *ast.File, src []byte) []byte {
	o.imports = map[string]bool{}
	for _, i := range f.Imports {
		at, _ := strconv.Unquote(i.Path.Value)
		name := path.Base(at)
		if i.Name != nil {
			name = i.Name.Name
		}
		o.imports[name] = !strings.HasPrefix(at, build.Workbook)
	}
	type insert struct {
		at   int
		text string
	}
	var all []insert
	ast.Inspect(f, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		for _, x := range copied(call) {
			if !o.constant(x) {
				all = append(all, insert{o.fset.PositionFor(x.Pos(), false).Offset, o.name + "("}, insert{o.fset.PositionFor(x.End(), false).Offset, ")"})
			}
		}
		return true
	})
	slices.SortStableFunc(all, func(x, y insert) int { return x.at - y.at })
	out, from := []byte(nil), 0
	for _, x := range all {
		out = append(append(out, src[from:x.at]...), x.text...)
		from = x.at
	}
	return append(out, src[from:]...)
}

// copied are the arguments of a call that the compiler may read twice. A function of
// the package's own may have the name of a built-in one: to copy its arguments changes
// nothing.
func copied(call *ast.CallExpr) []ast.Expr {
	f, ok := ast.Unparen(call.Fun).(*ast.Ident)
	switch {
	case !ok || len(call.Args) < 2:
	case f.Name == "make":
		return call.Args[1:]
	case f.Name == "copy":
		return call.Args[1:2]
	case f.Name == "append" && call.Ellipsis.IsValid():
		if inner, ok := call.Args[1].(*ast.CallExpr); ok { // append(x, make(...)...) has a copy inside
			if f, ok := inner.Fun.(*ast.Ident); ok && f.Name == "make" {
				return nil
			}
		}
		return call.Args[1:2]
	}
	return nil
}

// constant reports whether an expression is a constant, whatever the scope.
func (o *copies) constant(x ast.Expr) bool {
	switch x := x.(type) {
	case *ast.BasicLit:
		return true
	case *ast.Ident:
		return !o.others[x.Name] && (o.consts[x.Name] || x.Name == "nil")
	case *ast.ParenExpr:
		return o.constant(x.X)
	case *ast.UnaryExpr:
		return o.constant(x.X)
	case *ast.BinaryExpr:
		return o.constant(x.X) && o.constant(x.Y)
	case *ast.SelectorExpr: // a standard package's variables cannot be changed
		p, ok := x.X.(*ast.Ident)
		return ok && o.imports[p.Name] && !o.others[p.Name] && !o.consts[p.Name]
	}
	return false
}
