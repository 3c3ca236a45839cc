package lower

import (
	"go/ast"
	"go/types"

	"nodebook/checker/internal/interpreter/lower/variables"
)

// interpreted reports whether a package's source is at hand.
func (p *Program) interpreted(pkg *types.Package) bool {
	return p.set.interpreted(pkg) || p.tmpl != nil && p.tmpl.interpreted(pkg)
}

// Ours reports whether a package is one of the sources.
func (p *Program) Ours(pkg *types.Package) bool { return p.interpreted(pkg) }

// selector lowers x.Sel if it is not called.
func (f *fn) selector(x *ast.SelectorExpr) string {
	if _, ok := f.info.Selections[x]; !ok {
		return f.qualified(x)
	}
	base := f.typeOf(x.X)
	if f.info.Types[x.X].IsType() {
		return f.methodExpr(x, base)
	}
	obj, index, _ := types.LookupFieldOrMethod(base, true, f.pkgOf(x), x.Sel.Name)
	switch obj := obj.(type) {
	case *types.Var:
		code, _ := f.path(f.operand(x.X), base, index)
		return code
	case *types.Func:
		return f.methodValue(x, obj)
	}
	beyond(x.Pos(), "uses %s in a way that is not followed", x.Sel.Name)
	return ""
}

// operand is an expression that a field or method is selected from: a variable
// in a cell by its pointer, so that nothing is copied.
func (f *fn) operand(x ast.Expr) string {
	if id, ok := ast.Unparen(x).(*ast.Ident); ok {
		if v, ok := f.info.Uses[id].(*types.Var); ok {
			if l := f.vars[v]; l != nil && l.cell && isStruct(l.typ) {
				return l.name
			}
		}
	}
	return f.expr(x)
}

func isStruct(t types.Type) bool {
	_, ok := t.Underlying().(*types.Struct)
	return ok
}

// qualified is a name of another package.
func (f *fn) qualified(x *ast.SelectorExpr) string {
	switch obj := f.info.Uses[x.Sel].(type) {
	case *types.Var:
		if f.p.interpreted(obj.Pkg()) {
			return f.global(obj)
		}
		return f.p.native(obj.Pkg()) + "." + obj.Name()
	case *types.Func:
		return f.funcValue(obj, x.Sel)
	}
	beyond(x.Pos(), "uses %s in a way that is not followed", x.Sel.Name)
	return ""
}

func (f *fn) pkgOf(x *ast.SelectorExpr) *types.Package {
	if obj := f.info.Uses[x.Sel]; obj != nil {
		return obj.Pkg()
	}
	return nil
}

// path follows a path of fields from code of type t.
func (f *fn) path(code string, t types.Type, index []int) (string, types.Type) {
	for n, i := range index {
		owner := t
		if ptr, ok := t.Underlying().(*types.Pointer); ok {
			owner = ptr.Elem()
			code = f.checkPointer(code, t)
		}
		st := owner.Underlying().(*types.Struct)
		if f.p.compiled(owner) { // the rest of the path may not be exported
			last := fieldAt(owner, index[n:])
			return code + "." + last.Name(), last.Type()
		}
		code += "." + fieldName(st, i)
		t = st.Field(i).Type()
	}
	return code, t
}

// compiled reports whether t is a type that a compiled package defines, or a
// pointer to one.
func (p *Program) compiled(t types.Type) bool {
	if ptr, ok := types.Unalias(t).(*types.Pointer); ok {
		t = ptr.Elem()
	}
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Pkg() != nil && !p.interpreted(n.Obj().Pkg())
}

// fieldAt is the field at the end of a path.
func fieldAt(t types.Type, index []int) *types.Var {
	var field *types.Var
	for _, i := range index {
		if ptr, ok := t.Underlying().(*types.Pointer); ok {
			t = ptr.Elem()
		}
		field = t.Underlying().(*types.Struct).Field(i)
		t = field.Type()
	}
	return field
}

// fieldOf is a field's name in the core: that of a compiled package's struct is
// its own.
func (p *Program) fieldOf(owner types.Type, st *types.Struct, i int) string {
	if p.compiled(owner) {
		return st.Field(i).Name()
	}
	return fieldName(st, i)
}

// way is the path to a method's receiver: no further than to a compiled type,
// which knows its own promoted methods.
func (p *Program) way(t types.Type, index []int) []int {
	for n, i := range index {
		if p.compiled(t) {
			return index[:n]
		}
		if ptr, ok := t.Underlying().(*types.Pointer); ok {
			t = ptr.Elem()
		}
		t = t.Underlying().(*types.Struct).Field(i).Type()
	}
	return index
}

// byPointer reports whether a method has to be called on a pointer to a t.
func (p *Program) byPointer(m *types.Func, t types.Type) bool {
	if _, ok := t.Underlying().(*types.Pointer); ok {
		t = t.Underlying().(*types.Pointer).Elem()
	}
	if isInterface(t) {
		return false
	}
	return types.NewMethodSet(t).Lookup(m.Pkg(), m.Name()) == nil
}

// method is a method as it is called: the receiver's code as the method wants
// it, and what to call.
type method struct {
	obj  *types.Func
	recv string     // code
	typ  types.Type // of recv
}

// resolve finds the method that x.Sel means, and evaluates its receiver.
func (f *fn) resolve(x *ast.SelectorExpr) method {
	base := f.typeOf(x.X)
	obj, index, _ := types.LookupFieldOrMethod(base, true, f.pkgOf(x), x.Sel.Name)
	m, ok := obj.(*types.Func)
	if !ok {
		beyond(x.Pos(), "uses %s in a way that is not followed", x.Sel.Name)
	}
	in := f.p.way(base, index[:len(index)-1])
	at := f.walk(base, in)
	wantsPointer := f.p.byPointer(m, at)
	if wantsPointer && !variables.ThroughPointer(base, in) {
		code, t := f.path(f.addressable(x.X), base, in)
		if len(in) > 0 || !f.isCellName(x.X) {
			return method{m, "(&" + code + ")", types.NewPointer(t)}
		}
		return method{m, code, types.NewPointer(t)}
	}
	code, t := f.path(f.operand(x.X), base, in)
	if len(in) == 0 && f.isCellName(x.X) && isStruct(base) {
		code = "(*" + code + ")"
	}
	return f.adjust(m, code, t, wantsPointer)
}

// walk is the type at the end of a path.
func (f *fn) walk(t types.Type, index []int) types.Type {
	if len(index) == 0 {
		return t
	}
	return fieldAt(t, index).Type()
}

// adjust makes a pointer of a receiver, or a value, as the method wants it.
func (f *fn) adjust(m *types.Func, code string, t types.Type, wantsPointer bool) method {
	ptr, isPointer := t.Underlying().(*types.Pointer)
	switch {
	case wantsPointer && !isPointer:
		return method{m, "(&" + code + ")", types.NewPointer(t)}
	case f.p.compiled(t):
		if isInterface(t) && f.p.typ(t) != "any" {
			code = f.checkPointer(code, t)
		}
	case !wantsPointer && isPointer && !isInterface(t):
		return method{m, "(*" + f.checkPointer(code, t) + ")", ptr.Elem()}
	case isInterface(t) && f.p.typ(t) != "any":
		code = f.checkPointer(code, t)
	}
	return method{m, code, t}
}

// isCellName reports whether x is a variable that lives in a cell.
func (f *fn) isCellName(x ast.Expr) bool {
	id, ok := ast.Unparen(x).(*ast.Ident)
	if !ok {
		return false
	}
	v, ok := f.info.Uses[id].(*types.Var)
	return ok && f.vars[v] != nil && f.vars[v].cell
}

// addressable is x as something whose address can be taken, a cell by its
// pointer.
func (f *fn) addressable(x ast.Expr) string {
	if f.isCellName(x) {
		return f.vars[f.info.Uses[ast.Unparen(x).(*ast.Ident)].(*types.Var)].name
	}
	return wrap(f.place(x, keepCalls).read())
}

// methodValue is x.Sel as a value: a function bound to the receiver as it is
// now.
func (f *fn) methodValue(x *ast.SelectorExpr, obj *types.Func) string {
	m := f.resolve(x)
	m.recv = f.present(m.recv, m.typ)
	sig := f.typeOf(x)
	if name := f.methodName(m); name != "" {
		return "nb.Bind(" + name + ", " + m.recv + ").(" + f.p.typ(sig) + ")"
	}
	return "nb.Method(" + m.recv + ", " + quote(obj.Name()) + ").(" + f.p.typ(sig) + ")"
}

// methodName is the function that a method has become; "" for one that is
// compiled.
func (f *fn) methodName(m method) string {
	if isInterface(m.typ) {
		if f.p.typ(m.typ) != "any" {
			return ""
		}
		return f.dispatcher(m)
	}
	if !f.p.interpreted(m.obj.Pkg()) {
		return ""
	}
	u := f.p.function(m.obj, receiverArgs(m.typ), plainCall)
	f.u.use(u)
	return u.name
}

// receiverArgs are the type arguments of a receiver's type.
func receiverArgs(t types.Type) []types.Type {
	if ptr, ok := types.Unalias(t).(*types.Pointer); ok {
		t = ptr.Elem()
	}
	var list []types.Type
	if n, ok := types.Unalias(t).(*types.Named); ok {
		for arg := range n.TypeArgs().Types() {
			list = append(list, arg)
		}
	}
	return list
}

// methodExpr is T.Method: a function whose first parameter is the receiver.
func (f *fn) methodExpr(x *ast.SelectorExpr, t types.Type) string {
	obj, index, _ := types.LookupFieldOrMethod(t, true, f.pkgOf(x), x.Sel.Name)
	u := f.p.wrapper(obj.(*types.Func), t, index)
	f.u.use(u)
	return "nb.Func(" + u.name + ").(" + f.p.typ(f.typeOf(x)) + ")"
}
