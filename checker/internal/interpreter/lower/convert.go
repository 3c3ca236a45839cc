package lower

import (
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
	"strings"
)

// conv converts code of type from to the type of the place it goes to, where Go
// does so without being told: to an interface, or between a struct type's names.
func (f *fn) conv(code string, from, to types.Type) string {
	from, to = f.s.Of(from), f.s.Of(to)
	switch {
	case code == "nil":
		return code
	case isInterface(to) && !isInterface(from):
		return f.toInterface(code, from, to)
	case isInterface(to):
		return f.between(code, from, to)
	case isStruct(to) && isStruct(from):
		return f.restruct(code, from, to)
	}
	return code
}

// toInterface puts a value into an interface. A type that means more than the
// core's own type is boxed.
func (f *fn) toInterface(code string, from, to types.Type) string {
	iface := f.p.typ(to)
	if b, ok := from.(*types.Basic); ok && b.Info()&types.IsUntyped != 0 {
		from = types.Default(from)
	}
	if !f.p.meansMore(from) {
		if iface == "any" {
			return "any(" + code + ")"
		}
		return iface + "(" + code + ")"
	}
	b := f.p.box(from)
	f.u.use(b.unit)
	f.p.covers(b, to)
	switch iface {
	case "any":
		return "nb.Box(" + strconv.Itoa(b.id) + ", " + code + ")"
	case "error":
		return "nb.BoxError(" + strconv.Itoa(b.id) + ", " + code + ")"
	}
	return "nb.Box(" + strconv.Itoa(b.id) + ", " + code + ").(" + iface + ")"
}

// between converts one interface to another that it implements.
func (f *fn) between(code string, from, to types.Type) string {
	a, b := f.p.typ(from), f.p.typ(to)
	switch {
	case a == b:
		return code
	case b == "any":
		return "any(" + code + ")"
	case a != "any":
		return b + "(" + code + ")"
	}
	v := f.zero(to)
	f.emit("nb.As(" + code + ", &" + v + ")")
	return v
}

// restruct copies a struct field by field where the core has two names for its
// type.
func (f *fn) restruct(code string, from, to types.Type) string {
	a, b := f.p.typ(from), f.p.typ(to)
	if a == b {
		return code
	}
	v := code
	if !stable(v) {
		v = f.temp(from, code)
	}
	su, tu := from.Underlying().(*types.Struct), to.Underlying().(*types.Struct)
	var fields []string
	for i := range su.NumFields() {
		fields = append(fields, f.p.fieldOf(to, tu, i)+": "+f.conv(v+"."+f.p.fieldOf(from, su, i), su.Field(i).Type(), tu.Field(i).Type()))
	}
	return b + "{" + strings.Join(fields, ", ") + "}"
}

// conversion is T(x).
func (f *fn) conversion(call *ast.CallExpr) string {
	to, x := f.typeOf(call), call.Args[0]
	if f.info.Types[x].IsNil() {
		return f.zero(to)
	}
	if tv := f.info.Types[x]; tv.Value != nil && isUntyped(f.s.Of(tv.Type)) {
		if b, ok := to.Underlying().(*types.Basic); ok && (b.Info()&types.IsString == 0 || f.s.Of(tv.Type).(*types.Basic).Info()&types.IsString != 0) {
			return f.constant(tv.Value, to, x.Pos())
		}
	}
	from := f.typeOf(x)
	if isInterface(to) {
		return f.as(x, to)
	}
	code := f.as(x, types.Default(from))
	from = types.Default(from)
	switch u := to.Underlying().(type) {
	case *types.Struct:
		return f.restruct(code, from, to)
	case *types.Array:
		if _, ok := from.Underlying().(*types.Slice); ok {
			return f.here(to, "nb.Array("+code+", "+f.p.typ(to)+"{}).("+f.p.typ(to)+")")
		}
	case *types.Pointer:
		return f.pointerConversion(code, from, to, u, x.Pos())
	}
	if f.p.typ(from) == f.p.typ(to) {
		return code
	}
	if _, ok := to.Underlying().(*types.Basic); ok {
		return f.p.typ(to) + "(" + code + ")"
	}
	return "(" + f.p.typ(to) + ")(" + code + ")"
}

func (f *fn) pointerConversion(code string, from, to types.Type, u *types.Pointer, pos token.Pos) string {
	if _, ok := from.Underlying().(*types.Slice); ok {
		return f.here(to, "nb.ArrayPointer("+code+", "+f.p.typ(u.Elem())+"{}).("+f.p.typ(to)+")")
	}
	if f.p.typ(from) != f.p.typ(to) {
		beyond(pos, "converts a pointer between struct types")
	}
	return code
}

// zero is the zero value of a type.
func (f *fn) zero(t types.Type) string {
	v := f.p.fresh("t")
	f.emit("var " + v + " " + f.p.typ(t))
	return v
}

// assert is x.(T) where a failure panics.
func (f *fn) assert(x *ast.TypeAssertExpr) string {
	from, to := f.typeOf(x.X), f.typeOf(x.Type)
	code := f.expr(x.X)
	if !stable(code) {
		code = f.temp(from, code)
	}
	v, ok := f.assertion(code, from, to)
	f.emit("if !" + ok + " { nb.BadAssertion(" + code + ", " + quote(types.TypeString(from, f.p.qualifier)) + ", " + quote(types.TypeString(to, f.p.qualifier)) + ") }")
	return v
}

func (p *Program) qualifier(pkg *types.Package) string { return pkg.Name() }

// assertion is the value of an interface as a type, and whether it is one.
func (f *fn) assertion(code string, from, to types.Type) (value, ok string) {
	if !stable(code) {
		code = f.temp(from, code)
	}
	value, ok = f.p.fresh("t"), f.p.fresh("ok")
	t := f.p.typ(to)
	switch {
	case isInterface(to) && t == "any":
		f.emit("var " + ok + " bool = " + f.isType(code, to))
		f.emit("var " + value + " any")
		f.emit("if " + ok + " { " + value + " = " + code + " }")
	case !isInterface(to) && f.p.meansMore(to):
		b := f.p.box(to)
		f.u.use(b.unit)
		f.emit("var " + value + " " + t)
		f.emit("var " + ok + " bool = nb.Unbox(" + code + ", " + strconv.Itoa(b.id) + ", &" + value + ")")
	default:
		f.emit("var " + value + " " + t)
		f.emit("var " + ok + " bool = nb.As(" + code + ", &" + value + ")")
	}
	return value, ok
}

// isType is a condition: whether the value of an interface has a type, or
// implements one.
func (f *fn) isType(code string, t types.Type) string {
	switch {
	case isInterface(t) && f.p.typ(t) == "any":
		if t.Underlying().(*types.Interface).NumMethods() == 0 {
			return "(" + code + " != nil)"
		}
		return "nb.Implements(" + code + ", " + strconv.Itoa(f.p.interfaceID(t)) + ")"
	case !isInterface(t) && f.p.meansMore(t):
		b := f.p.box(t)
		f.u.use(b.unit)
		return "nb.Is(" + code + ", " + strconv.Itoa(b.id) + ")"
	}
	v := f.zero(t)
	return "nb.As(" + code + ", &" + v + ")"
}
