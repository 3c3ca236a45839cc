package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/types"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// writeTests writes the tests as a package that imports the API in the place of
// the lesson. Package variables that hold a value of the API are set once more
// when it is bound: before that it is not there.
func (s *source) writeTests(dir string) error {
	late, order, err := s.late()
	if err != nil {
		return err
	}
	var names []string
	for _, file := range slices.Sorted(maps.Keys(s.tests)) {
		f, text := s.tests[file], s.files[file]
		at := func(p ast.Node) (int, int) {
			return s.fset.Position(p.Pos()).Offset, s.fset.Position(p.End()).Offset
		}
		out := []byte{}
		done := 0
		replace := func(n ast.Node, by string) {
			from, to := at(n)
			out = append(append(out, text[done:from]...), by...)
			done = to
		}
		replace(f.Name, "tests")
		for _, imp := range f.Imports {
			if imp.Path.Value == strconv.Quote(s.lesson()) {
				replace(imp.Path, strconv.Quote(s.api()))
			}
		}
		out = append(out, text[done:]...)
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Recv == nil && strings.HasPrefix(d.Name.Name, "Test") {
					names = append(names, d.Name.Name)
				}
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					v, ok := spec.(*ast.ValueSpec)
					if !ok || !late[v.Names[0].Name] {
						continue
					}
					from, to := at(v.Values[0])
					out = fmt.Appendf(out, "\nfunc set_%s() { %s = %s }\n", v.Names[0].Name, v.Names[0].Name, text[from:to])
				}
			}
		}
		if err := writeGo(dir+"/"+strings.TrimSuffix(file, "_test.go")+".go", string(out)); err != nil {
			return err
		}
	}
	text := "// Package tests is the hidden tests of nodebook/lessons/" + s.name + ", compiled.\npackage tests\n\nimport \"testing\"\n\n" +
		"// Tests are the tests by name.\nfunc Tests() map[string]func(*testing.T) {\nreturn map[string]func(*testing.T){\n"
	for _, name := range names {
		text += strconv.Quote(name) + ": " + name + ",\n"
	}
	text += "}\n}\n\n// Bound is called when the API is bound.\nfunc Bound() {\n"
	for _, name := range order {
		text += "set_" + name + "()\n"
	}
	return writeGo(dir+"/tests.go", text+"}\n")
}

// late are the package variables of the tests whose initial value has a variable
// of the API in it, or another of them, in the order in which they are set. An
// initial value that calls the API, or a function of the tests, is refused: it
// would be called before the API is bound.
func (s *source) late() (late map[string]bool, order []string, err error) {
	late = map[string]bool{}
	refuse := func(n ast.Node, what string) {
		err = errors.Join(err, fmt.Errorf("%s: the initial value of a package variable %s", s.fset.Position(n.Pos()), what))
	}
	for again := true; again; {
		again = false
		for f := range sorted(s.tests) {
			for _, d := range f.Decls {
				g, ok := d.(*ast.GenDecl)
				if !ok {
					continue
				}
				for _, spec := range g.Specs {
					v, ok := spec.(*ast.ValueSpec)
					if !ok || len(v.Values) == 0 {
						continue
					}
					uses, calls := s.initial(v, late)
					if calls {
						refuse(v, "calls a function of the package or of the tests")
					}
					name := v.Names[0].Name
					if uses && len(v.Names) > 1 {
						refuse(v, "is one of several that use the API")
					} else if uses && !late[name] {
						late[name], again = true, true
					}
				}
			}
		}
		if err != nil {
			return nil, nil, err
		}
	}
	for _, x := range s.info.InitOrder { // a value may have one that is set further down in it
		if name := x.Lhs[0].Name(); late[name] {
			order = append(order, name)
		}
	}
	return late, order, nil
}

// initial tells what the initial values of a package variable use, outside of
// function literals: variables of the API or of those that are late; and calls
// of functions of the API or the tests.
func (s *source) initial(v *ast.ValueSpec, late map[string]bool) (uses, calls bool) {
	for _, x := range v.Values {
		ast.Inspect(x, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncLit:
				return false
			case *ast.CallExpr:
				calls = calls || s.ours(n.Fun)
			case *ast.Ident:
				if obj, ok := s.info.Uses[n].(*types.Var); ok && !obj.IsField() {
					uses = uses || obj.Pkg() == s.types || late[obj.Name()]
				}
			}
			return true
		})
	}
	return uses, calls
}

// ours reports whether a function that is called belongs to the API or the tests,
// or cannot be told.
func (s *source) ours(fun ast.Expr) bool {
	var id *ast.Ident
	switch x := ast.Unparen(fun).(type) {
	case *ast.Ident:
		id = x
	case *ast.SelectorExpr:
		id = x.Sel
	default:
		return false // a conversion to a type without a name
	}
	switch obj := s.info.Uses[id].(type) {
	case *types.TypeName, *types.Builtin, nil:
		return false
	case *types.Func:
		return obj.Pkg() == s.types || obj.Pkg() != nil && obj.Pkg().Path() == s.lesson()+"_test"
	}
	return true
}
