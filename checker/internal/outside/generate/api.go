package generate

import (
	"fmt"
	"go/types"
	"slices"
	"strings"
)

// api is what a package offers: its functions, and the types that they reach.
type api struct {
	pkg       *types.Package
	functions []*function
	sentinels []*types.Var
	structs   []*types.Named // of the lessons, with the fields that the reference has
	others    []*types.Named // of this package, that an interface may hold
	ifaces    []types.Type   // of which stubs are made
	adapters  map[string]bool
	seen      map[string]string // reasons by type
}

func newAPI(pkg *types.Package) *api {
	a := &api{pkg: pkg, adapters: map[string]bool{}, seen: map[string]string{}}
	scope := pkg.Scope()
	for _, p := range family(pkg) {
		a.variables(p)
	}
	for _, name := range scope.Names() {
		switch obj := scope.Lookup(name).(type) {
		case *types.Func:
			if obj.Exported() {
				a.functions = append(a.functions, &function{obj: obj, sig: obj.Signature()})
			}
		case *types.TypeName:
			if obj.Exported() && !obj.IsAlias() {
				a.methods(obj.Type().(*types.Named))
			}
		}
	}
	n := 0
	for _, f := range a.functions {
		if f.reason = a.fits(f); f.reason == "" {
			f.number = n
			n++
		}
	}
	return a
}

// family is a package and those of the lessons that it imports: its errors may be
// theirs.
func family(pkg *types.Package) []*types.Package {
	all := []*types.Package{pkg}
	for i := 0; i < len(all); i++ {
		for _, p := range all[i].Imports() {
			if lessons(p) && p.Name() != "todo" && !slices.Contains(all, p) {
				all = append(all, p)
			}
		}
	}
	slices.SortFunc(all, func(a, b *types.Package) int { return strings.Compare(a.Path(), b.Path()) })
	return all
}

// variables notes the errors of a package.
func (a *api) variables(p *types.Package) {
	failure := types.Universe.Lookup("error").Type()
	for _, name := range p.Scope().Names() {
		if v, ok := p.Scope().Lookup(name).(*types.Var); ok && v.Exported() && types.Identical(v.Type(), failure) {
			a.sentinels = append(a.sentinels, v)
		}
	}
}

func (a *api) methods(t *types.Named) {
	if !types.IsInterface(t) && t.TypeParams().Len() == 0 {
		if _, isStruct := t.Underlying().(*types.Struct); !isStruct && !slices.Contains(a.others, t) {
			a.others = append(a.others, t)
		}
	}
	for m := range t.Methods() {
		if m.Exported() {
			a.functions = append(a.functions, &function{obj: m, recv: m.Signature().Recv().Type(), sig: m.Signature()})
		}
	}
}

// unfit is why functions cannot be called from outside.
func (a *api) unfit() map[string]string {
	out := map[string]string{}
	for _, f := range a.functions {
		if f.reason != "" {
			out[f.name()] = f.reason
		}
	}
	return out
}

// fits says why a function cannot be called from outside; "" if it can.
func (a *api) fits(f *function) string {
	if f.sig.TypeParams().Len() > 0 || f.sig.RecvTypeParams().Len() > 0 {
		return "it has type parameters"
	}
	if f.recv != nil {
		if why := a.reach(f.recv, false); why != "" {
			return "its receiver: " + why
		}
	}
	return a.signature(f.sig)
}

func (a *api) signature(sig *types.Signature) string {
	for i := range sig.Params().Len() {
		p := sig.Params().At(i)
		t := p.Type()
		if sig.Variadic() && i == sig.Params().Len()-1 {
			if s, ok := t.(*types.Slice); ok && isAny(s.Elem()) { // a Printf's arguments
				continue
			}
		}
		if why := a.reach(t, false); why != "" {
			return a.place(p.Name(), t) + ": " + why
		}
	}
	for r := range sig.Results().Variables() {
		if why := a.reach(r.Type(), false); why != "" {
			return "its result of type " + a.short(r.Type()) + ": " + why
		}
	}
	return ""
}

func (a *api) place(name string, t types.Type) string {
	if name == "" || name == "_" {
		return "its parameter of type " + a.short(t)
	}
	return fmt.Sprintf("its parameter %s of type %s", name, a.short(t))
}

func (a *api) short(t types.Type) string {
	return types.TypeString(t, func(p *types.Package) string {
		if p == a.pkg {
			return ""
		}
		return p.Name()
	})
}

func isAny(t types.Type) bool {
	i, ok := t.Underlying().(*types.Interface)
	return ok && i.Empty()
}

// std is the types of the standard library that travel though they are structs, and
// the adapter that they need, if any.
var std = map[string]string{
	"time.Time": "", "net/netip.Addr": "", "net/netip.AddrPort": "", "net/netip.Prefix": "", "math/big.Int": "",
	"crypto/rsa.PrivateKey": "rsakey", "crypto/rsa.PublicKey": "rsakey",
}

// unfitInterfaces is why some interfaces are not called over a stream.
var unfitInterfaces = map[string]string{
	"context.Context": "its end must be seen without a call",
	"net.Conn":        "its deadlines follow the clock of the tests",
	"net.Listener":    "its connections follow the clock of the tests",
}

// reach says why values of a type cannot travel, "" if they can, and notes what
// both sides must know of it. behind says that only exported fields do: the type
// is that of a variable behind a pointer.
func (a *api) reach(t types.Type, behind bool) string {
	key := fmt.Sprint(behind, types.TypeString(t, nil))
	if why, ok := a.seen[key]; ok {
		return why
	}
	a.seen[key] = "" // for a type that refers to itself
	why := a.look(t, behind)
	a.seen[key] = why
	return why
}

func (a *api) look(t types.Type, behind bool) string {
	if n, ok := t.(*types.Named); ok {
		if n.TypeArgs().Len() > 0 {
			return a.short(t) + " has type parameters"
		}
		if n.Obj().Pkg() == nil { // error
			return ""
		}
		path := n.Obj().Pkg().Path() + "." + n.Obj().Name()
		if adapter, ok := std[path]; ok {
			if adapter != "" {
				a.adapters[adapter] = true
			}
			return ""
		}
		if why := unfitInterfaces[path]; why != "" {
			return why
		}
		if _, isStruct := n.Underlying().(*types.Struct); isStruct && !lessons(n.Obj().Pkg()) {
			return "there is no adapter for " + path
		}
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		if u.Kind() == types.UnsafePointer {
			return "an unsafe.Pointer"
		}
	case *types.Slice:
		return a.reach(u.Elem(), false)
	case *types.Array:
		return a.reach(u.Elem(), false)
	case *types.Pointer:
		return a.reach(u.Elem(), true)
	case *types.Map:
		if why := a.reach(u.Key(), false); why != "" {
			return why
		}
		return a.reach(u.Elem(), false)
	case *types.Chan:
		return "a channel"
	case *types.Signature:
		return a.signature(u)
	case *types.Interface:
		return a.iface(t, u)
	case *types.Struct:
		if why := a.elsewhere(t, u, behind); why != "" {
			return why
		}
		if n, ok := t.(*types.Named); ok && !slices.Contains(a.structs, n) {
			a.structs = append(a.structs, n)
		}
		for f := range u.Fields() {
			if behind && !f.Exported() {
				continue
			}
			if why := a.reach(f.Type(), false); why != "" {
				return "the field " + f.Name() + " of " + a.short(t) + ": " + why
			}
		}
	}
	return ""
}

// elsewhere says why a variable of another package's type cannot be shared: that
// package is the reference's with the tests and the learner's with the child, and
// what the variable keeps to itself would be on one side only.
func (a *api) elsewhere(t types.Type, u *types.Struct, behind bool) string {
	n, ok := t.(*types.Named)
	if !ok || !behind || n.Obj().Pkg() == a.pkg {
		return ""
	}
	for f := range u.Fields() {
		if !f.Exported() {
			return "the state of a " + a.short(t) + " is kept by another package"
		}
	}
	return ""
}

func (a *api) iface(t types.Type, u *types.Interface) string {
	if types.Identical(t, types.Universe.Lookup("error").Type()) {
		return ""
	}
	if u.Empty() {
		return "the type of what it holds is not known"
	}
	for m := range u.Methods() {
		if !m.Exported() {
			return "the method " + m.Name() + " of an interface"
		}
		if why := a.signature(m.Signature()); why != "" {
			return "the method " + m.Name() + ": " + why
		}
	}
	a.ifaces = append(a.ifaces, t)
	return ""
}
