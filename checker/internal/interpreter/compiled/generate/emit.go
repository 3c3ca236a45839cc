package main

import (
	"fmt"
	"go/types"
	"maps"
	"slices"
	"strconv"
	"strings"

	"nodebook/checker/internal/interpreter/compiled"
)

// bridge is the API as it is written on both sides.
type bridge struct {
	here, there side // the compiled tests' API; the interpreter's functions
	api         strings.Builder
	gates       strings.Builder // the interpreter's functions
	bound       strings.Builder // variables that hold them on this side
	bind        strings.Builder
	names       []string
}

func (s *source) bridge() (*bridge, error) {
	b := &bridge{
		here:  side{pkg: s.types, imports: map[string]bool{}},
		there: side{pkg: s.types, prefix: "lesson.", imports: map[string]bool{}},
	}
	for _, obj := range s.uses {
		if err := b.add(obj); err != nil {
			return nil, fmt.Errorf("%s: %w", obj.Name(), err)
		}
	}
	return b, nil
}

func (b *bridge) add(obj types.Object) error {
	switch obj := obj.(type) {
	case *types.Const:
		typ := ""
		if basic, ok := obj.Type().(*types.Basic); !ok || basic.Info()&types.IsUntyped == 0 {
			typ = b.here.typ(obj.Type())
		}
		fmt.Fprintf(&b.api, "const %s %s = %s\n\n", obj.Name(), typ, obj.Val().ExactString())
	case *types.TypeName:
		if obj.IsAlias() {
			return fmt.Errorf("it is an alias")
		}
		fmt.Fprintf(&b.api, "type %s %s\n\n", obj.Name(), b.here.typ(obj.Type().Underlying()))
		for m := range obj.Type().(*types.Named).Methods() {
			if !m.Exported() {
				continue
			}
			if err := b.function(m, obj.Name()+"_"+m.Name()); err != nil {
				return err
			}
		}
	case *types.Var:
		if mentions(obj.Type(), b.here.pkg) {
			return fmt.Errorf("%s is not plain", obj.Type())
		}
		name, typ := obj.Name(), b.here.typ(obj.Type())
		fmt.Fprintf(&b.api, "var %s %s\n\n", name, typ)
		fmt.Fprintf(&b.gates, "func %s() %s { return lesson.%s }\n\n", name, b.there.typ(obj.Type()), name)
		fmt.Fprintf(&b.bind, "%s = gate(%q).(func() %s)()\n", name, name, typ)
		b.names = append(b.names, name)
	case *types.Func:
		return b.function(obj, obj.Name())
	}
	return nil
}

// function writes both sides of a function or method.
func (b *bridge) function(f *types.Func, gate string) error {
	sig := f.Signature()
	if sig.Variadic() || sig.TypeParams() != nil {
		return fmt.Errorf("%s is not plain", sig)
	}
	var params, results []*types.Var
	if sig.Recv() != nil {
		params = append(params, sig.Recv())
	}
	params = slices.AppendSeq(params, sig.Params().Variables())
	results = slices.AppendSeq(results, sig.Results().Variables())
	way, err := b.crossing(params, "p")
	if err != nil {
		return err
	}
	back, err := b.crossing(results, "r")
	if err != nil {
		return err
	}
	called, head, outer := "lesson."+f.Name()+"("+strings.Join(way.values, ", ")+")", "func "+f.Name(), params
	if sig.Recv() != nil {
		called = way.values[0] + "." + f.Name() + "(" + strings.Join(way.values[1:], ", ") + ")"
		head, outer = fmt.Sprintf("func (p0 %s) %s", b.here.typ(sig.Recv().Type()), f.Name()), params[1:]
	}
	crossed := func(s side) string { return "(" + way.params(s) + ") (" + back.types(s) + ")" }

	answer := assign("r", len(results), called) + back.apartThere + "return " + strings.Join(back.taken, ", ")
	switch {
	case len(results) == 0:
		answer = called
	case !slices.ContainsFunc(results, func(v *types.Var) bool { return mentions(v.Type(), b.there.pkg) }):
		answer = "return " + called // they cross as they are
	}
	fmt.Fprintf(&b.gates, "func %s%s {\n%s%s\n}\n\n", gate, crossed(b.there), way.there, answer)
	fmt.Fprintf(&b.api, "%s(%s) (%s) {\n%s%s%sreturn %s\n}\n\n", head, parameters(b.here, outer, len(params)-len(outer)), typesOf(b.here, results),
		way.apartHere, assignNames(back.names, "gates."+gate+"("+strings.Join(way.takenHere, ", ")+")"), back.here, strings.Join(back.valuesHere, ", "))
	fmt.Fprintf(&b.bound, "%s func%s\n", gate, crossed(b.here))
	fmt.Fprintf(&b.bind, "gates.%s = gate(%q).(func%s)\n", gate, gate, crossed(b.here))
	b.names = append(b.names, gate)
	return nil
}

// crossing is parameters or results on their way over the bridge.
type crossing struct {
	parts []types.Type // what crosses
	names []string     // and what that is called

	apartHere, apartThere string // statements that take the values apart
	takenHere, taken      []string
	here, there           string // statements that put them together
	valuesHere, values    []string
}

func (b *bridge) crossing(vars []*types.Var, prefix string) (*crossing, error) {
	c := &crossing{}
	for i, v := range vars {
		name := prefix + strconv.Itoa(i)
		_, parts, err := plain(v.Type(), b.here.pkg)
		if err != nil {
			return nil, err
		}
		var names []string
		for _, p := range parts {
			c.parts = append(c.parts, p.typ)
			names = append(names, "x"+strconv.Itoa(len(c.parts)))
		}
		c.names = append(c.names, names...)
		for _, at := range []struct {
			side          side
			apart, before *string
			taken, values *[]string
		}{
			{b.here, &c.apartHere, &c.here, &c.takenHere, &c.valuesHere},
			{b.there, &c.apartThere, &c.there, &c.taken, &c.values},
		} {
			before, taken, _ := at.side.apart(name, v.Type())
			*at.apart += before
			*at.taken = append(*at.taken, taken...)
			before, value, _ := at.side.together(name, v.Type(), names)
			*at.before += before
			*at.values = append(*at.values, value)
		}
	}
	return c, nil
}

func (c *crossing) params(s side) string {
	var all []string
	for i, t := range c.parts {
		all = append(all, c.names[i]+" "+s.typ(t))
	}
	return strings.Join(all, ", ")
}

func (c *crossing) types(s side) string {
	var all []string
	for _, t := range c.parts {
		all = append(all, s.typ(t))
	}
	return strings.Join(all, ", ")
}

// parameters writes those named p0, p1, ... from a number on.
func parameters(s side, vars []*types.Var, from int) string {
	var all []string
	for i, v := range vars {
		all = append(all, "p"+strconv.Itoa(from+i)+" "+s.typ(v.Type()))
	}
	return strings.Join(all, ", ")
}

func typesOf(s side, vars []*types.Var) string {
	var all []string
	for _, v := range vars {
		all = append(all, s.typ(v.Type()))
	}
	return strings.Join(all, ", ")
}

func assign(prefix string, n int, value string) string {
	var names []string
	for i := range n {
		names = append(names, prefix+strconv.Itoa(i))
	}
	return assignNames(names, value)
}

func assignNames(names []string, value string) string {
	if len(names) == 0 {
		return value + "\n"
	}
	return strings.Join(names, ", ") + " := " + value + "\n"
}

// write writes the API and the tests below dir.
func (s *source) write(dir string) error {
	b, err := s.bridge()
	if err != nil {
		return err
	}
	text := fmt.Sprintf("// Package %s is the API of nodebook/%s as its compiled tests see it.\npackage %s\n\n%s%s"+
		"// gates are the interpreter's functions.\nvar gates struct {\n%s}\n\n"+
		"// Bind makes the API hand on to the functions that gate gives by name.\nfunc Bind(gate func(string) any) {\n%s}\n",
		s.types.Name(), "lessons/"+s.name, s.types.Name(), imports(b.here.imports), b.api.String(), b.bound.String(), b.bind.String())
	if err := writeGo(dir+"/api.go", text); err != nil {
		return err
	}
	return s.writeTests(dir + "/tests")
}

// source of the functions that the interpreter is given.
func (b *bridge) source(lesson string) string {
	return "package bridge\n\nimport lesson " + strconv.Quote(lesson) + "\n\n" + imports(b.there.imports) + b.gates.String()
}

func imports(paths map[string]bool) string {
	text := ""
	for _, p := range slices.Sorted(maps.Keys(paths)) {
		text += "import " + strconv.Quote(p) + "\n"
	}
	return text + "\n"
}

// table writes the table of all packages.
func table(all []*source) string {
	imports, entries := "", ""
	for i, s := range all {
		b, err := s.bridge()
		if err != nil {
			panic(err) // it has been written
		}
		var names []string
		for _, obj := range s.uses {
			names = append(names, obj.Name())
		}
		imports += fmt.Sprintf("api%d %q\ntests%d %q\n", i, s.api(), i, s.api()+"/tests")
		entries += fmt.Sprintf("%q: {\nHash: %q,\nNames: %#v,\nAPI: %#q,\nBridge: %#q,\nGates: %#v,\n"+
			"Bind: func(gate func(string) any) {\napi%d.Bind(gate)\ntests%d.Bound()\n},\nTests: tests%d.Tests,\n},\n",
			"lessons/"+s.name, compiled.Hash(s.files), names, compiled.Describe(s.types, names), b.source(s.lesson()), b.names, i, i, i)
	}
	return "package compiled\n\nimport (\n" + imports + ")\n\nvar packages = map[string]*Package{\n" + entries + "}\n"
}
