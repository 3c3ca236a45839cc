package wire

import (
	"bytes"
	"reflect"
	"unsafe"
)

// mapping is a map that both sides have. When one side has changed it, the next
// frame has all of it.
type mapping struct {
	id     uint64
	m      reflect.Value
	agreed reflect.Value // a copy of what both sides hold
}

func (e *encoder) mapping(v reflect.Value) {
	if v.IsNil() {
		e.byte(refNil)
		return
	}
	mem := &e.l.memory
	for _, m := range mem.maps {
		if m.m.UnsafePointer() == v.UnsafePointer() && m.m.Type() == v.Type() {
			e.byte(refKnown)
			e.uint(m.id)
			return
		}
	}
	own := reflect.New(v.Type()).Elem()
	own.Set(v)
	m := &mapping{id: mem.next, m: own}
	mem.next += 2
	mem.maps = append(mem.maps, m)
	mem.live++
	e.byte(refNew)
	e.uint(m.id)
	e.entries(m)
}

// entries writes all of a map, and notes it as agreed.
func (e *encoder) entries(m *mapping) {
	t := m.m.Type()
	m.agreed = reflect.MakeMap(t)
	e.uint(uint64(m.m.Len()))
	for it := m.m.MapRange(); it.Next(); {
		key, val := reflect.New(t.Key()).Elem(), reflect.New(t.Elem()).Elem()
		key.SetIterKey(it)
		val.SetIterValue(it)
		m.agreed.SetMapIndex(key, val)
		e.value(key)
		e.value(val)
	}
}

func (d *decoder) mapping(v reflect.Value) {
	t := v.Type()
	mem := &d.l.memory
	switch tag := d.byte(); tag {
	case refNil:
		v.SetZero()
	case refKnown:
		m := mem.mapByID(d.uint())
		if m == nil || m.m.Type() != t {
			bad("no map of type %v", t)
		}
		v.Set(m.m)
	case refNew:
		id := d.uint()
		if id&1 == mem.next&1 || mem.mapByID(id) != nil || mem.byID[id] != nil {
			bad("map %d is not new", id)
		}
		if len(mem.maps) >= 4*mostSlices {
			bad("more than %d maps", 4*mostSlices)
		}
		m := &mapping{id: id, m: reflect.MakeMap(t)}
		mem.maps = append(mem.maps, m)
		mem.live++
		d.entries(m)
		v.Set(m.m)
	default:
		bad("a map of kind %d", tag)
	}
}

func (m *memory) mapByID(id uint64) *mapping {
	for _, x := range m.maps {
		if x.id == id {
			return x
		}
	}
	return nil
}

func (d *decoder) entries(m *mapping) {
	t := m.m.Type()
	m.m.Clear()
	m.agreed = reflect.MakeMap(t)
	n := d.count(2, "map")
	d.l.memory.take(n, t.Key().Size()+t.Elem().Size()) // for good: a map that is sent again and again counts each time
	for range n {
		key, val := reflect.New(t.Key()).Elem(), reflect.New(t.Elem()).Elem()
		d.value(key)
		d.value(val)
		if !key.Comparable() {
			bad("a key that cannot be compared")
		}
		m.m.SetMapIndex(key, val)
		m.agreed.SetMapIndex(key, val)
	}
}

// changed reports whether a map is no longer what was agreed.
func (m *mapping) changed() bool {
	if m.m.Len() != m.agreed.Len() {
		return true
	}
	t := m.m.Type()
	now := reflect.New(t.Elem()).Elem()
	then := reflect.New(t.Elem()).Elem()
	for it := m.m.MapRange(); it.Next(); {
		old := m.agreed.MapIndex(it.Key())
		if !old.IsValid() {
			return true
		}
		now.SetIterValue(it)
		then.Set(old)
		if !bytes.Equal(variable(now), variable(then)) {
			return true
		}
	}
	return false
}

// variable is the memory of an addressable value.
func variable(v reflect.Value) []byte {
	return unsafe.Slice((*byte)(v.Addr().UnsafePointer()), v.Type().Size())
}
