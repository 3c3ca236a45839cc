package wire

import (
	"reflect"
	"time"
)

// special is a type of the standard library whose fields mean nothing in another
// process, or must not be believed.
type special struct {
	write func(*encoder, reflect.Value)
	read  func(*decoder, reflect.Value)
}

var specials map[reflect.Type]special

// Special adds a type that travels as text.
func Special[T any](write func(T) ([]byte, error), read func([]byte) (T, error)) {
	specials[reflect.TypeFor[T]()] = special{
		func(e *encoder, v reflect.Value) {
			b, err := write(*v.Addr().Interface().(*T))
			if err != nil {
				b = nil
			}
			e.text(string(b))
		},
		func(d *decoder, v reflect.Value) {
			x, err := read(d.bytes(d.count(1, "text")))
			if err != nil {
				bad("%v: %v", v.Type(), err)
			}
			*v.Addr().Interface().(*T) = x
		},
	}
}

func init() {
	specials = map[reflect.Type]special{reflect.TypeFor[time.Time](): {writeTime, readTime}, reflect.TypeFor[time.Location](): {
		func(*encoder, reflect.Value) { panic("wire: a *time.Location does not travel") },
		func(*decoder, reflect.Value) { bad("a *time.Location does not travel") },
	}}
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
