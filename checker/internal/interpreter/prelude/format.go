package prelude

import (
	"fmt"
	"go/types"
	"reflect"
	"sort"
	"strings"
)

// result is one result of a method.
type result struct{ v any }

func (r result) asError() error {
	err, _ := r.v.(error)
	return err
}

// call calls a method with a receiver. What a checked program notes meanwhile is
// not where its caller is.
func (t *Type) call(name string, args ...any) []result {
	if at := t.owner.at; at != nil {
		defer func(was int) { *at = was }(*at)
	}
	f := reflect.ValueOf(t.methods[name])
	in := make([]reflect.Value, len(args))
	for i, a := range args {
		in[i] = valueAs(a, f.Type().In(i))
	}
	out := f.Call(in)
	results := make([]result, len(out))
	for i, v := range out {
		results[i] = result{v.Interface()}
	}
	return results
}

// Format prints a box as package fmt prints the value whose type it carries.
func (b Box) Format(s fmt.State, verb rune) {
	p := printer{State: s, verb: verb, types: b.T.owner}
	if p.method(b.T, b.V) {
		return
	}
	p.value(b.T.Type, reflect.ValueOf(b.V), 0)
}

// printer prints a value as package fmt would. In a field that is not exported
// no method is asked for its text: the printer is silent there.
type printer struct {
	fmt.State
	verb   rune
	types  *Prelude
	silent bool
}

// method prints by Error or String, where the type has one and the verb is one
// for text.
func (p printer) method(t *Type, v any) bool {
	if !strings.ContainsRune("vsxXq", p.verb) || p.Flag('#') && p.verb == 'v' {
		return false
	}
	for _, name := range []string{"Error", "String"} {
		if t.methods[name] == nil {
			continue
		}
		p.text(t, name, v)
		return true
	}
	return false
}

// text prints what a method returns. One that panics on a nil pointer prints as
// nil, as in package fmt.
func (p printer) text(t *Type, name string, v any) {
	defer func() {
		if r := recover(); r != nil {
			if rv := reflect.ValueOf(v); rv.Kind() == reflect.Pointer && rv.IsNil() {
				p.plain("<nil>")
				return
			}
			fmt.Fprintf(p, "%%!%c(PANIC=%s method: %v)", p.verb, name, r)
		}
	}()
	p.plain(t.call(name, v)[0].v.(string))
}

// plain prints a value that needs no type of ours.
func (p printer) plain(v any) { fmt.Fprintf(p, fmt.FormatString(p, p.verb), v) }

// value prints a value of a type.
func (p printer) value(t types.Type, v reflect.Value, depth int) {
	if depth > 0 && !p.silent {
		if of := p.types.withText(t); of != nil && p.method(of, v.Interface()) {
			return
		}
	}
	switch u := t.Underlying().(type) {
	case *types.Struct:
		if n, ok := types.Unalias(t).(*types.Named); ok && !ours(n, v) {
			p.plain(v.Interface())
			return
		}
		p.fields(u, v, depth)
	case *types.Slice:
		if bytes(u.Elem()) && (p.verb == 's' || p.verb == 'q' || p.verb == 'x' || p.verb == 'X') {
			p.plain(v.Interface())
			return
		}
		p.list(u.Elem(), v, depth)
	case *types.Array:
		if bytes(u.Elem()) && (p.verb == 's' || p.verb == 'q' || p.verb == 'x' || p.verb == 'X') {
			p.plain(v.Interface())
			return
		}
		p.list(u.Elem(), v, depth)
	case *types.Map:
		p.entries(u, v, depth)
	case *types.Pointer:
		p.pointer(u, v, depth)
	case *types.Interface:
		if !v.IsValid() || v.IsNil() {
			fmt.Fprint(p, "<nil>")
			return
		}
		if b, ok := v.Elem().Interface().(boxed); ok && p.silent {
			p.value(b.box().T.Type, reflect.ValueOf(b.box().V), depth)
			return
		}
		p.plain(v.Elem().Interface())
	default:
		p.plain(v.Interface())
	}
}

// ours reports whether a named struct type is one of the sources: its value in
// the core has no name that reflection knows.
func ours(_ *types.Named, v reflect.Value) bool {
	return v.Type().PkgPath() == ""
}

func bytes(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Kind() == types.Uint8
}

// withText is a type of the sources that has a method Error or String, or nil.
func (p *Prelude) withText(t types.Type) *Type {
	p.mu.RLock()
	defer p.mu.RUnlock()
	for _, of := range p.types {
		if of != nil && (of.methods["Error"] != nil || of.methods["String"] != nil) && types.Identical(of.Type, t) {
			return of
		}
	}
	return nil
}

func (p printer) fields(u *types.Struct, v reflect.Value, depth int) {
	fmt.Fprint(p, "{")
	for i := range u.NumFields() {
		if i > 0 {
			fmt.Fprint(p, " ")
		}
		if p.Flag('+') || p.Flag('#') {
			fmt.Fprint(p, u.Field(i).Name(), ":")
		}
		p.field(u.Field(i), v.Field(i), depth)
	}
	fmt.Fprint(p, "}")
}

// field prints a field.
func (p printer) field(f *types.Var, v reflect.Value, depth int) {
	p.silent = p.silent || !f.Exported()
	p.value(f.Type(), v, depth+1)
}

func (p printer) list(elem types.Type, v reflect.Value, depth int) {
	fmt.Fprint(p, "[")
	for i := range v.Len() {
		if i > 0 {
			fmt.Fprint(p, " ")
		}
		p.value(elem, v.Index(i), depth+1)
	}
	fmt.Fprint(p, "]")
}

func (p printer) entries(u *types.Map, v reflect.Value, depth int) {
	keys := v.MapKeys()
	sort.Slice(keys, func(i, j int) bool { return less(keys[i], keys[j]) })
	fmt.Fprint(p, "map[")
	for i, k := range keys {
		if i > 0 {
			fmt.Fprint(p, " ")
		}
		p.value(u.Key(), k, depth+1)
		fmt.Fprint(p, ":")
		p.value(u.Elem(), v.MapIndex(k), depth+1)
	}
	fmt.Fprint(p, "]")
}

// less orders keys as package fmt does; keys of other kinds stay as they are.
func less(a, b reflect.Value) bool {
	switch a.Kind() {
	case reflect.String:
		return a.String() < b.String()
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return a.Int() < b.Int()
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return a.Uint() < b.Uint()
	case reflect.Float32, reflect.Float64:
		return a.Float() < b.Float()
	case reflect.Array:
		for i := range a.Len() {
			if less(a.Index(i), b.Index(i)) {
				return true
			}
			if less(b.Index(i), a.Index(i)) {
				return false
			}
		}
	case reflect.Struct:
		for i := range a.NumField() {
			if less(a.Field(i), b.Field(i)) {
				return true
			}
			if less(b.Field(i), a.Field(i)) {
				return false
			}
		}
	}
	return false
}

// pointer prints a pointer: at the top, one to a composite as what it points
// to.
func (p printer) pointer(u *types.Pointer, v reflect.Value, depth int) {
	if v.IsNil() {
		fmt.Fprint(p, "<nil>")
		return
	}
	if depth == 0 {
		switch u.Elem().Underlying().(type) {
		case *types.Struct, *types.Slice, *types.Array, *types.Map:
			fmt.Fprint(p, "&")
			p.value(u.Elem(), v.Elem(), depth+1)
			return
		}
	}
	p.plain(v.Interface())
}
