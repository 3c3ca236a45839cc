package main

import (
	"fmt"
	"go/types"
	"iter"
	"strings"
)

// A value of the API crosses the bridge as values of types that both sides have:
// a defined number or string as what it is defined by, a struct field by field,
// a slice of structs as a slice for each field. What has no type of the package
// in it crosses as it is.

// part is one of the values that a value crosses as.
type part struct {
	typ   types.Type
	field string // of the struct that it is taken from; "" for the value itself
}

// form is how a type crosses.
type form int

const (
	asIs form = iota
	asBasic
	asFields
	asColumns // of a slice
)

// plain tells how a type crosses, and as what.
func plain(t types.Type, pkg *types.Package) (form, []part, error) {
	if !mentions(t, pkg) {
		return asIs, []part{{typ: t}}, nil
	}
	how, of := asFields, t
	if slice, ok := t.(*types.Slice); ok {
		how, of = asColumns, slice.Elem()
	}
	n, ok := of.(*types.Named)
	if !ok {
		return 0, nil, fmt.Errorf("%s is not plain", t)
	}
	switch u := n.Underlying().(type) {
	case *types.Basic:
		if how == asFields {
			return asBasic, []part{{typ: u}}, nil
		}
	case *types.Struct:
		var parts []part
		for f := range u.Fields() {
			if !f.Exported() || mentions(f.Type(), pkg) {
				return 0, nil, fmt.Errorf("%s of %s is not plain", f.Name(), t)
			}
			typ := f.Type()
			if how == asColumns {
				typ = types.NewSlice(typ)
			}
			parts = append(parts, part{typ, f.Name()})
		}
		return how, parts, nil
	}
	return 0, nil, fmt.Errorf("%s is not plain", t)
}

// mentions reports whether a type of the package occurs in t.
func mentions(t types.Type, pkg *types.Package) bool {
	for n := range named(t) {
		if n.Obj().Pkg() == pkg {
			return true
		}
	}
	return false
}

// named gives the defined types that occur in t, and of t itself those that it is
// defined by.
func named(t types.Type) iter.Seq[*types.Named] {
	return func(yield func(*types.Named) bool) {
		seen := map[types.Type]bool{}
		var visit func(t types.Type, top bool) bool
		visit = func(t types.Type, top bool) bool {
			if seen[t] {
				return true
			}
			seen[t] = true
			switch t := types.Unalias(t).(type) {
			case *types.Named:
				return yield(t) && (!top || visit(t.Underlying(), false))
			case *types.Pointer:
				return visit(t.Elem(), false)
			case *types.Slice:
				return visit(t.Elem(), false)
			case *types.Array:
				return visit(t.Elem(), false)
			case *types.Chan:
				return visit(t.Elem(), false)
			case *types.Map:
				return visit(t.Key(), false) && visit(t.Elem(), false)
			case *types.Signature:
				return visit(t.Params(), false) && visit(t.Results(), false)
			case *types.Tuple:
				for v := range t.Variables() {
					if !visit(v.Type(), false) {
						return false
					}
				}
			case *types.Struct:
				for f := range t.Fields() {
					if !visit(f.Type(), false) {
						return false
					}
				}
			}
			return true
		}
		visit(t, true)
	}
}

// A side of the bridge: what the package's own names and others are written as.
type side struct {
	pkg     *types.Package
	prefix  string // of the package's own names: "" or "lesson."
	imports map[string]bool
}

func (s side) typ(t types.Type) string {
	return types.TypeString(t, func(p *types.Package) string {
		if p == s.pkg {
			return strings.TrimSuffix(s.prefix, ".")
		}
		s.imports[p.Path()] = true
		return p.Name()
	})
}

// apart are the values that v, of type t, crosses as. For a slice, statements
// that fill them come before.
func (s side) apart(v string, t types.Type) (before string, values []string, err error) {
	how, parts, err := plain(t, s.pkg)
	switch how {
	case asIs:
		values = []string{v}
	case asBasic:
		values = []string{s.typ(parts[0].typ) + "(" + v + ")"}
	case asFields:
		for _, p := range parts {
			values = append(values, v+"."+p.field)
		}
	case asColumns:
		var columns, made, filled string
		for _, p := range parts {
			name := v + p.field
			columns += fmt.Sprintf("var %s %s\n", name, s.typ(p.typ))
			made += fmt.Sprintf("%s = make(%s, len(%s))\n", name, s.typ(p.typ), v)
			filled += fmt.Sprintf("%s[i] = x.%s\n", name, p.field)
			values = append(values, name)
		}
		before = fmt.Sprintf("%sif %s != nil {\n%s}\nfor i, x := range %s {\n%s}\n", columns, v, made, v, filled)
	}
	return before, values, err
}

// together puts a value of type t together from what it crossed as. For a slice,
// statements that fill v come before.
func (s side) together(v string, t types.Type, values []string) (before, value string, err error) {
	how, parts, err := plain(t, s.pkg)
	literal := func(index string) string {
		var fields []string
		for i, p := range parts {
			fields = append(fields, p.field+": "+values[i]+index)
		}
		return "{" + strings.Join(fields, ", ") + "}"
	}
	switch how {
	case asIs:
		value = values[0]
	case asBasic:
		value = s.typ(t) + "(" + values[0] + ")"
	case asFields:
		value = s.typ(t) + literal("")
	case asColumns:
		elem := s.typ(t.(*types.Slice).Elem())
		before = fmt.Sprintf("var %s []%s\nif %s != nil {\n%s = make([]%s, len(%s))\n}\nfor i := range %s {\n%s[i] = %s%s\n}\n",
			v, elem, values[0], v, elem, values[0], v, v, elem, literal("[i]"))
		value = v
	}
	return before, value, err
}
