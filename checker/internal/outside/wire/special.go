package wire

import (
	"context"
	"reflect"
	"time"
	"unsafe"
)

// special is a type of the standard library whose fields mean nothing in another
// process, or must not be believed.
type special struct {
	write func(*encoder, reflect.Value)
	read  func(*decoder, reflect.Value)

	// Only of a type that points to what can change, as a big.Int does to its words.
	copy func(to, from reflect.Value)
	same func(a, b reflect.Value) bool
}

var specials map[reflect.Type]special

// Special adds a type that travels as text.
func Special[T any](write func(T) ([]byte, error), read func([]byte) (T, error)) {
	specials[reflect.TypeFor[T]()] = special{
		write: func(e *encoder, v reflect.Value) {
			b, err := write(*v.Addr().Interface().(*T))
			if err != nil {
				b = nil
			}
			e.text(string(b))
		},
		read: func(d *decoder, v reflect.Value) {
			x, err := read(d.bytes(d.count(1, "text")))
			if err != nil {
				bad("%v: %v", v.Type(), err)
			}
			*v.Addr().Interface().(*T) = x
		},
	}
}

// Mutable is [Special] for a type that points to memory which changes in place, as the
// words of a big.Int do: two that look alike bit by bit may hold the same words. copy
// shares nothing with what it copies.
func Mutable[T any](write func(T) ([]byte, error), read func([]byte) (T, error), copy func(to, from *T), same func(a, b *T) bool) {
	Special(write, read)
	s := specials[reflect.TypeFor[T]()]
	of := func(v reflect.Value) *T { return v.Addr().Interface().(*T) }
	s.copy = func(to, from reflect.Value) { copy(of(to), of(from)) }
	s.same = func(a, b reflect.Value) bool { return same(of(a), of(b)) }
	specials[reflect.TypeFor[T]()] = s
}

// known is types of the standard library that errors.As may look for.
var known []reflect.Type

// Error adds a type of errors that travels as a [Form], and that errors.As finds on
// the other side.
func Error[T, F any](of func(*T) F, from func(F) *T) {
	Form(of, func(f F) (*T, error) { return from(f), nil })
	known = append(known, reflect.TypeFor[*T]())
}

// Form adds a struct that travels, behind a pointer, as another struct: F has what
// matters of it to both sides, read when it is sent for the first time.
func Form[T, F any](of func(*T) F, from func(F) (*T, error)) {
	specials[reflect.TypeFor[*T]()] = special{
		write: func(e *encoder, v reflect.Value) {
			p := v.Interface().(*T)
			if p == nil {
				e.byte(objNil)
				return
			}
			o := &e.l.objects
			if id, theirs := o.remote[unsafe.Pointer(p)]; theirs {
				e.byte(objYours)
				e.uint(id)
				return
			}
			e.byte(objMine)
			known := o.byKey[any(p)]
			id := e.l.offer(v, any(p))
			e.uint(id)
			if known == 0 {
				form := of(p)
				e.value(reflect.ValueOf(&form).Elem())
			}
		},
		read: func(d *decoder, v reflect.Value) {
			o := &d.l.objects
			switch tag := d.byte(); tag {
			case objNil:
				v.SetZero()
			case objYours:
				mine := o.mine[d.uint()]
				if !mine.v.IsValid() || mine.v.Type() != v.Type() {
					bad("not one of ours that is a %v", v.Type())
				}
				v.Set(mine.v)
			case objMine:
				id := d.uint()
				known, ok := o.stubs[id]
				if !ok {
					if len(o.stubs) >= mostObjects {
						bad("more than %d objects", mostObjects)
					}
					var form F
					d.value(reflect.ValueOf(&form).Elem())
					p, err := from(form)
					if err != nil {
						bad("%v: %v", v.Type(), err)
					}
					known = reflect.ValueOf(p)
					o.stubs[id], o.remote[unsafe.Pointer(p)] = known, id
				}
				if known.Type() != v.Type() {
					bad("object %d is no %v", id, v.Type())
				}
				v.Set(known)
			default:
				bad("a struct of kind %d", tag)
			}
		},
	}
}

func init() {
	specials = map[reflect.Type]special{
		reflect.TypeFor[time.Time](): {write: writeTime, read: readTime},
		reflect.TypeFor[time.Location](): {
			write: func(*encoder, reflect.Value) { panic("wire: a *time.Location does not travel") },
			read:  func(*decoder, reflect.Value) { bad("a *time.Location does not travel") },
		},
		reflect.TypeFor[context.Context](): {write: writeContext, read: readContext},
	}
}

// Where a time is.
const (
	inUTC   = iota // as time.UTC says it
	inLocal        // time.Local
	inZone         // another zone: its name and offset at that time
)

// timeBits is a time.Time as it lies in memory: its wall clock and its monotonic
// reading, if it has one.
type timeBits struct {
	wall uint64
	ext  int64
	loc  *time.Location
}

func writeTime(e *encoder, v reflect.Value) {
	bits := (*timeBits)(v.Addr().UnsafePointer())
	e.uint(bits.wall)
	e.int(bits.ext)
	t := v.Addr().Interface().(*time.Time)
	switch loc := t.Location(); loc {
	case time.UTC:
		e.byte(inUTC)
	case time.Local:
		e.byte(inLocal)
	default:
		name, offset := t.Zone()
		e.byte(inZone)
		e.text(name)
		e.int(int64(offset))
	}
}

func readTime(d *decoder, v reflect.Value) {
	bits := timeBits{wall: d.uint(), ext: d.int()}
	if bits.wall&(1<<30-1) > 999_999_999 {
		bad("a time with more nanoseconds than a second has")
	}
	*(*timeBits)(v.Addr().UnsafePointer()) = bits
	t := v.Addr().Interface().(*time.Time)
	switch tag := d.byte(); tag {
	case inUTC:
	case inLocal:
		setLocation(t, time.Local)
	case inZone:
		name := d.text()
		offset := d.int()
		if offset < -1e6 || offset > 1e6 || len(name) > 100 {
			bad("a time zone of %d seconds", offset)
		}
		setLocation(t, time.FixedZone(name, int(offset)))
	default:
		bad("a time in zone %d", tag)
	}
}

// setLocation keeps the monotonic reading, which time.Time.In drops.
func setLocation(t *time.Time, loc *time.Location) {
	(*timeBits)(reflect.ValueOf(t).UnsafePointer()).loc = loc
}
