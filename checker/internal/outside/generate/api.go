package generate

import (
	"fmt"
	"go/types"
	"slices"
	"strings"
)

// api is what a package offers: its functions, and the types that they reach.
type api struct {
	packages  []*checked      // that have proxies; the one under test is the first
	wanted    map[string]bool // packages that need one
	functions []*function
	sentinels []*types.Var
	structs   []*types.Named        // of the lessons, with the fields that the reference has
	values    map[*types.Named]bool // those that travel by value, with what they keep to themselves
	others    []*types.Named        // of this package, that an interface may hold
	ifaces    []types.Type          // of which stubs are made
	adapters  map[string]bool
	seen      map[string]string // reasons by type
}

func newAPI(packages []*checked) *api {
	a := &api{packages: packages, wanted: map[string]bool{}, values: map[*types.Named]bool{}, adapters: map[string]bool{}, seen: map[string]string{}}
	for _, p := range family(packages[0].Package) {
		a.variables(p)
	}
	for _, p := range packages {
		a.offers(p.Package)
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

// own reports whether a package has a proxy.
func (a *api) own(p *types.Package) bool {
	return slices.ContainsFunc(a.packages, func(c *checked) bool { return p != nil && c.Path() == p.Path() })
}

// offers notes what a package exports.
func (a *api) offers(p *types.Package) {
	for _, name := range p.Scope().Names() {
		switch obj := p.Scope().Lookup(name).(type) {
		case *types.Func:
			if obj.Exported() {
				a.functions = append(a.functions, &function{obj: obj, pkg: p, sig: obj.Signature()})
			}
		case *types.TypeName:
			if obj.Exported() && !obj.IsAlias() {
				a.methods(obj.Type().(*types.Named))
			}
		}
	}
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
			a.functions = append(a.functions, &function{obj: m, pkg: t.Obj().Pkg(), recv: m.Signature().Recv().Type(), sig: m.Signature()})
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
		if p == a.packages[0].Package {
			return ""
		}
		return p.Name()
	})
}

func isAny(t types.Type) bool {
	i, ok := t.Underlying().(*types.Interface)
	return ok && i.Empty()
}
