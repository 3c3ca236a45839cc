package wire

import (
	"errors"
	"reflect"
)

// Failure is an error of the other side's. Its text is what its Error method
// returned when it was sent; errors.Is and errors.As find what they find there.
type Failure struct {
	id       uint64
	text     string
	typeName string
	bits     uint64
	is       []error // of this side: sentinels, and errors that it had sent
	values   []reflect.Value
}

func (f *Failure) Error() string { return f.text }

// Is reports whether the other side found target in the error, or an error of this
// side's that wraps target.
func (f *Failure) Is(target error) bool {
	if f.bits&saysYes != 0 {
		return true
	}
	for _, e := range f.is {
		if same(e, target) || errors.Is(e, target) {
			return true
		}
	}
	return false
}

// As sets target to the value of its type that the other side found in the error,
// or that an error of this side's wraps which is in there.
func (f *Failure) As(target any) bool {
	for _, e := range f.is {
		if errors.As(e, target) {
			return true
		}
	}
	to := reflect.ValueOf(target).Elem()
	for _, v := range f.values {
		if v.Type().AssignableTo(to.Type()) {
			to.Set(v)
			return true
		}
	}
	return false
}

// Unboxed is a nil pointer for an error that holds one, as package expect asks.
func (f *Failure) Unboxed() any {
	if f.bits&nilInside != 0 {
		return (*Failure)(nil)
	}
	return f
}

// UnboxedType is the name of the error's type on the other side.
func (f *Failure) UnboxedType() string { return f.typeName }

// timeoutFailure is a [Failure] that says whether it is a time-out.
type timeoutFailure struct{ *Failure }

func (f timeoutFailure) Timeout() bool   { return f.bits&isTimeout != 0 }
func (f timeoutFailure) Temporary() bool { return f.bits&isTemporary != 0 }
