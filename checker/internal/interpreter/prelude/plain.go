package prelude

import "go/types"

// NotPlain says what keeps the core's value of a type from being what
// reflection would see of it: names that are not exported, methods, interfaces.
// "" means that nothing does. ours tells which packages are the sources'.
func NotPlain(t types.Type, ours func(*types.Package) bool) string {
	p := plain{ours, map[types.Type]bool{}}
	return p.look(t)
}

type plain struct {
	ours func(*types.Package) bool
	seen map[types.Type]bool
}

func (p plain) look(t types.Type) string {
	if p.seen[t] {
		return ""
	}
	p.seen[t] = true
	if n, ok := types.Unalias(t).(*types.Named); ok && n.Obj().Pkg() != nil {
		if !p.ours(n.Obj().Pkg()) {
			return ""
		}
		if name := encodes(n); name != "" {
			return "its " + name + " would not be called"
		}
	}
	switch u := t.Underlying().(type) {
	case *types.Pointer:
		return p.look(u.Elem())
	case *types.Slice:
		return p.look(u.Elem())
	case *types.Array:
		return p.look(u.Elem())
	case *types.Map:
		if why := p.look(u.Key()); why != "" {
			return why
		}
		return p.look(u.Elem())
	case *types.Struct:
		return p.fields(u)
	case *types.Interface:
		if u.NumMethods() > 0 {
			return "it has interfaces in it"
		}
	}
	return ""
}

func (p plain) fields(u *types.Struct) string {
	for f := range u.Fields() {
		if !f.Exported() || f.Embedded() {
			return "it has fields that are embedded or not exported"
		}
		if why := p.look(f.Type()); why != "" {
			return why
		}
	}
	return ""
}

// encodes is a method of a type, or of a pointer to it, that an encoder or
// decoder would look for; "" if it has none.
func encodes(t types.Type) string {
	for sel := range types.NewMethodSet(types.NewPointer(t)).Methods() {
		switch name := sel.Obj().Name(); name {
		case "MarshalJSON", "UnmarshalJSON", "MarshalText", "UnmarshalText", "MarshalBinary", "UnmarshalBinary", "Scan", "Format":
			return name
		}
	}
	return ""
}
