package lower

import (
	"go/ast"
	"go/constant"
	"go/types"
	"strings"
)

// composite lowers a composite literal of type t.
func (f *fn) composite(x *ast.CompositeLit, t types.Type) string {
	switch u := t.Underlying().(type) {
	case *types.Struct:
		return f.structLit(x, t, u)
	case *types.Slice:
		return f.elements(x, t, u.Elem())
	case *types.Array:
		return f.elements(x, t, u.Elem())
	case *types.Map:
		return f.mapLit(x, t, u)
	case *types.Pointer: // the element of a literal whose type is left out
		lit := *x
		v := f.p.fresh("t")
		f.emit("var " + v + " " + f.p.typ(t) + " = new(" + f.p.typ(u.Elem()) + ")")
		f.emit("*" + v + " = " + f.composite(&lit, u.Elem()))
		return v
	}
	beyond(x.Pos(), "uses a literal that is not followed")
	return ""
}

func (f *fn) structLit(x *ast.CompositeLit, t types.Type, u *types.Struct) string {
	at := make([]int, len(x.Elts))
	ops := f.operands(len(x.Elts), func(i int) string {
		value := x.Elts[i]
		at[i] = i
		if kv, ok := value.(*ast.KeyValueExpr); ok {
			at[i], value = fieldIndex(u, kv.Key.(*ast.Ident).Name), kv.Value
		}
		return f.as(value, u.Field(at[i]).Type())
	})
	var fields []string
	for i, code := range ops {
		if code == "nil" {
			continue
		}
		fields = append(fields, f.p.fieldOf(t, u, at[i])+": "+code)
	}
	return f.p.typ(t) + "{" + strings.Join(fields, ", ") + "}"
}

func fieldIndex(u *types.Struct, name string) int {
	for i := range u.NumFields() {
		if u.Field(i).Name() == name {
			return i
		}
	}
	return -1
}

// elements is a literal of a slice or an array. One with indexes is filled
// element by element.
func (f *fn) elements(x *ast.CompositeLit, t, elem types.Type) string {
	keyed := false
	for _, e := range x.Elts {
		_, ok := e.(*ast.KeyValueExpr)
		keyed = keyed || ok
	}
	ops := f.operands(len(x.Elts), func(i int) string {
		value := x.Elts[i]
		if kv, ok := value.(*ast.KeyValueExpr); ok {
			value = kv.Value
		}
		code := f.element(value, elem)
		if code == "nil" {
			return f.zero(elem)
		}
		return code
	})
	if !keyed {
		return f.p.typ(t) + "{" + strings.Join(ops, ", ") + "}"
	}
	v := f.p.fresh("t")
	f.emit("var " + v + " " + f.p.typ(t))
	at, most := int64(0), int64(0)
	index := make([]int64, len(ops))
	for i, e := range x.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			at, _ = constant.Int64Val(constant.ToInt(f.info.Types[kv.Key].Value))
		}
		index[i] = at
		at++
		most = max(most, at)
	}
	if _, ok := t.Underlying().(*types.Slice); ok {
		f.emit(v + " = make(" + f.p.typ(t) + ", " + itoa(int(most)) + ")")
	}
	for i, code := range ops {
		f.emit(v + "[" + itoa(int(index[i])) + "] = " + code)
	}
	return v
}

// element is an element of a literal, whose own type may be left out.
func (f *fn) element(x ast.Expr, t types.Type) string {
	if lit, ok := x.(*ast.CompositeLit); ok && lit.Type == nil {
		return f.composite(lit, f.s.Of(t))
	}
	return f.as(x, f.s.Of(t))
}

func (f *fn) mapLit(x *ast.CompositeLit, t types.Type, u *types.Map) string {
	v := f.temp(t, "make("+f.p.typ(t)+")")
	for _, e := range x.Elts {
		kv := e.(*ast.KeyValueExpr)
		ops := f.operands(2, func(i int) string {
			code := ""
			if i == 0 {
				code = f.element(kv.Key, u.Key())
			} else {
				code = f.element(kv.Value, u.Elem())
			}
			if code == "nil" {
				return f.zero([]types.Type{u.Key(), u.Elem()}[i])
			}
			return code
		})
		f.emit(v + "[" + ops[0] + "] = " + ops[1])
	}
	return v
}

// closure is a function literal as a value: a function of the core, bound to
// what it captures.
func (f *fn) closure(lit *ast.FuncLit) string {
	name, args := f.literal(lit, "")
	t := f.p.typ(f.typeOf(lit))
	if len(args) == 0 {
		return "nb.Func(" + name + ").(" + t + ")"
	}
	return "nb.Bind(" + name + ", " + strings.Join(args, ", ") + ").(" + t + ")"
}

// literal writes a function literal as a function, and says what to bind it to.
// recovers is the list of deferred calls that its recover asks; "" has none.
func (f *fn) literal(lit *ast.FuncLit, recovers string) (name string, args []string) {
	child := &fn{
		p: f.p, u: f.u, info: f.info, s: f.s, a: f.a, node: lit, pos: lit.Pos(),
		sig: f.info.TypeOf(lit).Underlying().(*types.Signature), vars: map[*types.Var]*local{},
	}
	name = f.p.fresh("func")
	params, args := f.captured(lit, child)
	if recovers != "" {
		child.recover = f.p.fresh("defers")
		params = append(params, child.recover+" *nb.Defers")
		args = append(args, recovers)
	}
	child.write(name, params, lit.Body)
	f.shells = append(f.shells, child.shells...)
	return name, args
}

// litThunk is a function literal that a go or defer statement calls, with its
// arguments.
func (f *fn) litThunk(lit *ast.FuncLit, call *ast.CallExpr, deferred bool) string {
	recovers := ""
	if deferred && recoversHere(f, lit.Body) {
		recovers = f.defers
	}
	name, args := f.literal(lit, recovers)
	return f.bindCall(name, args, call)
}

// recoversHere reports whether a body calls recover itself, not in a function
// inside it.
func recoversHere(f *fn, body *ast.BlockStmt) bool {
	found := false
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.Ident:
			b, ok := f.info.Uses[n].(*types.Builtin)
			found = found || ok && b.Name() == "recover"
		}
		return true
	})
	return found
}

// recovering is the unit of a declared function that is deferred and calls
// recover; nil for others.
func (f *fn) recovering(call *ast.CallExpr) *unit {
	id, ok := ast.Unparen(call.Fun).(*ast.Ident)
	if !ok {
		return nil
	}
	obj, ok := f.info.Uses[id].(*types.Func)
	if !ok || !f.p.interpreted(obj.Pkg()) {
		return nil
	}
	decl := f.p.decls[obj.Origin()]
	if decl == nil || decl.Body == nil || !recoversHere(f, decl.Body) {
		return nil
	}
	u := f.p.function(obj, f.targs(id), deferredCall)
	f.u.use(u)
	return u
}

// bindCall is a thunk: a function bound to what it captures and to the
// arguments of a call.
func (f *fn) bindCall(name string, args []string, call *ast.CallExpr) string {
	sig := f.typeOf(call.Fun).Underlying().(*types.Signature)
	if list := f.arguments(call, sig, callee{}); list != "" {
		args = append(args, list)
	}
	if sig.Results().Len() > 0 {
		return "nb.Thunk(" + strings.Join(append([]string{name}, args...), ", ") + ")"
	}
	if len(args) == 0 {
		return "nb.Func(" + name + ").(func())"
	}
	return "nb.Bind(" + strings.Join(append([]string{name}, args...), ", ") + ").(func())"
}

// callThunk is a thunk for any other call: of a method, a value, a compiled
// function or a builtin. Its operands are kept and handed to a function written
// for the purpose.
func (f *fn) callThunk(call *ast.CallExpr) string {
	fun := ast.Unparen(call.Fun)
	if id, ok := fun.(*ast.Ident); ok {
		if b, ok := f.info.Uses[id].(*types.Builtin); ok {
			return f.builtinThunk(call, b.Name())
		}
	}
	sig := f.typeOf(call.Fun).Underlying().(*types.Signature)
	c := f.callee(call)
	if sel, ok := fun.(*ast.SelectorExpr); ok && len(c.head) == 1 {
		c.head[0] = f.present(c.head[0], f.receiverType(sel))
	}
	value := "nb.Func(" + c.code + ")"
	if c.compiled {
		value = f.compiledValue(call, fun)
	}
	list := f.arguments(call, sig, callee{compiled: c.compiled, policy: c.policy, gather: true})
	args := append([]string{value}, c.head...)
	if list != "" {
		args = append(args, list)
	}
	return "nb.Thunk(" + strings.Join(args, ", ") + ")"
}

// receiverType is the type of the receiver that a method's function is given.
func (f *fn) receiverType(sel *ast.SelectorExpr) types.Type {
	base := f.typeOf(sel.X)
	_, index, _ := types.LookupFieldOrMethod(base, true, f.pkgOf(sel), sel.Sel.Name)
	return f.walk(base, f.p.way(base, index[:len(index)-1]))
}

// compiledValue is a compiled function or method as a value that takes a slice
// instead of a variable number of arguments.
func (f *fn) compiledValue(call *ast.CallExpr, fun ast.Expr) string {
	if sel, ok := fun.(*ast.SelectorExpr); ok {
		if _, ok := f.info.Selections[sel]; ok {
			m := f.resolve(sel)
			m.recv = f.present(m.recv, m.typ)
			return "nb.Method(" + m.recv + ", " + quote(m.obj.Name()) + ")"
		}
	}
	return f.expr(fun)
}

// builtinThunk is a builtin that a go or defer statement calls.
func (f *fn) builtinThunk(call *ast.CallExpr, name string) string {
	switch name {
	case "close", "panic":
		fn := map[string]string{"close": "nb.Close", "panic": "nb.Panic"}[name]
		x := call.Args[0]
		if name == "panic" {
			return "nb.Thunk(nb.Func(" + fn + "), " + f.as(x, types.NewInterfaceType(nil, nil)) + ")"
		}
		return "nb.Thunk(nb.Func(" + fn + "), " + f.expr(x) + ")"
	case "delete":
		m := f.typeOf(call.Args[0]).Underlying().(*types.Map)
		return "nb.Thunk(nb.Func(nb.Delete), " + f.expr(call.Args[0]) + ", " + f.as(call.Args[1], m.Key()) + ")"
	case "recover":
		return "nb.Thunk(nb.Func(nb.Nothing))"
	}
	beyond(call.Pos(), "defers %s in a way that is not followed", name)
	return ""
}
