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
	parts   []part   // if only some fields are shared
	special *special // if more than what lies in mem can change
	pointee bool     // behind a pointer: of a struct of the lessons, only exported fields are shared
}

// part is the bytes of a field.
type part struct{ from, to uintptr }

// ready looks up what every frame needs to know of a region.
func (r *region) ready(b *Book) *region {
	special, isSpecial := specials[r.elem]
	if special.same != nil {
		r.special = &special
		return r
	}
	r.now, r.then = view(r.mem), view(r.agreed)
	if r.pointee && r.elem.Kind() == reflect.Struct && !isSpecial {
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

// made is a region of the other side's, with its own memory on this side.
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
	if r.special != nil {
		for i := range r.n {
			if !r.special.same(r.mem.Index(i), r.agreed.Index(i)) {
				if lo == hi {
					lo = i
				}
				hi = i + 1
			}
		}
		return lo, hi
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

// agree notes elements as what both sides hold.
func (r *region) agree(lo, hi int) {
	if r.special == nil {
		reflect.Copy(r.agreed.Slice(lo, hi), r.mem.Slice(lo, hi))
		return
	}
	for i := lo; i < hi; i++ {
		r.special.copy(r.agreed.Index(i), r.mem.Index(i))
	}
}

// travels reports whether a field of the variable behind a pointer is shared:
// what a type of the lessons keeps to itself stays where its methods run.
func (b *Book) travels(t reflect.Type, f field) bool {
	_, ours := b.fields[t]
	return f.exported || !ours
}
