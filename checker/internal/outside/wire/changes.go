package wire

import (
	"reflect"
	"slices"
)

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
	e.ends()
}

// elements writes elements of a region, and notes them as agreed.
func (e *encoder) elements(r *region, lo, hi int) {
	r.agree(lo, hi)
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
			break
		}
		m := d.l.memory.mapByID(id)
		if m == nil {
			bad("no map %d", id)
		}
		d.entries(m)
	}
	d.ends()
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
	r.agree(lo, hi)
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
