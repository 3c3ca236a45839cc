package lower

import (
	"bytes"
	"embed"
	"go/ast"
	"go/types"
	"path"
)

//go:embed generic
var genericFiles embed.FS

// generic is the unit of a generic function of a compiled package: a function
// of the same name in package generic, with the same type arguments.
func (f *fn) generic(obj *types.Func, id *ast.Ident) *unit {
	src := f.p.template(obj)
	if src == nil {
		beyond(id.Pos(), "uses %s.%s, a function with type parameters from a compiled package", obj.Pkg().Name(), obj.Name())
	}
	targs := f.targs(id)
	if n := src.Signature().TypeParams().Len(); n != len(targs) {
		beyond(id.Pos(), "uses %s.%s with other type parameters than are known of it", obj.Pkg().Name(), obj.Name())
	}
	u := f.p.function(src, targs, plainCall)
	f.u.use(u)
	return u
}

// template is the function that stands for a compiled package's, or nil. Each
// file of a package below generic is loaded as a package of its own, and only
// when one of its functions is wanted: to check all of slices takes longer than
// most packages of a learner's.
func (p *Program) template(obj *types.Func) *types.Func {
	at, text := genericFile(obj)
	if at == "" {
		return nil
	}
	if p.tmpl == nil {
		p.tmpl = newSet(p.set.Fset, p.set.natives)
	}
	if p.tmpl.packages[at] == nil {
		p.tmpl.sources[at] = Source{Path: at, Files: map[string][]byte{at: text}}
		p.tmpl.load(at)
		p.indexPackage(p.tmpl, p.tmpl.packages[at])
	}
	fn, _ := p.tmpl.packages[at].types.Scope().Lookup(obj.Name()).(*types.Func)
	return fn
}

// genericFile is the file below generic that declares a function; its name is
// empty if there is none.
func genericFile(obj *types.Func) (name string, text []byte) {
	dir := path.Join("generic", obj.Pkg().Path())
	entries, err := genericFiles.ReadDir(dir)
	if err != nil {
		return "", nil
	}
	for _, e := range entries {
		name := path.Join(dir, e.Name())
		text, err := genericFiles.ReadFile(name)
		if err == nil && bytes.Contains(text, []byte("\nfunc "+obj.Name()+"[")) {
			return name, text
		}
	}
	return "", nil
}
