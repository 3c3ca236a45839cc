package wire

import (
	"reflect"
	"unsafe"
)

// Object is an interface value of the other side's. The generated stubs embed one.
type Object struct {
	l   *Link
	id  uint64
	typ reflect.Type // the interface by which it came
}

// WireObject finds the object in a stub.
func (o *Object) WireObject() *Object { return o }

// Call calls the interface's method i, in the order of reflect. The arguments and
// the results are pointers.
func (o *Object) Call(i int, args, results []any) {
	m := o.typ.Method(i)
	o.l.call(target{object, o.id, i, styleOf(m.Name, m.Type), m.Name}, values(args), values(results))
}

func values(pointers []any) []reflect.Value {
	out := make([]reflect.Value, len(pointers))
	for i, p := range pointers {
		out[i] = reflect.ValueOf(p).Elem()
	}
	return out
}

// style is how the arguments of a call travel.
type style byte

const (
	plain  style = iota
	reads        // Read: only the length of its buffer, and back what was read
	writes       // Write: bytes that nobody keeps
)

var readWrite = reflect.TypeFor[func([]byte) (int, error)]()

func styleOf(name string, t reflect.Type) style {
	switch {
	case t != readWrite:
	case name == "Read":
		return reads
	case name == "Write":
		return writes
	}
	return plain
}

// offered is what one side may call on the other: an interface value by the
// methods of its interface, or a function.
type offered struct {
	v   reflect.Value // of the interface's type, or a function
	key any
}

// objects is the interface values and functions of a test that have crossed.
type objects struct {
	mine   map[uint64]offered
	byKey  map[any]uint64
	stubs  map[uint64]reflect.Value // of the other side's, by number
	remote map[unsafe.Pointer]uint64
	next   uint64

	contexts map[uint64]*remote // of the other side's
	watched  []*ownContext      // whose end the other side wants to know
}

const mostObjects = 200_000

// offer numbers a value of this side's.
func (l *Link) offer(v reflect.Value, key any) uint64 {
	o := &l.objects
	if key != nil {
		if id, ok := o.byKey[key]; ok {
			return id
		}
	}
	o.next++
	own := reflect.New(v.Type()).Elem()
	own.Set(v)
	o.mine[o.next] = offered{own, key}
	if key != nil {
		o.byKey[key] = o.next
	}
	return o.next
}

// How an interface value or a function is written.
const (
	objNil = iota
	objYours
	objMine
	objValue // of a type that the book knows
	objShape // of a type that is described
)

type ifaceKey struct {
	t reflect.Type
	v any
}

func (e *encoder) iface(v reflect.Value) {
	if v.IsNil() {
		e.byte(objNil)
		return
	}
	x := v.Interface()
	if s, ok := x.(interface{ WireObject() *Object }); ok && s.WireObject().l == e.l {
		e.byte(objYours)
		e.uint(s.WireObject().id)
		return
	}
	if _, stubbed := e.l.book.stubs[v.Type()]; stubbed {
		if guard := guards[v.Type()]; guard != nil && e.l.judge {
			guard(x)
		}
		var key any
		if reflect.ValueOf(x).Comparable() {
			key = ifaceKey{v.Type(), x}
		}
		e.byte(objMine)
		e.uint(e.l.offer(v, key))
		return
	}
	n, known := e.l.book.number[reflect.TypeOf(x)]
	if !known {
		if err, ok := x.(error); ok { // an error among the arguments of a Printf
			e.byte(objValue)
			e.uint(uint64(len(e.l.book.values)))
			box := reflect.ValueOf(&err).Elem()
			e.failure(box)
			return
		}
		if v.NumMethod() > 0 {
			panic("wire: a " + reflect.TypeOf(x).String() + " in a " + v.Type().String() + " does not travel")
		}
		own := reflect.New(reflect.TypeOf(x)).Elem()
		own.Set(reflect.ValueOf(x))
		if t := basic(own.Type()); t != own.Type() { // a json.Number is a string here, and still no float64
			e.byte(objValue)
			e.uint(uint64(e.l.book.number[t]))
			e.value(own)
			return
		}
		e.byte(objShape)
		e.shape(own.Type(), 0)
		e.value(own)
		return
	}
	e.byte(objValue)
	e.uint(uint64(n))
	own := reflect.New(reflect.TypeOf(x)).Elem()
	own.Set(reflect.ValueOf(x))
	e.value(own)
}

func (d *decoder) iface(v reflect.Value) {
	t := v.Type()
	o := &d.l.objects
	switch tag := d.byte(); tag {
	case objNil:
		v.SetZero()
	case objYours:
		mine, ok := o.mine[d.uint()]
		if !ok || mine.v.Kind() != reflect.Interface || !mine.v.Elem().Type().AssignableTo(t) {
			bad("not one of ours that is a %v", t)
		}
		v.Set(mine.v.Elem())
	case objMine:
		id := d.uint()
		stub, ok := o.stubs[id]
		if !ok {
			factory := d.l.book.stubs[t]
			if factory == nil || len(o.stubs) >= mostObjects {
				bad("an object that is a %v", t)
			}
			stub = reflect.ValueOf(factory(&Object{d.l, id, t}))
			o.stubs[id] = stub
		}
		if !stub.Type().AssignableTo(t) {
			bad("object %d is no %v", id, t)
		}
		v.Set(stub)
	case objValue:
		n := d.small(len(d.l.book.values), "type")
		if n == len(d.l.book.values) {
			var err error
			d.failure(reflect.ValueOf(&err).Elem())
			if err == nil || !reflect.TypeOf(err).AssignableTo(t) {
				bad("an error that is no %v", t)
			}
			v.Set(reflect.ValueOf(err))
			return
		}
		own := reflect.New(d.l.book.values[n]).Elem()
		if !own.Type().AssignableTo(t) {
			bad("a %v is no %v", own.Type(), t)
		}
		d.value(own)
		v.Set(own)
	case objShape:
		own := reflect.New(d.shape()).Elem()
		if !own.Type().AssignableTo(t) {
			bad("a %v is no %v", own.Type(), t)
		}
		d.value(own)
		v.Set(own)
	default:
		bad("an object of kind %d", tag)
	}
}

// guards are called with what a judge offers to serve with.
var guards = map[reflect.Type]func(any){}

// Guard has a judge call a function with each value of an interface before the child
// gets it: what a value serves may be outside of this process. A call of one has a
// goroutine for itself, because a learner may return before it is answered. The
// interface is named by a nil pointer to it.
func Guard(pointer any, f func(any)) { guards[reflect.TypeOf(pointer).Elem()] = f }

// closure is the identity of a function value: the closure that it points to.
func closure(v reflect.Value) unsafe.Pointer { return *(*unsafe.Pointer)(v.Addr().UnsafePointer()) }

func (e *encoder) function(v reflect.Value) {
	if v.IsNil() {
		e.byte(objNil)
		return
	}
	if id, ok := e.l.objects.remote[closure(v)]; ok {
		e.byte(objYours)
		e.uint(id)
		return
	}
	e.byte(objMine)
	e.uint(e.l.offer(v, closure(v)))
}

func (d *decoder) function(v reflect.Value) {
	t := v.Type()
	o := &d.l.objects
	switch tag := d.byte(); tag {
	case objNil:
		v.SetZero()
	case objYours:
		mine, ok := o.mine[d.uint()]
		if !ok || mine.v.Type() != t {
			bad("not one of ours that is a %v", t)
		}
		v.Set(mine.v)
	case objMine:
		id := d.uint()
		f, ok := o.stubs[id]
		if !ok {
			if len(o.stubs) >= mostObjects {
				bad("more than %d functions", mostObjects)
			}
			f = reflect.New(t).Elem()
			f.Set(reflect.MakeFunc(t, d.l.remote(id, t)))
			o.stubs[id] = f
			o.remote[closure(f)] = id
		}
		if f.Type() != t {
			bad("function %d is no %v", id, t)
		}
		v.Set(f)
	default:
		bad("a function of kind %d", tag)
	}
}

// remote calls a function of the other side's.
func (l *Link) remote(id uint64, t reflect.Type) func([]reflect.Value) []reflect.Value {
	return func(args []reflect.Value) []reflect.Value {
		in := make([]reflect.Value, len(args))
		for i, a := range args {
			in[i] = reflect.New(a.Type()).Elem()
			in[i].Set(a)
		}
		out := make([]reflect.Value, t.NumOut())
		for i := range out {
			out[i] = reflect.New(t.Out(i)).Elem()
		}
		l.call(target{object, id, 0, plain, ""}, in, out)
		return out
	}
}
