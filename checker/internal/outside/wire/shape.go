package wire

import "reflect"

// A value in an interface without methods, of a type that the book does not know, is
// sent with the shape of its type: a test's own struct that JSON is decoded into, say.
// The child makes a type of this shape. Only the judge sends shapes.

// Parts of a shape.
const (
	shapeKnown = iota // a type of the book
	shapeAny
	shapePointer
	shapeSlice
	shapeArray
	shapeMap
	shapeStruct
)

func (e *encoder) shape(t reflect.Type, depth int) {
	n, known := e.l.book.number[t]
	if !known {
		n, known = e.l.book.number[basic(t)]
	}
	if depth > deepestShape || t.PkgPath() != "" && t.NumMethod()+reflect.PointerTo(t).NumMethod() > 0 && t.Kind() != reflect.Interface {
		panic("wire: a " + t.String() + " does not travel")
	}
	switch k := t.Kind(); {
	case known:
		e.byte(shapeKnown)
		e.uint(uint64(n))
	case k == reflect.Interface && t.NumMethod() == 0:
		e.byte(shapeAny)
	case k == reflect.Pointer:
		e.byte(shapePointer)
		e.shape(t.Elem(), depth+1)
	case k == reflect.Slice:
		e.byte(shapeSlice)
		e.shape(t.Elem(), depth+1)
	case k == reflect.Array:
		e.byte(shapeArray)
		e.uint(uint64(t.Len()))
		e.shape(t.Elem(), depth+1)
	case k == reflect.Map:
		e.byte(shapeMap)
		e.shape(t.Key(), depth+1)
		e.shape(t.Elem(), depth+1)
	case k == reflect.Struct:
		e.byte(shapeStruct)
		e.uint(uint64(t.NumField()))
		for i := range t.NumField() {
			f := t.Field(i)
			if !f.IsExported() {
				panic("wire: the field " + f.Name + " of a " + t.String() + " does not travel")
			}
			e.text(f.Name)
			e.text(string(f.Tag))
			e.bool(f.Anonymous)
			e.shape(f.Type, depth+1)
		}
	default:
		panic("wire: a " + t.String() + " does not travel")
	}
}

const deepestShape = 20

// basic is the predeclared type of a type's kind, if it has one.
func basic(t reflect.Type) reflect.Type {
	if k := t.Kind(); k >= reflect.Bool && k <= reflect.Complex128 || k == reflect.String {
		return basics[k]
	}
	return t
}

var basics = map[reflect.Kind]reflect.Type{}

func init() {
	for _, v := range []any{false, int(0), int8(0), int16(0), int32(0), int64(0), uint(0), uint8(0), uint16(0), uint32(0), uint64(0), uintptr(0),
		float32(0), float64(0), complex64(0), complex128(0), ""} {
		basics[reflect.TypeOf(v).Kind()] = reflect.TypeOf(v)
	}
}

func (d *decoder) shape() reflect.Type {
	if d.l.judge {
		bad("a shape")
	}
	switch tag := d.byte(); tag {
	case shapeKnown:
		return d.l.book.values[d.small(len(d.l.book.values)-1, "type")]
	case shapeAny:
		return reflect.TypeFor[any]()
	case shapePointer:
		return reflect.PointerTo(d.shape())
	case shapeSlice:
		return reflect.SliceOf(d.shape())
	case shapeArray:
		return reflect.ArrayOf(d.small(1<<20, "elements"), d.shape())
	case shapeMap:
		key := d.shape()
		return reflect.MapOf(key, d.shape())
	case shapeStruct:
		fields := make([]reflect.StructField, d.count(1, "fields"))
		for i := range fields {
			fields[i] = reflect.StructField{Name: d.text(), Tag: reflect.StructTag(d.text()), Anonymous: d.bool(), Type: d.shape()}
		}
		return reflect.StructOf(fields)
	default:
		bad("a shape of kind %d", tag)
		return nil
	}
}
