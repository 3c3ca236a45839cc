package prelude

import (
	"errors"
	"fmt"
	"go/types"
	"reflect"
	"sort"
	"strings"
)

// Type is a type of the sources, as the values of interfaces know it.
type Type struct {
	ID      int
	Type    types.Type
	Name    string // main.T
	owner   *Prelude
	methods map[string]any
	wrap    func(Box) any
}

// Box is a value in an interface, with the type that it has in the sources. Two
// boxes are equal if type and value are.
type Box struct {
	T *Type
	V any
}

// boxed is every form of a box.
type boxed interface{ box() Box }

func (b Box) box() Box { return b }

// Unboxed is the value without its type, for a message that shows both.
func (b Box) Unboxed() any { return b.V }

// UnboxedType is the name of its type.
func (b Box) UnboxedType() string { return b.T.Name }

// Type is the type of a number.
func (p *Prelude) Type(id int) *Type {
	p.mu.RLock()
	if id < len(p.types) && p.types[id] != nil {
		defer p.mu.RUnlock()
		return p.types[id]
	}
	p.mu.RUnlock()
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.types) <= id {
		p.types = append(p.types, nil)
	}
	if p.types[id] == nil {
		t := p.find(id)
		p.types[id] = &Type{ID: id, Type: t, owner: p, Name: types.TypeString(t, func(p *types.Package) string { return p.Name() }), methods: map[string]any{}}
	}
	return p.types[id]
}

// SetMethod says which function a method of a type is; its first parameter is
// the receiver.
func (p *Prelude) SetMethod(id int, name string, f any) {
	t := p.Type(id)
	t.methods[name] = f
	var names []string
	for m := range t.methods {
		names = append(names, m)
	}
	sort.Strings(names)
	t.wrap = shapes[strings.Join(names, " ")]
}

// Box puts a value into an interface.
func (p *Prelude) Box(id int, v any) any {
	t := p.Type(id)
	b := Box{t, v}
	if t.wrap == nil {
		return b
	}
	return t.wrap(b)
}

// BoxError is Box for a type that is an error.
func (p *Prelude) BoxError(id int, v any) error { return p.Box(id, v).(error) }

// As puts the value of an interface where dst points, if it is of that type; the
// zero value otherwise.
func As(x, dst any) bool {
	to := reflect.ValueOf(dst).Elem()
	v := reflect.ValueOf(x)
	ok := x != nil
	switch {
	case !ok:
	case to.Kind() == reflect.Interface:
		ok = v.Type().Implements(to.Type())
	default:
		ok = v.Type() == to.Type()
	}
	if !ok {
		to.SetZero()
		return false
	}
	to.Set(v)
	return true
}

// Unbox is As for a type of the sources, of which there is the number.
func Unbox(x any, id int, dst any) bool {
	to := reflect.ValueOf(dst).Elem()
	b, ok := x.(boxed)
	if !ok || b.box().T.ID != id {
		to.SetZero()
		return false
	}
	to.Set(reflect.ValueOf(b.box().V))
	return true
}

// ID is the number of a box's type; -1 for what is in no box.
func ID(x any) int {
	if b, ok := x.(boxed); ok {
		return b.box().T.ID
	}
	if x == nil {
		panic(nilPointer())
	}
	return -1
}

// Is reports whether x is a box of a type.
func Is(x any, id int) bool {
	b, ok := x.(boxed)
	return ok && b.box().T.ID == id
}

// Implements reports whether the type of x implements an interface type.
func (p *Prelude) Implements(x any, id int) bool {
	if x == nil {
		return false
	}
	want := p.Type(id).Type.Underlying().(*types.Interface)
	if b, ok := x.(boxed); ok {
		return types.Implements(b.box().T.Type, want)
	}
	t := reflect.TypeOf(x)
	for m := range want.Methods() {
		have, ok := t.MethodByName(m.Name())
		sig := m.Signature()
		if !ok || have.Type.NumIn()-1 != sig.Params().Len() || have.Type.NumOut() != sig.Results().Len() {
			return false
		}
	}
	return true
}

// Raw is a value for a function that looks at its fields: the value in a box,
// if it is plain data.
func (p *Prelude) Raw(x any) any {
	b, ok := x.(boxed)
	if !ok {
		return x
	}
	t := b.box().T
	if why := NotPlain(t.Type, p.ours); why != "" {
		Wall("passes a " + t.Name + " to a function that looks at its fields: " + why)
	}
	return b.box().V
}

// WallMark begins the line on standard error with which a program says that it
// came to a place beyond the walls.
const WallMark = "nodebook: beyond the walls: "

// Equal is == on interfaces, structs and arrays.
func Equal(a, b any) bool { return a == b }

// SameChan is == on channels, whatever their directions.
func SameChan(a, b any) bool {
	return reflect.ValueOf(a).UnsafePointer() == reflect.ValueOf(b).UnsafePointer()
}

// assertionError is the error of a failed type assertion.
type assertionError string

func (e assertionError) Error() string { return string(e) }
func (assertionError) RuntimeError()   {}

// BadAssertion panics as a type assertion that fails.
func BadAssertion(x any, from, to string) {
	if strings.Contains(from, " ") || from == "any" {
		from = "interface {}"
	}
	if x == nil {
		panic(assertionError("interface conversion: interface is nil, not " + to))
	}
	dynamic := fmt.Sprintf("%T", x)
	if b, ok := x.(boxed); ok {
		dynamic = b.box().T.Name
	}
	if dynamic == to {
		to += " (types from different scopes)"
	}
	panic(assertionError("interface conversion: " + from + " is " + dynamic + ", not " + to))
}

// ErrorsAs is errors.As for a type of the sources.
func ErrorsAs(err error, id int, dst any) bool {
	for err != nil {
		if Is(err, id) {
			return Unbox(err, id, dst)
		}
		if x, ok := err.(interface{ Unwrap() []error }); ok {
			for _, err := range x.Unwrap() {
				if ErrorsAs(err, id, dst) {
					return true
				}
			}
			return false
		}
		err = errors.Unwrap(err)
	}
	return false
}
