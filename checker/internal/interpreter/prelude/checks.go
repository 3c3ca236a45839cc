package prelude

import (
	"fmt"
	"reflect"
	"strings"
)

// NilPointer panics as the use of a nil pointer does.
func NilPointer() { panic(nilPointer()) }

// Index panics as a[i] does where a has n elements.
func Index(i any, n int) {
	v := reflect.ValueOf(i)
	if v.CanUint() {
		_ = make([]struct{}, n)[v.Uint()]
		return
	}
	_ = make([]struct{}, n)[v.Int()]
}

// mostBytes is more than a program can have.
const mostBytes = 1 << 47

// Length panics as make does for a length, and for a capacity, that it cannot
// have.
func Length(n, most any) {
	length := reflect.ValueOf(n)
	if length.CanInt() && (length.Int() < 0 || length.Int() > mostBytes) || length.CanUint() && length.Uint() > mostBytes {
		panic(runtimeError("makeslice: len out of range"))
	}
	if most == nil {
		return
	}
	capacity := reflect.ValueOf(most)
	if capacity.CanInt() && (capacity.Int() < 0 || length.CanInt() && capacity.Int() < length.Int()) {
		panic(runtimeError("makeslice: cap out of range"))
	}
}

// runtimeError is an error of the runtime that cannot be had by making it.
type runtimeError string

func (e runtimeError) Error() string { return "runtime error: " + string(e) }
func (runtimeError) RuntimeError()   {}

// Bounds panics as a slice expression does: kind is slice, array or string; a
// bound that is left out is nil.
func Bounds(kind string, length, most int, lo, hi, highest any) {
	from, to := bound(lo, 0), bound(hi, length)
	if kind != "slice" {
		s := strings.Repeat("x", length)
		if highest == nil {
			_ = s[from:to]
			return
		}
	}
	s := make([]struct{}, length, most)
	if highest == nil {
		_ = s[from:to]
		return
	}
	_ = s[from:to:bound(highest, most)]
}

func bound(x any, other int) int {
	if x == nil {
		return other
	}
	v := reflect.ValueOf(x)
	if v.CanUint() {
		return int(v.Uint())
	}
	return int(v.Int())
}

// enough panics where a slice is too short for an array.
func enough(s any, t reflect.Type) {
	if n := reflect.ValueOf(s).Len(); n < t.Len() {
		panic(runtimeError(fmt.Sprintf("cannot convert slice with length %d to array or pointer to array with length %d", n, t.Len())))
	}
}
