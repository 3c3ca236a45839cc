package lower

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"nodebook/checker/internal/interpreter/prelude"
)

// call lowers a call that is part of an expression.
func (f *fn) call(x *ast.CallExpr) string {
	fun := ast.Unparen(x.Fun)
	if f.info.Types[fun].IsType() {
		return f.conversion(x)
	}
	if id, ok := fun.(*ast.Ident); ok {
		if b, ok := f.info.Uses[id].(*types.Builtin); ok {
			return f.builtin(x, b.Name())
		}
	}
	if t := f.typeOf(x); !isTuple(t) { // what is done with the result may panic on its own line
		return f.here(t, f.callCode(x))
	}
	return f.callCode(x)
}

// callStmt lowers a call whose results nobody wants; "" if all of it has been
// emitted.
func (f *fn) callStmt(x *ast.CallExpr) string {
	fun := ast.Unparen(x.Fun)
	if id, ok := fun.(*ast.Ident); ok {
		if b, ok := f.info.Uses[id].(*types.Builtin); ok {
			return f.builtinStmt(x, b.Name())
		}
	}
	if f.info.Types[fun].IsType() {
		f.emit("nb.Use(" + f.conversion(x) + ")")
		return ""
	}
	return f.callCode(x)
}

// callee is what is called: code, whether it is compiled, and the arguments
// that come before those written.
type callee struct {
	code     string
	head     []string
	compiled bool
	gather   bool // a variable number of arguments goes into a slice anyway
	policy   policy
}

// callCode lowers a call of a function that is no builtin and no conversion.
func (f *fn) callCode(x *ast.CallExpr) string {
	if code, ok := f.special(x); ok {
		return code
	}
	sig, ok := f.typeOf(x.Fun).Underlying().(*types.Signature)
	if !ok {
		beyond(x.Pos(), "calls something in a way that is not followed")
	}
	c := f.callee(x)
	args, before := f.apart(func() string { return f.arguments(x, sig, c) })
	if len(before) > 0 {
		f.keep(c.head)
	}
	f.out = append(f.out, before...)
	if c.compiled && c.policy.boxed {
		f.formats(x)
	}
	if c.compiled && c.policy.looks {
		f.looksAt(x)
	}
	if args != "" {
		c.head = append(c.head, args)
	}
	return c.code + "(" + strings.Join(c.head, ", ") + ")"
}

// callee evaluates the function of a call.
func (f *fn) callee(x *ast.CallExpr) callee {
	fun := ast.Unparen(x.Fun)
	switch g := fun.(type) {
	case *ast.IndexExpr:
		if _, ok := f.typeOf(g.X).Underlying().(*types.Signature); ok {
			fun = ast.Unparen(g.X)
		}
	case *ast.IndexListExpr:
		fun = ast.Unparen(g.X)
	}
	switch fun := fun.(type) {
	case *ast.Ident:
		if obj, ok := f.info.Uses[fun].(*types.Func); ok {
			return f.declaredCallee(obj, fun)
		}
	case *ast.SelectorExpr:
		if _, ok := f.info.Selections[fun]; !ok {
			if obj, ok := f.info.Uses[fun.Sel].(*types.Func); ok {
				return f.declaredCallee(obj, fun.Sel)
			}
			break
		}
		if f.info.Types[fun.X].IsType() {
			break
		}
		obj, _, _ := types.LookupFieldOrMethod(f.typeOf(fun.X), true, f.pkgOf(fun), fun.Sel.Name)
		if _, ok := obj.(*types.Func); ok {
			return f.methodCallee(fun)
		}
	case *ast.FuncLit:
		return f.litCallee(fun)
	}
	code := f.expr(fun)
	if !stable(code) {
		code = f.temp(f.typeOf(fun), code)
	}
	return callee{code: f.checkPointer(code, f.typeOf(fun))}
}

// declaredCallee is a function by its name.
func (f *fn) declaredCallee(obj *types.Func, id *ast.Ident) callee {
	if f.p.interpreted(obj.Pkg()) {
		u := f.p.function(obj, f.targs(id), plainCall)
		f.u.use(u)
		return callee{code: u.name}
	}
	if _, ok := f.info.Instances[id]; ok {
		return callee{code: f.generic(obj, id).name}
	}
	pol := policyOf(obj)
	if pol.refused != "" {
		beyond(id.Pos(), "calls %s.%s, %s", obj.Pkg().Name(), obj.Name(), pol.refused)
	}
	return callee{code: f.p.native(obj.Pkg()) + "." + obj.Name(), compiled: true, policy: pol}
}

func (f *fn) methodCallee(x *ast.SelectorExpr) callee {
	m := f.resolve(x)
	if name := f.methodName(m); name != "" {
		return callee{code: name, head: []string{m.recv}}
	}
	pol := policyOf(m.obj)
	if pol.refused != "" {
		beyond(x.Pos(), "calls %s, %s", m.obj.Name(), pol.refused)
	}
	return callee{code: m.recv + "." + m.obj.Name(), compiled: true, policy: pol}
}

// litCallee is a function literal that is called where it stands: it needs no
// value, only what it captures.
func (f *fn) litCallee(lit *ast.FuncLit) callee {
	name, args := f.literal(lit, "")
	return callee{code: name, head: args}
}

// arguments lowers the arguments of a call.
func (f *fn) arguments(x *ast.CallExpr, sig *types.Signature, c callee) string {
	params := sig.Params()
	n := params.Len()
	if len(x.Args) == 1 && n+btoi(sig.Variadic()) > 1 || len(x.Args) == 1 && isTuple(f.typeOf(x.Args[0])) {
		if t, ok := f.typeOf(x.Args[0]).(*types.Tuple); ok {
			return f.spreadArguments(x.Args[0], t, sig, c)
		}
	}
	ops := f.operands(len(x.Args), func(i int) string {
		to := f.paramType(sig, i, x.Ellipsis.IsValid())
		return f.argument(x.Args[i], to, c)
	})
	if slices.ContainsFunc(c.head, loads) {
		f.keep(ops)
	}
	if !sig.Variadic() || x.Ellipsis.IsValid() {
		list := strings.Join(ops, ", ")
		if x.Ellipsis.IsValid() && c.compiled && !c.gather {
			list += "..."
		}
		return list
	}
	return f.variadic(ops, sig, c)
}

func isTuple(t types.Type) bool {
	_, ok := t.(*types.Tuple)
	return ok
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// paramType is the type of the parameter that argument i goes to.
func (f *fn) paramType(sig *types.Signature, i int, ellipsis bool) types.Type {
	n := sig.Params().Len()
	if !sig.Variadic() || i < n-1 || ellipsis {
		return f.s.Of(sig.Params().At(min(i, n-1)).Type())
	}
	return f.s.Of(sig.Params().At(n - 1).Type()).Underlying().(*types.Slice).Elem()
}

// variadic gathers the last arguments into a slice where the function is one of
// the core; a compiled function takes them as they are.
func (f *fn) variadic(ops []string, sig *types.Signature, c callee) string {
	if c.compiled && !c.gather {
		return strings.Join(ops, ", ")
	}
	n := sig.Params().Len() - 1
	t := f.typ(sig.Params().At(n).Type())
	rest := "nil"
	if len(ops) > n {
		rest = t + "{" + strings.Join(ops[n:], ", ") + "}"
	}
	return strings.Join(append(append([]string{}, ops[:n]...), rest), ", ")
}

// spreadArguments passes the results of one call on to another.
func (f *fn) spreadArguments(x ast.Expr, t *types.Tuple, sig *types.Signature, c callee) string {
	values := f.spread(x)
	for i := range values {
		values[i] = f.conv(values[i], t.At(i).Type(), f.paramType(sig, i, false))
	}
	if sig.Variadic() {
		return f.variadic(values, sig, c)
	}
	return strings.Join(values, ", ")
}

// argument lowers an argument. What a compiled function makes of an interface's
// value decides in which form it gets it.
func (f *fn) argument(x ast.Expr, to types.Type, c callee) string {
	if f.info.Types[x].IsNil() {
		return f.zero(to)
	}
	if !c.compiled {
		return f.as(x, to)
	}
	from := f.typeOf(x)
	if sig, ok := to.Underlying().(*types.Signature); ok && sig.Variadic() {
		beyond(x.Pos(), "passes a function with a variable number of arguments to a compiled one")
	}
	if _, ok := to.Underlying().(*types.Signature); ok && !inOneGoroutine[c.policy.pkg] {
		f.u.parallel = true
	}
	if !isInterface(to) || f.p.typ(to) != "any" {
		if isInterface(to) && f.p.meansMore(from) && !inOneGoroutine[c.policy.pkg] {
			f.u.parallel = true
		}
		return f.as(x, to)
	}
	if isInterface(from) {
		code := f.as(x, to)
		if c.policy.raw {
			return "nb.Raw(" + code + ")"
		}
		return code
	}
	if !f.p.meansMore(from) {
		return f.as(x, to)
	}
	switch {
	case c.policy.raw:
		if why := prelude.NotPlain(from, f.p.interpreted); why != "" {
			beyond(x.Pos(), "passes a %s to %s: %s", types.TypeString(from, f.p.qualifier), c.policy.name, why)
		}
		return f.expr(x)
	case !c.policy.boxed:
		beyond(x.Pos(), "passes a %s to %s, which would not know it", types.TypeString(from, f.p.qualifier), c.policy.name)
	}
	return f.as(x, to)
}

// special lowers calls that the core has another form for.
func (f *fn) special(x *ast.CallExpr) (string, bool) {
	sel, ok := ast.Unparen(x.Fun).(*ast.SelectorExpr)
	if !ok {
		return "", false
	}
	obj, ok := f.info.Uses[sel.Sel].(*types.Func)
	if !ok || obj.Pkg() == nil {
		return "", false
	}
	if obj.FullName() == "errors.As" {
		return f.errorsAs(x)
	}
	return "", false
}

// errorsAs is errors.As for a target type that only the core knows.
func (f *fn) errorsAs(x *ast.CallExpr) (string, bool) {
	ptr, ok := f.typeOf(x.Args[1]).Underlying().(*types.Pointer)
	if !ok {
		beyond(x.Pos(), "calls errors.As with a target that is no pointer")
	}
	t := ptr.Elem()
	if isInterface(t) && f.p.typ(t) == "any" && t.Underlying().(*types.Interface).NumMethods() > 0 {
		beyond(x.Pos(), "calls errors.As with a target of the type %s", types.TypeString(t, f.p.qualifier))
	}
	if isInterface(t) || !f.p.meansMore(t) {
		return "", false
	}
	b := f.p.box(t)
	f.u.use(b.unit)
	ops := f.operands(2, func(i int) string { return f.expr(x.Args[i]) })
	ok2 := f.p.fresh("ok")
	f.emit("var " + ok2 + " bool = nb.ErrorsAs(" + ops[0] + ", " + itoa(b.id) + ", " + ops[1] + ")")
	return ok2, true
}
