package generate

import (
	"fmt"
	"go/types"
	"slices"
)

// std is the types of the standard library that travel though they are structs, and
// the adapter that they need, if any.
var std = map[string]string{
	"time.Time": "", "net/netip.Addr": "ipaddr", "net/netip.AddrPort": "ipaddr", "net/netip.Prefix": "ipaddr", "math/big.Int": "bigint",
	"crypto/rsa.PrivateKey": "rsakey", "crypto/rsa.PublicKey": "rsakey", "context.Context": "",
	"net/http.Request": "web", "net/http.Response": "web", "net/http.CookieJar": "web",
}

// within is the fields that an adapter sends of a struct as they are.
var within = map[string]string{"net/http.Request": "Body", "net/http.Response": "Body"}

// plain is the structs of the standard library that travel field by field.
var plain = map[string]bool{"net/http.Client": true}

// unfitInterfaces is why some interfaces are not called over a stream.
var unfitInterfaces = map[string]string{
	"net.Conn":     "its deadlines follow the clock of the tests",
	"net.Listener": "its connections follow the clock of the tests",
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
			return a.within(n, within[path])
		}
		if why := unfitInterfaces[path]; why != "" {
			return why
		}
		if _, isStruct := n.Underlying().(*types.Struct); isStruct && !lessons(n.Obj().Pkg()) && !plain[path] {
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
		if n, ok := t.(*types.Named); ok {
			if !slices.Contains(a.structs, n) {
				a.structs = append(a.structs, n)
			}
			a.values[n] = a.values[n] || !behind
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

// within says why a field of a struct cannot travel.
func (a *api) within(n *types.Named, field string) string {
	u, ok := n.Underlying().(*types.Struct)
	if !ok || field == "" {
		return ""
	}
	for f := range u.Fields() {
		if f.Name() == field {
			return a.reach(f.Type(), false)
		}
	}
	return ""
}

// elsewhere says why a variable of another package's type cannot be shared: that
// package is the reference's with the tests and the learner's with the child, and
// what the variable keeps to itself would be on one side only.
func (a *api) elsewhere(t types.Type, u *types.Struct, behind bool) string {
	n, ok := t.(*types.Named)
	if !ok || !behind || a.own(n.Obj().Pkg()) {
		return ""
	}
	for f := range u.Fields() {
		if !f.Exported() {
			a.wanted[n.Obj().Pkg().Path()] = true
			return "the state of a " + a.short(t) + " is kept by another package"
		}
	}
	return ""
}

func (a *api) iface(t types.Type, u *types.Interface) string {
	if types.Identical(t, types.Universe.Lookup("error").Type()) {
		return ""
	}
	if u.Empty() { // what a test puts in is described
		return ""
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
