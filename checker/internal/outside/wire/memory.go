package wire

import (
	"bytes"
	"reflect"
	"slices"
	"unsafe"
)

// region is memory that both sides have: the array behind a slice, with all of
// its capacity, or the variable behind a pointer. Its content is kept equal: each
// frame starts with what its sender has changed since the two last agreed.
type region struct {
	id      uint64
	mem     reflect.Value // a slice over all of the memory
	agreed  reflect.Value // a copy of what both sides hold
	start   unsafe.Pointer
	n       int
	now     []byte // both as bytes
	then    []byte
	elem    reflect.Type
	parts   []part // if only some fields are shared
	pointee bool   // behind a pointer: of a struct of the lessons, only exported fields are shared
}

// part is the bytes of a field.
type part struct{ from, to uintptr }

// ready looks up what every frame needs to know of a region.
func (r *region) ready(b *Book) *region {
	r.now, r.then = view(r.mem), view(r.agreed)
	if _, special := specials[r.elem]; r.pointee && r.elem.Kind() == reflect.Struct && !special {
		for _, f := range b.plan(r.elem) {
			if b.travels(r.elem, f) {
				r.parts = append(r.parts, part{f.offset, f.offset + f.typ.Size()})
			}
		}
		if r.parts == nil {
			r.now, r.then = nil, nil
		}
	}
	return r
}

// The most that a test may have of each.
const (
	mostSlices  = 256 // tracked at a time; beyond that, the older ones are forgotten
	mostRegions = 200_000
	mostBytes   = 128 << 20 // of memory that the other side has asked for and that is tracked
)

func (r *region) base() uintptr { return uintptr(r.start) }
func (r *region) size() uintptr { return uintptr(r.n) * r.elem.Size() }

// memory is the regions of a test.
type memory struct {
	byID  map[uint64]*region
	order []*region // by address
	maps  []*mapping
	live  int    // slices and maps
	next  uint64 // a new region's number: odd ones are the judge's
	used  int64  // bytes allocated because the other side said so
}

// find is the region of elements of type elem that holds size bytes at p, and the
// index of its element at p.
func (m *memory) find(p unsafe.Pointer, size uintptr, elem reflect.Type) (*region, int) {
	at := uintptr(p)
	i, _ := slices.BinarySearchFunc(m.order, at+1, func(r *region, p uintptr) int {
		if r.base() < p {
			return -1
		}
		return 1
	})
	for i--; i >= 0; i-- {
		r := m.order[i]
		if off := at - r.base(); r.elem == elem && off+size <= r.size() && off%elem.Size() == 0 {
			return r, int(off / elem.Size())
		}
		if r.base()+r.size() < at { // regions overlap only within one allocation
			break
		}
	}
	return nil, 0
}

func (m *memory) add(r *region) {
	m.byID[r.id] = r
	i, _ := slices.BinarySearchFunc(m.order, r.base(), func(r *region, p uintptr) int {
		if r.base() < p {
			return -1
		}
		return 1
	})
	m.order = slices.Insert(m.order, i, r)
	if !r.pointee {
		m.live++
	}
}

// forget stops sharing the slices numbered below id.
func (m *memory) forget(id uint64) {
	m.order = slices.DeleteFunc(m.order, func(r *region) bool {
		if r.pointee || r.id >= id {
			return false
		}
		delete(m.byID, r.id)
		m.live--
		if r.id&1 != m.next&1 {
			m.used -= int64(r.size())
		}
		return true
	})
	m.maps = slices.DeleteFunc(m.maps, func(x *mapping) bool {
		if x.id < id {
			m.live--
		}
		return x.id < id
	})
}

// fresh is a new region over memory of ours.
func (l *Link) fresh(p unsafe.Pointer, n int, elem reflect.Type, pointee bool) *region {
	r := &region{id: l.memory.next, mem: reflect.SliceAt(elem, p, n), elem: elem, pointee: pointee}
	l.memory.next += 2
	r.agreed = reflect.MakeSlice(reflect.SliceOf(elem), n, n)
	r.start, r.n = p, n
	l.memory.add(r.ready(l.book))
	return r
}

// made is a region of the other side's, with memory of its own on this side.
func (l *Link) made(id uint64, n int, elem reflect.Type, pointee bool) *region {
	m := &l.memory
	if id&1 == m.next&1 || m.byID[id] != nil {
		bad("region %d is not new", id)
	}
	if len(m.byID) >= mostRegions {
		bad("more than %d regions", mostRegions)
	}
	m.take(n, elem.Size())
	mem := reflect.MakeSlice(reflect.SliceOf(elem), n, n)
	r := &region{id: id, mem: mem, start: mem.UnsafePointer(), n: n, elem: elem, pointee: pointee, agreed: reflect.MakeSlice(mem.Type(), n, n)}
	m.add(r.ready(l.book))
	return r
}

// take counts memory for n values.
func (m *memory) take(n int, size uintptr) {
	if size == 0 {
		return
	}
	if n < 0 || int64(n) > (mostBytes-m.used)/int64(size) {
		bad("more than %d MiB of memory", mostBytes>>20)
	}
	m.used += int64(n) * int64(size)
}

// view is the memory of elements as bytes.
func view(s reflect.Value) []byte {
	return unsafe.Slice((*byte)(s.UnsafePointer()), uintptr(s.Len())*s.Type().Elem().Size())
}

// changed is the range of elements that differ from what was agreed; lo == hi is
// none.
func (r *region) changed() (lo, hi int) {
	for _, p := range r.parts {
		if !bytes.Equal(r.now[p.from:p.to], r.then[p.from:p.to]) {
			return 0, 1
		}
	}
	a, b := r.now, r.then
	if r.parts != nil || bytes.Equal(a, b) {
		return 0, 0
	}
	const block = 4096
	from, to := 0, len(a)
	for from+block < to && bytes.Equal(a[from:from+block], b[from:from+block]) {
		from += block
	}
	for a[from] == b[from] {
		from++
	}
	for to-block > from && bytes.Equal(a[to-block:to], b[to-block:to]) {
		to -= block
	}
	for a[to-1] == b[to-1] {
		to--
	}
	size := int(r.elem.Size())
	return from / size, (to-1)/size + 1
}

// travels reports whether a field of the variable behind a pointer is shared:
// what a type of the lessons keeps to itself stays where its methods run.
func (b *Book) travels(t reflect.Type, f field) bool {
	_, ours := b.fields[t]
	return f.exported || !ours
}

// changes writes what this side has changed.
func (e *encoder) changes() {
	var some []*region // to write one may find new ones
	for _, r := range e.l.memory.order {
		if lo, hi := r.changed(); lo < hi {
			some = append(some, r)
		}
	}
	for _, r := range some {
		lo, hi := r.changed()
		if lo == hi {
			continue
		}
		e.uint(r.id)
		e.uint(uint64(lo))
		e.uint(uint64(hi - lo))
		e.elements(r, lo, hi)
	}
	e.uint(0)
	for _, m := range slices.Clone(e.l.memory.maps) {
		if m.changed() {
			e.uint(m.id)
			e.entries(m)
		}
	}
	e.uint(0)
}

// elements writes elements of a region, and notes them as agreed.
func (e *encoder) elements(r *region, lo, hi int) {
	reflect.Copy(r.agreed.Slice(lo, hi), r.mem.Slice(lo, hi))
	if raw(r.elem) {
		e.b = append(e.b, view(r.mem.Slice(lo, hi))...)
		return
	}
	for i := lo; i < hi; i++ {
		if r.pointee {
			e.pointee(r, r.mem.Index(i))
		} else {
			e.value(r.mem.Index(i))
		}
	}
}

func (e *encoder) pointee(r *region, v reflect.Value) {
	if _, special := specials[r.elem]; special || r.elem.Kind() != reflect.Struct {
		e.value(v)
		return
	}
	for _, f := range e.l.book.plan(r.elem) {
		if e.l.book.travels(r.elem, f) {
			e.value(at(v, f))
		}
	}
}

// changes takes what the other side has changed.
func (d *decoder) changes() {
	for {
		id := d.uint()
		if id == 0 {
			break
		}
		r := d.l.memory.byID[id]
		if r == nil {
			bad("no region %d", id)
		}
		lo := d.small(r.mem.Len(), "offset")
		d.elements(r, lo, lo+d.small(r.mem.Len()-lo, "length"))
	}
	for {
		id := d.uint()
		if id == 0 {
			return
		}
		m := d.l.memory.mapByID(id)
		if m == nil {
			bad("no map %d", id)
		}
		d.entries(m)
	}
}

func (d *decoder) elements(r *region, lo, hi int) {
	if raw(r.elem) {
		size := int(r.elem.Size())
		if hi-lo > len(d.b)/max(1, size) {
			bad("cut off")
		}
		copy(view(r.mem.Slice(lo, hi)), d.bytes((hi-lo)*size))
	} else {
		for i := lo; i < hi; i++ {
			if r.pointee {
				d.pointee(r, r.mem.Index(i))
			} else {
				d.value(r.mem.Index(i))
			}
		}
	}
	reflect.Copy(r.agreed.Slice(lo, hi), r.mem.Slice(lo, hi))
}

func (d *decoder) pointee(r *region, v reflect.Value) {
	if _, special := specials[r.elem]; special || r.elem.Kind() != reflect.Struct {
		d.value(v)
		return
	}
	for _, f := range d.l.book.plan(r.elem) {
		if d.l.book.travels(r.elem, f) {
			d.value(at(v, f))
		}
	}
}

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
