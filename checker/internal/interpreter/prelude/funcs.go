package prelude

import (
	"fmt"
	"reflect"
	"strings"
)

// Func makes a value of a function of the core.
func Func(f any) any { return f }

// Bind binds the first parameters of a function.
func Bind(f any, args ...any) any {
	fv := reflect.ValueOf(f)
	ft := fv.Type()
	bound := make([]reflect.Value, len(args), ft.NumIn())
	for i, a := range args {
		bound[i] = valueAs(a, ft.In(i))
	}
	in := make([]reflect.Type, 0, ft.NumIn())
	for i := len(args); i < ft.NumIn(); i++ {
		in = append(in, ft.In(i))
	}
	out := make([]reflect.Type, ft.NumOut())
	for i := range out {
		out[i] = ft.Out(i)
	}
	call := fv.Call
	if ft.IsVariadic() {
		call = fv.CallSlice
	}
	if len(in) == 0 && len(out) == 0 {
		return func() { call(bound) }
	}
	return reflect.MakeFunc(reflect.FuncOf(in, out, false), func(rest []reflect.Value) []reflect.Value {
		return call(append(bound[:len(bound):len(bound)], rest...))
	}).Interface()
}

// Slice makes a function that takes a slice of one that takes a variable number
// of arguments.
func Slice(f any) any {
	if f == nil || !reflect.TypeOf(f).IsVariadic() {
		return f
	}
	return Bind(f)
}

// Method is a method of a compiled type, bound to its receiver.
func Method(recv any, name string) any {
	if recv == nil {
		panic(nilPointer())
	}
	m := reflect.ValueOf(recv).MethodByName(name)
	if !m.IsValid() {
		panic(fmt.Sprintf("reflect: %T has no method %s", recv, name))
	}
	return Slice(m.Interface())
}

// nilPointer is the error of a nil pointer's use.
func nilPointer() (err any) {
	defer func() { err = recover() }()
	var p *int
	_ = *p
	return nil
}

// Thunk is a call whose results nobody wants, with all its arguments.
func Thunk(f any, args ...any) func() {
	fv := reflect.ValueOf(f)
	if !fv.IsValid() || fv.IsNil() {
		return func() { panic(nilPointer()) }
	}
	in := make([]reflect.Value, len(args))
	for i, a := range args {
		in[i] = valueAs(a, fv.Type().In(i))
	}
	if fv.Type().IsVariadic() {
		return func() { fv.CallSlice(in) }
	}
	return func() { fv.Call(in) }
}

// Go starts a goroutine.
func Go(f func()) { go f() }

// Panic is panic.
func (p *Prelude) Panic(v any) {
	if b, ok := v.(Box); ok && p.Raised != nil {
		p.Raised(b.raised())
	}
	panic(v)
}

// raised is a value without methods as the runtime shows it in a panic, without
// the address of what has no text.
func (b Box) raised() string {
	switch v := reflect.ValueOf(b.V); v.Kind() {
	case reflect.String:
		return fmt.Sprintf("%s(%q)", b.T.Name, v.String())
	case reflect.Bool, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return fmt.Sprintf("%s(%v)", b.T.Name, b.V)
	}
	return "(" + b.T.Name + ")"
}

// Defers are the deferred calls of one call of a function.
type Defers struct {
	calls     []func()
	panicking bool
	value     any
	returned  bool
	recovered func()
}

// Scope runs the body of a function that defers calls.
func (p *Prelude) Scope(body func(*Defers)) {
	d := &Defers{recovered: p.Recovered}
	defer d.unwind()
	body(d)
	d.returned = true
}

// Defer puts a call on the list.
func (d *Defers) Defer(f func()) { d.calls = append(d.calls, f) }

// Recover is recover in a function that d has deferred.
func (d *Defers) Recover() any {
	if !d.panicking {
		return nil
	}
	v := d.value
	if foreign(v) {
		Wall("recovers from an error of the runtime")
	}
	d.panicking, d.value = false, nil
	if d.recovered != nil {
		d.recovered()
	}
	return v
}

// foreign reports whether a panic's value is reflection's: the interpreter ran
// into what Go would report in other words.
func foreign(v any) bool {
	switch v := v.(type) {
	case *reflect.ValueError:
		return true
	case string:
		return strings.HasPrefix(v, "reflect: ") || strings.HasPrefix(v, "reflect.")
	}
	return false
}

// unwind runs the deferred calls, the last one first. Each is deferred in Go's
// own sense, so that all of them run whatever one does: return, panic, or end
// its goroutine.
func (d *Defers) unwind() {
	if !d.returned {
		if r := recover(); r != nil {
			d.panicking, d.value = true, r
		}
	}
	if len(d.calls) == 0 && !d.panicking {
		return
	}
	defer func() {
		if r := recover(); r != nil {
			d.panicking, d.value = true, r
		}
		if d.panicking {
			panic(d.value)
		}
	}()
	for _, f := range d.calls {
		defer d.call(f)
	}
}

// call runs one deferred call. A panic of the one before it is now the one that
// it may recover from.
func (d *Defers) call(f func()) {
	if r := recover(); r != nil {
		d.panicking, d.value = true, r
	}
	f()
}
