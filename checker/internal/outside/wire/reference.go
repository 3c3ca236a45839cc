package wire

import (
	"bytes"
	"reflect"
)

// How a slice or a pointer is written.
const (
	refNil   = iota
	refEmpty // a slice with no capacity
	refKnown // region, offset, length, capacity
	refNew   // region, length, capacity, elements
)

func (e *encoder) slice(v reflect.Value) {
	elem := v.Type().Elem()
	switch {
	case v.IsNil():
		e.byte(refNil)
		return
	case v.Cap() == 0 || elem.Size() == 0:
		e.byte(refEmpty)
		e.uint(uint64(v.Len()))
		return
	}
	p, size := v.UnsafePointer(), uintptr(v.Cap())*elem.Size()
	r, off := e.l.memory.find(p, size, elem)
	if r == nil {
		r = e.l.fresh(p, v.Cap(), elem, false)
		e.byte(refNew)
		e.uint(r.id)
		e.uint(uint64(v.Len()))
		e.uint(uint64(v.Cap()))
		n := v.Cap()
		for b := view(r.mem); n > 0 && zeros(b[uintptr(n-1)*elem.Size():uintptr(n)*elem.Size()]); { // most of a capacity is
			if k := n - blockOf(elem); k > 0 && zeros(b[uintptr(k)*elem.Size():uintptr(n)*elem.Size()]) {
				n = k
			} else {
				n--
			}
		}
		e.uint(uint64(n))
		e.elements(r, 0, n)
		return
	}
	e.byte(refKnown)
	e.uint(r.id)
	e.uint(uint64(off))
	e.uint(uint64(v.Len()))
	e.uint(uint64(v.Cap()))
}

func blockOf(elem reflect.Type) int { return max(1, 4096/int(elem.Size())) }

var zeroBlock [4096]byte

func zeros(b []byte) bool {
	for len(b) > len(zeroBlock) {
		if !bytes.Equal(b[:len(zeroBlock)], zeroBlock[:]) {
			return false
		}
		b = b[len(zeroBlock):]
	}
	return bytes.Equal(b, zeroBlock[:len(b)])
}

func (d *decoder) slice(v reflect.Value) {
	t := v.Type()
	elem := t.Elem()
	switch tag := d.byte(); tag {
	case refNil:
		v.SetZero()
	case refEmpty:
		n := d.small(1<<20, "length")
		if n > 0 && elem.Size() > 0 {
			bad("%d elements without memory", n)
		}
		v.Set(reflect.MakeSlice(t, n, n))
	case refNew:
		id := d.uint()
		length := d.small(mostBytes, "length")
		capacity := d.small(mostBytes, "capacity")
		if length > capacity || capacity == 0 || elem.Size() == 0 {
			bad("length %d of capacity %d", length, capacity)
		}
		r := d.l.made(id, capacity, elem, false)
		n := d.small(capacity, "elements")
		if n > len(d.b)/least(elem) {
			bad("cut off")
		}
		d.elements(r, 0, n)
		v.Set(r.mem.Slice3(0, length, capacity).Convert(t))
	case refKnown:
		r := d.l.memory.byID[d.uint()]
		if r == nil || r.elem != elem {
			bad("a slice of no region of %v", elem)
		}
		off := d.small(r.mem.Len(), "offset")
		length := d.small(r.mem.Len()-off, "length")
		capacity := d.small(r.mem.Len()-off, "capacity")
		if length > capacity {
			bad("length %d of capacity %d", length, capacity)
		}
		v.Set(r.mem.Slice3(off, off+length, off+capacity).Convert(t))
	default:
		bad("reference of kind %d", tag)
	}
}

func (e *encoder) pointer(v reflect.Value) {
	elem := v.Type().Elem()
	if v.IsNil() {
		e.byte(refNil)
		return
	}
	p := v.UnsafePointer()
	if elem.Size() > 0 {
		if r, off := e.l.memory.find(p, elem.Size(), elem); r != nil {
			e.byte(refKnown)
			e.uint(r.id)
			e.uint(uint64(off))
			return
		}
	}
	r := e.l.fresh(p, 1, elem, true)
	e.byte(refNew)
	e.uint(r.id)
	e.elements(r, 0, 1)
}

func (d *decoder) pointer(v reflect.Value) {
	t := v.Type()
	switch tag := d.byte(); tag {
	case refNil:
		v.SetZero()
	case refNew:
		r := d.l.made(d.uint(), 1, t.Elem(), true)
		d.elements(r, 0, 1)
		v.Set(r.mem.Index(0).Addr().Convert(t))
	case refKnown:
		r := d.l.memory.byID[d.uint()]
		if r == nil || r.elem != t.Elem() || r.mem.Len() == 0 {
			bad("a pointer to no region of %v", t.Elem())
		}
		v.Set(r.mem.Index(d.small(r.mem.Len()-1, "offset")).Addr().Convert(t))
	default:
		bad("reference of kind %d", tag)
	}
}
