package symbols

import (
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// What is kept of the project's own packages is what they are: whoever changes
// one runs go generate.
func TestFresh(t *testing.T) {
	imp := Importer()
	n := 0
	for path := range tables {
		dir, ours := strings.CutPrefix(path, "nodebook/")
		if !ours {
			continue
		}
		n++
		kept, err := imp.Import(path)
		if err != nil {
			t.Fatal(err)
		}
		now := api(check(t, imp, path, filepath.Join("../../../..", dir)))
		if was := api(kept); !same(was, now) {
			t.Errorf("%s has changed: run go generate ./checker/internal/interpreter/symbols\nit was\n%s\nit is\n%s", path, was, now)
		}
	}
	if n == 0 {
		t.Error("no package of the project is kept")
	}
}

// check type checks a package's source.
func check(t *testing.T, imp types.Importer, path, dir string) *types.Package {
	t.Helper()
	b, err := build.ImportDir(dir, 0)
	if err != nil {
		t.Fatal(err)
	}
	fset := token.NewFileSet()
	var files []*ast.File
	for _, name := range b.GoFiles {
		f, err := parser.ParseFile(fset, filepath.Join(dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	// What is not kept, the package may import all the same.
	conf := types.Config{Importer: imp, Error: func(error) {}, IgnoreFuncBodies: true}
	pkg, _ := conf.Check(path, fset, files, nil)
	return pkg
}

// same compares what packages export, line by line. A line with an invalid type
// stands for anything: that type's package is not kept.
func same(was, now string) bool {
	a, b := strings.Split(was, "\n"), strings.Split(now, "\n")
	return slices.EqualFunc(a, b, func(a, b string) bool { return a == b || strings.Contains(b, "invalid type") })
}

// api is a package's exported things, a line each.
func api(p *types.Package) string {
	var b strings.Builder
	q := types.RelativeTo(p)
	for _, name := range p.Scope().Names() {
		obj := p.Scope().Lookup(name)
		if !obj.Exported() {
			continue
		}
		if c, ok := obj.(*types.Const); ok {
			b.WriteString(c.Name() + " = " + c.Val().ExactString() + "\n")
			continue
		}
		if _, ok := obj.(*types.TypeName); !ok {
			b.WriteString(types.ObjectString(obj, q) + "\n")
			continue
		}
		b.WriteString("type " + name + "\n")
		if s, ok := obj.Type().Underlying().(*types.Struct); ok {
			for f := range s.Fields() {
				if f.Exported() {
					b.WriteString("\t" + types.ObjectString(f, q) + "\n")
				}
			}
		}
		for m := range types.NewMethodSet(types.NewPointer(obj.Type())).Methods() {
			if m.Obj().Exported() {
				b.WriteString("\t" + types.ObjectString(m.Obj(), q) + "\n")
			}
		}
	}
	return b.String()
}
