package generate

import (
	"go/ast"
	"go/types"
	"maps"
	"slices"
)

// trusted is what a function of the reference is called in the proxy: variables of
// the package are made with it.
const trusted = "NbTrusted"

// proxy is the package as the judge has it: the reference, whose functions have
// other names, and in their place functions that call the child's.
func (a *api) proxy(c *checked) map[string][]byte {
	out := map[string][]byte{}
	for i, f := range c.files {
		at := map[int]bool{}
		ast.Inspect(f, func(n ast.Node) bool {
			id, ok := n.(*ast.Ident)
			if !ok {
				return true
			}
			obj := c.info.Defs[id]
			if obj == nil {
				obj = c.info.Uses[id]
			}
			if fn, ok := obj.(*types.Func); ok && a.own(fn.Pkg()) && exported(fn) {
				if recv := fn.Signature().Recv(); recv == nil || !types.IsInterface(recv.Type()) {
					at[c.fset.Position(id.Pos()).Offset] = true
				}
			}
			return true
		})
		out[c.names[i]] = insert(c.src[c.names[i]], at, trusted)
	}
	out["nodebook_proxy.go"] = a.proxies(c)
	return out
}

func insert(src []byte, at map[int]bool, text string) []byte {
	var out []byte
	last := 0
	for _, offset := range slices.Sorted(maps.Keys(at)) {
		out = append(append(out, src[last:offset]...), text...)
		last = offset
	}
	return append(out, src[last:]...)
}

func (a *api) proxies(c *checked) []byte {
	w := newWriter(c.Package)
	if c == a.packages[0] {
		a.book(w)
		w.f("func init() { nbwire.Register(nbFill) }\n\n")
	}
	for _, f := range a.functions {
		if f.pkg != c.Package {
			continue
		}
		head, args, results := w.signature(f.sig)
		recv := ""
		if f.recv != nil {
			recv = "(recv " + w.typ(f.recv) + ") "
			args = "&recv, " + args
		}
		w.f("func %s%s%s {\n", recv, f.obj.Name(), head)
		if f.reason != "" {
			w.f("\tnbwire.Inside(%q, %q)\n\treturn\n}\n\n", f.name(), f.reason)
			continue
		}
		w.f("\tnbwire.Call(%d, []any{%s}, []any{%s})\n\treturn\n}\n\n", f.number, args, results)
	}
	return w.file(c.Name())
}
