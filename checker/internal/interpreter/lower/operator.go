package lower

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strings"
)

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
	if x.Op == token.QUO || x.Op == token.REM {
		return f.here(t, f.binary(x.Op, ops[0], ops[1], t))
	}
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

// natural reports whether an integer cannot be negative, as far as that is plain:
// it is made of constants, lengths, and indexes of a range.
func (f *fn) natural(x ast.Expr) bool {
	if tv := f.info.Types[x]; tv.Value != nil {
		return constant.Sign(constant.ToInt(tv.Value)) >= 0
	}
	switch x := ast.Unparen(x).(type) {
	case *ast.Ident:
		v, ok := f.info.Uses[x].(*types.Var)
		return ok && f.indexes[v] && !f.a.Assigned[v]
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

// calls reports whether evaluating x may run other code.
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
