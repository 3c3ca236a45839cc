package preflight

import (
	"go/ast"
	"go/types"
	"path"
	"slices"
	"strings"
)

// shared reports whether an object is a variable of a package that is not the
// workbook's through which something that others use could be changed.
func (t *typed) shared(obj types.Object) bool {
	v, ok := obj.(*types.Var)
	return ok && !strings.HasPrefix(v.Pkg().Path(), workbookPath) && reaches(v.Type())
}

// reaches reports whether a value of a type refers to something that could be
// changed through it. An error is taken for one that could not.
func reaches(x types.Type) bool { return reachesNew(x, map[types.Type]bool{}) }

// reachesNew passes over types that have been looked at: a submission's may be forty
// fields wide and eight levels deep.
func reachesNew(x types.Type, seen map[types.Type]bool) bool {
	if x == nil || seen[x] || types.Identical(x, types.Universe.Lookup("error").Type()) {
		return false
	}
	seen[x] = true
	switch x := x.Underlying().(type) {
	case *types.Pointer, *types.Slice, *types.Map, *types.Chan, *types.Interface, *types.Signature:
		return true
	case *types.Array:
		return reachesNew(x.Elem(), seen)
	case *types.Struct:
		for f := range x.Fields() {
			if reachesNew(f.Type(), seen) {
				return true
			}
		}
	}
	return false
}

// onlyRead reports whether a shared variable of a package is used where it cannot
// be kept or changed: as what a method is called on, as an argument of a function
// of its own package or of one that prints, or as what is compared or counted.
func (t *typed) onlyRead(id *ast.Ident, of string) bool {
	var n ast.Node = id
	for up := 0; ; up++ {
		switch p := t.parent(up).(type) {
		case *ast.ParenExpr, *ast.TypeAssertExpr:
			n = p
		case *ast.SelectorExpr:
			if p.Sel == n { // the name before the point is the package's
				n = p
				continue
			}
			if call, ok := t.parent(up + 1).(*ast.CallExpr); ok && call.Fun == p {
				f, ok := t.info.Uses[p.Sel].(*types.Func)
				return ok && f.Pkg() != nil && f.Pkg() != t.pkg && !slices.Contains(views, f.FullName())
			}
			n = p
		case *ast.CallExpr:
			if p.Fun == n { // a function in a variable
				return true
			}
			switch f := t.callee(p).(type) {
			case *types.Builtin:
				return f.Name() == "len" || f.Name() == "cap"
			case *types.Func:
				return f.Pkg() != nil && (f.Pkg().Path() == of || f.Pkg().Path() == "fmt" && !strings.Contains(f.Name(), "can") && !strings.HasPrefix(f.Name(), "Append") ||
					slices.Contains(readers, f.FullName()))
			}
			return false
		case *ast.IndexExpr:
			if p.X != n {
				return false
			}
			if x, ok := t.info.Types[p]; ok && x.IsValue() && !reaches(x.Type) {
				return true
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
var readers = []string{"(time.Time).In", "(net.IP).Equal"}

// views are methods that give out a part of what they are called on.
var views = []string{"(net.IP).To4", "(net.IP).To16"}

// unchanged refuses a place to store to that belongs to another package, and one
// that is the whole of a sealed value.
func (t *typed) unchanged(x ast.Expr) {
	if x == nil {
		return
	}
	_, sliced := x.(*ast.SliceExpr) // bytes of the workbook's may be read so
	if s, ok := ast.Unparen(x).(*ast.StarExpr); ok {
		if n := t.info.TypeOf(s); n != nil && sealed(n) {
			t.refuse(x, "a new value over a %s that others may share: use a variable of your own", types.TypeString(n, (*types.Package).Name))
		}
	}
	for {
		switch y := x.(type) {
		case *ast.Ident:
			t.own(x, t.info.Uses[y], sliced)
			return
		case *ast.ParenExpr:
			x = y.X
		case *ast.StarExpr:
			x = y.X
		case *ast.SelectorExpr:
			if id, ok := y.X.(*ast.Ident); ok {
				if _, pkg := t.info.Uses[id].(*types.PkgName); pkg {
					t.own(x, t.info.Uses[y.Sel], sliced)
					return
				}
			}
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

// own refuses a change of a variable of another package.
func (t *typed) own(at ast.Expr, obj types.Object, sliced bool) {
	if v, ok := obj.(*types.Var); ok && !(sliced && strings.HasPrefix(v.Pkg().Path(), workbookPath)) && v.Pkg() != nil && v.Pkg() != t.pkg && v.Parent() == v.Pkg().Scope() {
		t.refuse(at, "a change to, or the address of, %s.%s: it belongs to another package; use a variable of your own", path.Base(v.Pkg().Path()), v.Name())
	}
}
