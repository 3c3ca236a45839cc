package lower

import (
	"go/ast"
	"go/types"
)

// A checked program looks before it leaps: it asks the prelude about each
// index, bound and pointer, so that an error of the runtime says what Go's says.
// The interpreter notices the same errors by itself, but in words of its own.

// checkIndex makes sure of an index; it returns what was indexed and the index
// as names.
func (f *fn) checkIndex(base string, t types.Type, index string) (string, string) {
	if !f.p.Checked {
		return base, index
	}
	if _, ok := t.Underlying().(*types.Map); ok {
		return base, index
	}
	n := "len(" + base + ")"
	switch u := t.Underlying().(type) {
	case *types.Array:
		n = itoa(int(u.Len()))
	case *types.Pointer:
		base = f.checkPointer(base, t)
		n = itoa(int(u.Elem().Underlying().(*types.Array).Len()))
	default:
		if !stable(base) {
			base = f.temp(t, base)
			n = "len(" + base + ")"
		}
	}
	if !stable(index) {
		v := f.p.fresh("i")
		f.emit(v + " := " + index)
		index = v
	}
	f.emit("nb.Index(" + index + ", " + n + ")")
	return base, index
}

// here makes a value that may panic on its own line, which stands for the
// place of its expression.
func (f *fn) here(t types.Type, code string) string {
	if !f.p.Checked {
		return code
	}
	return f.temp(t, code)
}

// checkPointer makes sure that a pointer, interface or function is not nil.
func (f *fn) checkPointer(code string, t types.Type) string {
	if !f.p.Checked {
		return code
	}
	if !stable(code) {
		code = f.temp(t, code)
	}
	f.emit("if " + code + " == nil { nb.NilPointer() }")
	return code
}

// present makes sure that an interface whose method is kept as a value is not
// nil.
func (f *fn) present(code string, t types.Type) string {
	if !isInterface(t) {
		return code
	}
	if !stable(code) {
		code = f.temp(t, code)
	}
	f.emit("if " + code + " == nil { nb.NilPointer() }")
	return code
}

// checkBounds makes sure of the bounds of a slice expression.
func (f *fn) checkBounds(x *ast.SliceExpr, ops []string) []string {
	if !f.p.Checked {
		return ops
	}
	t := f.typeOf(x.X)
	kind, length := "slice", ""
	switch u := t.Underlying().(type) {
	case *types.Array:
		kind, length = "array", itoa(int(u.Len()))
	case *types.Pointer:
		kind, length = "array", itoa(int(u.Elem().Underlying().(*types.Array).Len()))
		ops[0] = f.checkPointer(ops[0], t)
	default:
		if !stable(ops[0]) {
			ops[0] = f.temp(t, ops[0])
		}
		length = "len(" + ops[0] + ")"
		if isString(t) {
			kind = "string"
		}
	}
	most := length
	if kind == "slice" {
		most = "cap(" + ops[0] + ")"
	}
	args := quote(kind) + ", " + length + ", " + most
	for i := 1; i < 4; i++ {
		if ops[i] != "" && !stable(ops[i]) {
			v := f.p.fresh("i")
			f.emit(v + " := " + ops[i])
			ops[i] = v
		}
		if ops[i] == "" {
			args += ", nil"
		} else {
			args += ", " + ops[i]
		}
	}
	f.emit("nb.Bounds(" + args + ")")
	return ops
}
