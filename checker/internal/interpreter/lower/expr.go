package lower

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strings"
)

// expr lowers an expression to the core. What has to be done before it is
// emitted.
func (f *fn) expr(x ast.Expr) string {
	if tv, ok := f.info.Types[x]; ok && tv.Value != nil {
		return f.constant(tv.Value, f.s.Of(tv.Type), x.Pos())
	}
	if id, ok := x.(*ast.Ident); ok {
		return f.ident(id)
	}
	// An expression may begin on a later line than its statement.
	defer func(outer token.Pos) { f.pos = outer }(f.pos)
	f.pos = placeOf(x)
	return f.compound(x)
}

// compound is expr for what is neither a constant nor a name.
func (f *fn) compound(x ast.Expr) string {
	switch x := x.(type) {
	case *ast.ParenExpr:
		return f.expr(x.X)
	case *ast.FuncLit:
		return f.closure(x)
	case *ast.CompositeLit:
		return f.composite(x, f.typeOf(x))
	case *ast.SelectorExpr:
		return f.selector(x)
	case *ast.IndexExpr:
		return f.indexExpr(x)
	case *ast.IndexListExpr:
		return f.instanceValue(x.X)
	case *ast.SliceExpr:
		return f.sliceExpr(x)
	case *ast.TypeAssertExpr:
		return f.assert(x)
	case *ast.CallExpr:
		return f.call(x)
	case *ast.StarExpr:
		return "(*" + f.checkPointer(f.expr(x.X), f.typeOf(x.X)) + ")"
	case *ast.UnaryExpr:
		return f.unary(x)
	case *ast.BinaryExpr:
		return f.binaryExpr(x)
	}
	beyond(x.Pos(), "uses an expression that has no translation")
	return ""
}

// as lowers an expression and converts it to the type that its place has.
func (f *fn) as(x ast.Expr, to types.Type) string {
	tv := f.info.Types[x]
	if tv.Value != nil {
		t := f.s.Of(tv.Type)
		if b, ok := t.(*types.Basic); ok && b.Info()&types.IsUntyped != 0 {
			if _, ok := to.Underlying().(*types.Interface); ok {
				t = types.Default(t)
			} else {
				t = to
			}
		}
		return f.conv(f.constant(tv.Value, t, x.Pos()), t, to)
	}
	if tv.IsNil() {
		if isInterface(to) && f.p.typ(to) != "any" {
			return f.zero(to)
		}
		return "nil"
	}
	if lit, ok := ast.Unparen(x).(*ast.CompositeLit); ok {
		return f.conv(f.composite(lit, f.typeOf(lit)), f.typeOf(lit), to)
	}
	t := f.typeOf(x)
	if b, ok := t.(*types.Basic); ok && b.Kind() == types.UntypedBool {
		if b, ok := to.Underlying().(*types.Basic); ok && b.Info()&types.IsBoolean != 0 {
			t = to
		} else {
			t = types.Typ[types.Bool]
		}
	}
	return f.conv(f.expr(x), t, to)
}

// stable reports whether code is a name or a constant: it means the same later.
func stable(code string) bool { return code == "" || isName(code) || isConstant(code) }

func isName(code string) bool {
	for i := range len(code) {
		if !isWord(code[i]) {
			return false
		}
	}
	return code[0] < '0' || code[0] > '9'
}

func isConstant(code string) bool {
	return code == "nil" || code == "true" || code == "false" || code != "" && (code[0] == '"' || code[0] >= '0' && code[0] <= '9') && !strings.ContainsAny(code, "[(.+")
}

// apart lowers something and returns the statements that must come before it.
func (f *fn) apart(lower func() string) (string, []line) {
	outer := f.out
	f.out = nil
	code := lower()
	before := f.out
	f.out = outer
	return code, before
}

func (f *fn) ident(id *ast.Ident) string {
	if id.Name == "nil" && f.info.Types[id].IsNil() {
		return "nil"
	}
	switch obj := f.info.Uses[id].(type) {
	case *types.Var:
		if l := f.vars[obj]; l != nil {
			return l.value()
		}
		return f.global(obj)
	case *types.Func:
		return f.funcValue(obj, id)
	}
	if v, ok := f.info.Defs[id].(*types.Var); ok && f.vars[v] != nil {
		return f.vars[v].value()
	}
	beyond(id.Pos(), "uses %s in a way that is not followed", id.Name)
	return ""
}

// funcValue is a declared function as a value.
func (f *fn) funcValue(obj *types.Func, id *ast.Ident) string {
	t := f.typeOf(id)
	inst, isInstance := f.info.Instances[id]
	if isInstance {
		t = f.s.Of(inst.Type)
	}
	if !f.p.interpreted(obj.Pkg()) {
		if isInstance {
			u := f.generic(obj, id)
			return "nb.Func(" + u.name + ").(" + f.p.typ(t) + ")"
		}
		wrap := "nb.Func"
		if obj.Signature().Variadic() {
			wrap = "nb.Slice"
		}
		return wrap + "(" + f.p.native(obj.Pkg()) + "." + obj.Name() + ").(" + f.p.typ(obj.Signature()) + ")"
	}
	u := f.p.function(obj, f.targs(id), plainCall)
	f.u.use(u)
	return "nb.Func(" + u.name + ").(" + f.p.typ(t) + ")"
}

// targs are the type arguments that a use of a generic function has.
func (f *fn) targs(id *ast.Ident) []types.Type {
	var list []types.Type
	if inst, ok := f.info.Instances[id]; ok {
		for t := range inst.TypeArgs.Types() {
			list = append(list, f.s.Of(t))
		}
	}
	return list
}

// instanceValue is a generic function with explicit type arguments, as a value.
func (f *fn) instanceValue(x ast.Expr) string {
	switch x := ast.Unparen(x).(type) {
	case *ast.Ident:
		return f.ident(x)
	case *ast.SelectorExpr:
		return f.selector(x)
	}
	beyond(x.Pos(), "uses an expression that has no translation")
	return ""
}

func (f *fn) indexExpr(x *ast.IndexExpr) string {
	t := f.typeOf(x.X)
	if _, ok := t.Underlying().(*types.Signature); ok {
		return f.instanceValue(x.X)
	}
	m, isMap := t.Underlying().(*types.Map)
	ops := f.operands(2, func(i int) string {
		switch {
		case i == 0:
			return f.expr(x.X)
		case isMap:
			return f.key(x.Index, m.Key())
		}
		return f.index(x.Index)
	})
	ops[0], ops[1] = f.checkIndex(ops[0], t, ops[1])
	return ops[0] + "[" + ops[1] + "]"
}

// key lowers the key of a map's entry.
func (f *fn) key(x ast.Expr, t types.Type) string {
	if f.info.Types[x].IsNil() {
		return f.zero(t)
	}
	return f.as(x, t)
}

// index lowers an index or a bound as an int.
func (f *fn) index(x ast.Expr) string {
	if tv := f.info.Types[x]; tv.Value != nil {
		return constant.ToInt(tv.Value).ExactString()
	}
	return f.expr(x)
}

func (f *fn) sliceExpr(x *ast.SliceExpr) string {
	bounds := []ast.Expr{x.Low, x.High, x.Max}
	ops := f.operands(4, func(i int) string {
		switch {
		case i == 0:
			return f.sliced(x)
		case bounds[i-1] == nil:
			return ""
		}
		return f.index(bounds[i-1])
	})
	ops = f.checkBounds(x, ops)
	code := ops[0] + "[" + ops[1] + ":" + ops[2]
	if x.Slice3 {
		code += ":" + ops[3]
	}
	return f.cut(x, code+"]")
}

// sliced is what a slice expression cuts: an array by its address.
func (f *fn) sliced(x *ast.SliceExpr) string {
	if _, ok := f.typeOf(x.X).Underlying().(*types.Array); !ok {
		return f.expr(x.X)
	}
	return wrap(f.place(x.X, keepCalls).read())
}

// cut writes a slice expression. That of an array is kept under its type, which
// the interpreter would take for a pointer's.
func (f *fn) cut(x *ast.SliceExpr, code string) string {
	if _, ok := f.typeOf(x.X).Underlying().(*types.Array); ok {
		return f.temp(f.typeOf(x), code)
	}
	return code
}
