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
		return f.constant(tv.Value, f.s.of(tv.Type), x.Pos())
	}
	if id, ok := x.(*ast.Ident); ok {
		return f.ident(id)
	}
	// An expression may begin on a later line than its statement.
	defer func(outer token.Pos) { f.pos = outer }(f.pos)
	f.pos = x.Pos()
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
		t := f.s.of(tv.Type)
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

// stable tells whether code is a name or a constant: it means the same later.
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
		t = f.s.of(inst.Type)
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
			list = append(list, f.s.of(t))
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

func (f *fn) unary(x *ast.UnaryExpr) string {
	switch x.Op {
	case token.AND:
		return f.address(x.X)
	case token.ARROW:
		t := f.typeOf(x.X).Underlying().(*types.Chan).Elem()
		return f.temp(t, "<-"+f.expr(x.X))
	case token.NOT, token.SUB, token.XOR:
		return "(" + x.Op.String() + f.expr(x.X) + ")"
	}
	return f.expr(x.X)
}

// address is &x.
func (f *fn) address(x ast.Expr) string {
	x = ast.Unparen(x)
	if lit, ok := x.(*ast.CompositeLit); ok {
		t := f.typeOf(lit)
		v := f.p.fresh("t")
		f.emit("var " + v + " *" + f.p.typ(t) + " = new(" + f.p.typ(t) + ")")
		f.emit("*" + v + " = " + f.composite(lit, t))
		return v
	}
	code := f.place(x, keepCalls).read()
	if rest, ok := strings.CutPrefix(code, "*"); ok {
		return rest
	}
	return "(&" + code + ")"
}

func (f *fn) binaryExpr(x *ast.BinaryExpr) string {
	switch x.Op {
	case token.LAND, token.LOR:
		return f.logical(x)
	case token.SHL, token.SHR:
		t := f.typeOf(x)
		ops := f.operands(2, func(i int) string {
			if i == 0 {
				return f.as(x.X, t)
			}
			return f.count(x.Y)
		})
		return "(" + ops[0] + " " + x.Op.String() + " " + ops[1] + ")"
	case token.EQL, token.NEQ, token.LSS, token.LEQ, token.GTR, token.GEQ:
		return f.compare(x)
	}
	t := f.typeOf(x)
	ops := f.operands(2, func(i int) string { return f.as([]ast.Expr{x.X, x.Y}[i], t) })
	return f.binary(x.Op, ops[0], ops[1], t)
}

func (f *fn) binary(op token.Token, l, r string, t types.Type) string {
	if op == token.AND_NOT {
		return "(" + l + " & (^" + r + "))"
	}
	return "(" + l + " " + op.String() + " " + r + ")"
}

// logical is && or ||, whose right side may not be evaluated.
func (f *fn) logical(x *ast.BinaryExpr) string {
	l := f.expr(x.X)
	r, before := f.apart(func() string { return f.expr(x.Y) })
	if len(before) == 0 {
		return "(" + l + " " + x.Op.String() + " " + r + ")"
	}
	v := f.temp(types.Typ[types.Bool], l)
	if x.Op == token.LAND {
		f.emit("if " + v + " {")
	} else {
		f.emit("if !" + v + " {")
	}
	f.out = append(f.out, before...)
	f.emit(v + " = " + r)
	f.emit("}")
	return v
}

func (f *fn) shift(op token.Token, l string, t types.Type, r ast.Expr) string {
	return "(" + l + " " + op.String() + " " + f.count(r) + ")"
}

// count is the right side of a shift: a negative one panics, as Go has it.
func (f *fn) count(x ast.Expr) string {
	if tv := f.info.Types[x]; tv.Value != nil {
		return "uint(" + constant.ToInt(tv.Value).ExactString() + ")"
	}
	code := f.expr(x)
	b, ok := f.typeOf(x).Underlying().(*types.Basic)
	if ok && b.Info()&types.IsUnsigned != 0 || f.natural(x) {
		return "uint(" + code + ")"
	}
	if !stable(code) {
		code = f.temp(f.typeOf(x), code)
	}
	f.emit("if " + code + " < 0 { nb.NegativeShift() }")
	return "uint(" + code + ")"
}

// natural tells whether an integer cannot be negative, as far as that is plain:
// it is made of constants, lengths, and indexes of a range.
func (f *fn) natural(x ast.Expr) bool {
	if tv := f.info.Types[x]; tv.Value != nil {
		return constant.Sign(constant.ToInt(tv.Value)) >= 0
	}
	switch x := ast.Unparen(x).(type) {
	case *ast.Ident:
		v, ok := f.info.Uses[x].(*types.Var)
		return ok && f.indexes[v] && !f.a.assigned[v]
	case *ast.BinaryExpr:
		switch x.Op {
		case token.ADD, token.MUL, token.QUO, token.REM, token.AND, token.SHR:
			return f.natural(x.X) && f.natural(x.Y)
		}
	case *ast.CallExpr:
		id, ok := ast.Unparen(x.Fun).(*ast.Ident)
		return ok && id.Name == "len" && f.info.Types[x.Fun].IsBuiltin()
	}
	return false
}

// compare lowers a comparison; interfaces, structs and arrays are compared by
// the prelude, as Go compares them.
func (f *fn) compare(x *ast.BinaryExpr) string {
	l, r := f.typeOf(x.X), f.typeOf(x.Y)
	nilL, nilR := f.info.Types[x.X].IsNil(), f.info.Types[x.Y].IsNil()
	op := " " + x.Op.String() + " "
	if nilL || nilR {
		v := x.X
		if nilL {
			v = x.Y
		}
		return "(" + f.expr(v) + op + "nil)"
	}
	common := l
	if isInterface(r) && !isInterface(l) || isUntyped(l) {
		common = r
	}
	if isUntyped(common) {
		common = types.Default(common)
	}
	ops := f.operands(2, func(i int) string { return f.as([]ast.Expr{x.X, x.Y}[i], common) })
	if eq := f.equal(ops[0], ops[1], common); eq != "" && x.Op == token.EQL {
		return eq
	} else if eq != "" {
		return "(!" + eq + ")"
	}
	return "(" + ops[0] + op + ops[1] + ")"
}

// equal is a comparison that the prelude makes; "" for types that the
// interpreter compares.
func (f *fn) equal(l, r string, t types.Type) string {
	switch t.Underlying().(type) {
	case *types.Chan:
		return "nb.SameChan(" + l + ", " + r + ")"
	case *types.Interface, *types.Struct, *types.Array:
		return "nb.Equal(" + l + ", " + r + ")"
	}
	return ""
}

func isInterface(t types.Type) bool { return types.IsInterface(t) }

func isUntyped(t types.Type) bool {
	b, ok := t.(*types.Basic)
	return ok && b.Info()&types.IsUntyped != 0
}

// calls tells whether evaluating x may run other code.
func (f *fn) calls(x ast.Expr) bool {
	found := false
	ast.Inspect(x, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			found = found || !f.info.Types[n.Fun].IsType()
		case *ast.UnaryExpr:
			found = found || n.Op == token.ARROW
		case *ast.FuncLit:
			return false
		}
		return true
	})
	return found
}
