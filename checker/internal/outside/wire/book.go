package wire

import (
	"fmt"
	"math"
	"reflect"
	"sync"
)

// Book is what both sides know by the same numbers. The generated proxy fills
// the judge's, the generated main the child's, each with its own values, in the
// same order.
type Book struct {
	funcs     []reflect.Value // the child's; the judge needs none
	sentinels []*error
	fields    map[reflect.Type][]string // of structs, in the reference's order
	stubs     map[reflect.Type]func(*Object) any
	values    []reflect.Type // what an interface may hold as it is
	number    map[reflect.Type]int
	mu        sync.Mutex
	plans     map[reflect.Type][]field
	faults    []string
}

// NewBook is a book that knows the basic types and the errors of the standard library.
func NewBook() *Book {
	b := &Book{fields: map[reflect.Type][]string{}, stubs: map[reflect.Type]func(*Object) any{},
		number: map[reflect.Type]int{}, plans: map[reflect.Type][]field{}}
	for i := range standard {
		b.Sentinel(&standard[i])
	}
	for k := reflect.Bool; k <= reflect.String; k++ {
		if t := basics[k]; t != nil {
			b.Value(t)
		}
	}
	for _, v := range []any{[]byte(nil), []string(nil), []int(nil),
		[]any(nil), map[string]any(nil)} {
		b.Value(reflect.TypeOf(v))
	}
	for _, t := range known {
		b.Value(t)
	}
	return b
}

// Func adds a function, or a method expression, to the table of functions.
func (b *Book) Func(f any) { b.funcs = append(b.funcs, reflect.ValueOf(f)) }

// Sentinel adds an error variable.
func (b *Book) Sentinel(e *error) { b.sentinels = append(b.sentinels, e) }

// Types are named by nil pointers to them: with type parameters, each of them would
// be one more function to compile after every edit.

// Struct names the fields that a struct has in the reference. What it has besides
// stays on its side.
func (b *Book) Struct(pointer any, fields ...string) {
	t := reflect.TypeOf(pointer).Elem()
	b.fields[t] = append([]string{}, fields...)
	for _, name := range fields {
		if _, ok := t.FieldByName(name); !ok {
			b.faults = append(b.faults, fmt.Sprintf("%v has no field %s", t, name))
		}
	}
	b.Value(t)
}

// Named adds a type that an interface may hold as it is.
func (b *Book) Named(pointer any) { b.Value(reflect.TypeOf(pointer).Elem()) }

// Value adds a type that an interface may hold as it is.
func (b *Book) Value(t reflect.Type) {
	if _, known := b.number[t]; !known {
		b.number[t] = len(b.values)
		b.values = append(b.values, t)
	}
}

// Interface adds an interface and how to make a value of it whose methods call
// the other side.
func (b *Book) Interface(pointer any, stub func(*Object) any) {
	b.stubs[reflect.TypeOf(pointer).Elem()] = stub
}

// field is one field of a struct as it travels.
type field struct {
	index    int
	typ      reflect.Type
	offset   uintptr
	exported bool
}

// plan is the fields of a struct: those of the reference if the book knows the
// type, all of them if it is of the standard library.
func (b *Book) plan(t reflect.Type) []field {
	b.mu.Lock()
	defer b.mu.Unlock()
	if p, ok := b.plans[t]; ok {
		return p
	}
	var p []field
	add := func(f reflect.StructField) {
		p = append(p, field{f.Index[0], f.Type, f.Offset, f.IsExported()})
	}
	if names, ok := b.fields[t]; ok {
		for _, name := range names {
			if f, ok := t.FieldByName(name); ok {
				add(f)
			}
		}
	} else {
		for i := range t.NumField() {
			add(t.Field(i))
		}
	}
	b.plans[t] = p
	return p
}

// raw reports whether values of t are all bits: any bytes are a value, and the
// same bytes are the same value on both sides.
func raw(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Int,
		reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uint, reflect.Float32, reflect.Float64:
		return true
	case reflect.Array:
		return raw(t.Elem())
	}
	return false
}

// least is the fewest bytes that a value of t takes in a frame; at least 1.
func least(t reflect.Type) int {
	if raw(t) && t.Kind() == reflect.Array && t.Size() < math.MaxInt32 {
		return max(1, int(t.Size()))
	}
	return 1
}
