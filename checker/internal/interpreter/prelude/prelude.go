// Package prelude is what lowered programs call: the parts of Go that the
// interpreter is not trusted with.
//
// It is compiled, so what it does is what Go does: functions are bound and
// deferred, panics raised and recovered, interfaces compared and channels
// selected by the language itself.
package prelude

import (
	"fmt"
	"go/types"
	"math"
	"os"
	"reflect"
	"sync"
	"unicode/utf8"
)

// Prelude is the prelude of one program.
type Prelude struct {
	Recovered func()       // called when the program recovers from a panic; may be nil
	At        func(*int)   // told where a checked program keeps the line that it is at
	Raised    func(string) // told what a panic's value is, where the runtime would show a box

	at    *int // nil if the program is not checked
	mu    sync.RWMutex
	types []*Type
	find  func(id int) types.Type
	ours  func(*types.Package) bool
}

// New makes a prelude. find gives the type that a number stands for; ours tells
// which packages are the sources'.
func New(find func(id int) types.Type, ours func(*types.Package) bool) *Prelude {
	return &Prelude{find: find, ours: ours}
}

// Symbols is what the core imports as nb.
func (p *Prelude) Symbols() map[string]reflect.Value {
	return map[string]reflect.Value{
		"Defers": reflect.ValueOf((*Defers)(nil)),

		"Bind": reflect.ValueOf(Bind), "Func": reflect.ValueOf(Func), "Slice": reflect.ValueOf(Slice),
		"Thunk": reflect.ValueOf(Thunk), "Method": reflect.ValueOf(Method), "Go": reflect.ValueOf(Go),
		"At": reflect.ValueOf(p.keep), "Scope": reflect.ValueOf(p.Scope), "Panic": reflect.ValueOf(p.Panic), "Nothing": reflect.ValueOf(Nothing),

		"Box": reflect.ValueOf(p.Box), "BoxError": reflect.ValueOf(p.BoxError), "Unbox": reflect.ValueOf(Unbox), "As": reflect.ValueOf(As),
		"Is": reflect.ValueOf(Is), "ID": reflect.ValueOf(ID), "Implements": reflect.ValueOf(p.Implements),
		"SetMethod": reflect.ValueOf(p.SetMethod), "BadAssertion": reflect.ValueOf(BadAssertion),
		"ErrorsAs": reflect.ValueOf(ErrorsAs), "Equal": reflect.ValueOf(Equal), "SameChan": reflect.ValueOf(SameChan), "Raw": reflect.ValueOf(p.Raw),

		"Select": reflect.ValueOf(Select), "Send": reflect.ValueOf(Send), "Receive": reflect.ValueOf(Receive),
		"MapRange": reflect.ValueOf(MapRange), "Rune": reflect.ValueOf(Rune), "Clear": reflect.ValueOf(Clear),
		"Close": reflect.ValueOf(Close), "Delete": reflect.ValueOf(Delete), "Print": reflect.ValueOf(Print),
		"Array": reflect.ValueOf(Array), "ArrayPointer": reflect.ValueOf(ArrayPointer),
		"Use":        reflect.ValueOf(Use),
		"NilPointer": reflect.ValueOf(NilPointer), "Index": reflect.ValueOf(Index), "Bounds": reflect.ValueOf(Bounds),
		"Length": reflect.ValueOf(Length), "NegativeShift": reflect.ValueOf(NegativeShift),
		"Min": reflect.ValueOf(math.Min), "Max": reflect.ValueOf(math.Max),
	}
}

// keep takes note of where a checked program keeps its line.
func (p *Prelude) keep(at *int) {
	p.at = at
	if p.At != nil {
		p.At(at)
	}
}

// Use takes a value that the program computes and drops.
func Use(any) {}

// Nothing does nothing.
func Nothing() {}

// NegativeShift panics as a shift by a negative count does.
func NegativeShift() {
	one, n := 1, -1
	_ = one << n
}

// Rune is the first rune of s from byte i on, and its size.
func Rune(s string, i int) (rune, int) { return utf8.DecodeRuneInString(s[i:]) }

// Clear is clear.
func Clear(x any) { reflect.ValueOf(x).Clear() }

// Close is close.
func Close(c any) { reflect.ValueOf(c).Close() }

// Delete is delete.
func Delete(m, k any) {
	v := reflect.ValueOf(m)
	if v.IsNil() {
		return
	}
	v.SetMapIndex(valueAs(k, v.Type().Key()), reflect.Value{})
}

// Print is print or println.
func Print(name string, args ...any) {
	for i, x := range args {
		if i > 0 && name == "println" {
			fmt.Fprint(os.Stderr, " ")
		}
		fmt.Fprint(os.Stderr, x)
	}
	if name == "println" {
		fmt.Fprintln(os.Stderr)
	}
}

// Array converts a slice to an array of like's type.
func Array(s, like any) any {
	enough(s, reflect.TypeOf(like))
	return reflect.ValueOf(s).Convert(reflect.TypeOf(like)).Interface()
}

// ArrayPointer converts a slice to a pointer to an array of like's type.
func ArrayPointer(s, like any) any {
	enough(s, reflect.TypeOf(like))
	return reflect.ValueOf(s).Convert(reflect.PointerTo(reflect.TypeOf(like))).Interface()
}

// Iterator goes through a map.
type Iterator struct{ it *reflect.MapIter }

// MapRange begins to go through a map, which may be nil.
func MapRange(m any) *Iterator { return &Iterator{reflect.ValueOf(m).MapRange()} }

// Next moves on.
func (i *Iterator) Next() bool { return i.it.Next() }

// Load puts the entry's key and value where the pointers point; nil wants none.
func (i *Iterator) Load(key, value any) {
	if key != nil {
		reflect.ValueOf(key).Elem().Set(i.it.Key())
	}
	if value != nil {
		reflect.ValueOf(value).Elem().Set(i.it.Value())
	}
}

// Case is a case of a select.
type Case struct{ c reflect.SelectCase }

// Send is a case that sends.
func Send(ch, v any) Case {
	c := reflect.ValueOf(ch)
	return Case{reflect.SelectCase{Dir: reflect.SelectSend, Chan: c, Send: valueAs(v, c.Type().Elem())}}
}

// Receive is a case that receives.
func Receive(ch any) Case {
	return Case{reflect.SelectCase{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(ch)}}
}

// Select is a select statement. It gives the number of the case chosen, -1 for
// the default, and what was received.
func Select(other bool, cases ...Case) (chosen int, v any, ok bool) {
	list := make([]reflect.SelectCase, len(cases), len(cases)+1)
	for i, c := range cases {
		list[i] = c.c
	}
	if other {
		list = append(list, reflect.SelectCase{Dir: reflect.SelectDefault})
	}
	if len(list) == 0 {
		select {}
	}
	i, got, ok := reflect.Select(list)
	if i == len(cases) {
		return -1, nil, false
	}
	if got.IsValid() {
		v = got.Interface()
	}
	return i, v, ok
}

// valueAs is v as a value of type t: nil is its zero value.
func valueAs(v any, t reflect.Type) reflect.Value {
	if v == nil {
		return reflect.Zero(t)
	}
	return reflect.ValueOf(v)
}
