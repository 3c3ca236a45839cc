package wire

import (
	"fmt"
	"math"
	"reflect"
	"unsafe"
)

// at is a field of a struct, an unexported one too. The struct is addressable.
func at(v reflect.Value, f field) reflect.Value {
	return reflect.NewAt(f.typ, unsafe.Add(v.Addr().UnsafePointer(), f.offset)).Elem()
}

var errorType = reflect.TypeFor[error]()

// value writes an addressable value by its static type.
func (e *encoder) value(v reflect.Value) {
	t := v.Type()
	if s, ok := specials[t]; ok {
		s.write(e, v)
		return
	}
	switch t.Kind() {
	case reflect.Bool:
		e.bool(v.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		e.int(v.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		e.uint(v.Uint())
	case reflect.Float32, reflect.Float64:
		e.uint(math.Float64bits(v.Float()))
	case reflect.Complex64, reflect.Complex128:
		e.uint(math.Float64bits(real(v.Complex())))
		e.uint(math.Float64bits(imag(v.Complex())))
	case reflect.String:
		e.text(v.String())
	case reflect.Array:
		if raw(t) {
			e.b = append(e.b, unsafe.Slice((*byte)(v.Addr().UnsafePointer()), t.Size())...)
			return
		}
		for i := range v.Len() {
			e.value(v.Index(i))
		}
	case reflect.Struct:
		for _, f := range e.l.book.plan(t) {
			e.value(at(v, f))
		}
	case reflect.Slice:
		e.slice(v)
	case reflect.Pointer:
		e.pointer(v)
	case reflect.Map:
		e.mapping(v)
	case reflect.Func:
		e.function(v)
	case reflect.Interface:
		if t == errorType {
			e.failure(v)
		} else {
			e.iface(v)
		}
	default:
		panic(fmt.Sprintf("wire: a %v does not travel", t))
	}
}

// value reads into an addressable value by its static type.
func (d *decoder) value(v reflect.Value) {
	if d.depth++; d.depth > maxDepth {
		bad("values nest too deeply")
	}
	defer func() { d.depth-- }()
	t := v.Type()
	if s, ok := specials[t]; ok {
		s.read(d, v)
		return
	}
	switch t.Kind() {
	case reflect.Bool:
		v.SetBool(d.bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		n := d.int()
		if v.OverflowInt(n) {
			bad("%d is no %v", n, t)
		}
		v.SetInt(n)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		n := d.uint()
		if v.OverflowUint(n) {
			bad("%d is no %v", n, t)
		}
		v.SetUint(n)
	case reflect.Float32, reflect.Float64:
		v.SetFloat(math.Float64frombits(d.uint()))
	case reflect.Complex64, reflect.Complex128:
		re := math.Float64frombits(d.uint())
		v.SetComplex(complex(re, math.Float64frombits(d.uint())))
	case reflect.String:
		v.SetString(d.text())
	case reflect.Array:
		if raw(t) {
			copy(unsafe.Slice((*byte)(v.Addr().UnsafePointer()), t.Size()), d.bytes(int(t.Size())))
			return
		}
		for i := range v.Len() {
			d.value(v.Index(i))
		}
	case reflect.Struct:
		for _, f := range d.l.book.plan(t) {
			d.value(at(v, f))
		}
	case reflect.Slice:
		d.slice(v)
	case reflect.Pointer:
		d.pointer(v)
	case reflect.Map:
		d.mapping(v)
	case reflect.Func:
		d.function(v)
	case reflect.Interface:
		if t == errorType {
			d.failure(v)
		} else {
			d.iface(v)
		}
	default:
		bad("a %v does not travel", t)
	}
}
