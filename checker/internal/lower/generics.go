package lower

import (
	"embed"
	"go/ast"
	"go/types"
	"path"
	"strings"
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

// template is the function that stands for a compiled package's, or nil.
func (p *Program) template(obj *types.Func) *types.Func {
	at := "generic/" + obj.Pkg().Path()
	if p.tmpl == nil {
		p.tmpl = newSet(p.set.Fset, p.set.natives)
	}
	if p.tmpl.packages[at] == nil {
		entries, err := genericFiles.ReadDir(at)
		if err != nil {
			return nil
		}
		src := Source{Path: at, Files: map[string][]byte{}}
		for _, e := range entries {
			name := path.Join(at, e.Name())
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			src.Files[name], _ = genericFiles.ReadFile(name)
		}
		p.tmpl.sources[at] = src
		p.tmpl.load(at)
		p.indexPackage(p.tmpl, p.tmpl.packages[at])
	}
	fn, _ := p.tmpl.packages[at].types.Scope().Lookup(obj.Name()).(*types.Func)
	return fn
}
