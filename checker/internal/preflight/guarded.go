package preflight

import (
	"go/types"
	"slices"
	"strings"
)

// guardedType finds a type in another that has rules: its package has, or it has
// nothing that could be stored to but the whole of it.
func guardedType(x types.Type, seen map[types.Type]bool) *types.TypeName {
	if x == nil || seen[x] {
		return nil
	}
	seen[x] = true
	inside := func(all ...types.Type) *types.TypeName {
		for _, y := range all {
			if n := guardedType(y, seen); n != nil {
				return n
			}
		}
		return nil
	}
	switch x := x.(type) {
	case *types.Alias:
		return inside(types.Unalias(x))
	case *types.Named:
		n := x.Obj()
		if p := n.Pkg(); p != nil && (some[p.Path()] != nil && p.Path() != processes || slices.Contains(never, p.Path()) || slices.Contains(closed[p.Path()], n.Name()) || sealed(x) || isWhole(x)) {
			return n
		}
		for y := range x.TypeArgs().Types() {
			if n := inside(y); n != nil {
				return n
			}
		}
	case *types.Pointer:
		return inside(x.Elem())
	case *types.Slice:
		return inside(x.Elem())
	case *types.Array:
		return inside(x.Elem())
	case *types.Chan:
		return inside(x.Elem())
	case *types.Map:
		return inside(x.Key(), x.Elem())
	case *types.Signature:
		for v := range x.Params().Variables() {
			if n := inside(v.Type()); n != nil {
				return n
			}
		}
		for v := range x.Results().Variables() {
			if n := inside(v.Type()); n != nil {
				return n
			}
		}
	case *types.Struct:
		for v := range x.Fields() {
			if n := inside(v.Type()); n != nil {
				return n
			}
		}
	}
	return nil
}

// sealed reports whether a standard struct type has no exported field, and a
// variable of its package refers to one: what gives out such values gives out
// shared ones, and storing over a whole one would change them for all.
func sealed(x types.Type) bool {
	n, ok := types.Unalias(x).(*types.Named)
	if !ok || n.Obj().Pkg() == nil || strings.HasPrefix(n.Obj().Pkg().Path(), "nodebook/") {
		return false
	}
	s, ok := n.Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for f := range s.Fields() {
		if f.Exported() {
			return false
		}
	}
	scope := n.Obj().Pkg().Scope()
	for _, name := range scope.Names() {
		if v, ok := scope.Lookup(name).(*types.Var); ok && v.Exported() && types.Identical(v.Type(), types.NewPointer(n)) {
			return true
		}
	}
	return false
}
