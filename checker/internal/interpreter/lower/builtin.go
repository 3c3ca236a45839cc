package lower

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"
)

// builtin lowers a call of a built-in function.
func (f *fn) builtin(x *ast.CallExpr, name string) string {
	f.noTuple(x)
	switch name {
	case "len", "cap":
		return f.length(x, name)
	case "append":
		return f.appendCall(x)
	case "copy":
		return f.copyCall(x)
	case "make":
		return f.makeCall(x)
	case "new":
		return f.newCall(x)
	case "min", "max":
		return f.minMax(x, name)
	case "recover":
		if f.recover == "" {
			beyond(x.Pos(), "calls recover in a function that is not deferred where it stands")
		}
		return f.recover + ".Recover()"
	case "complex", "real", "imag":
		beyond(x.Pos(), "uses complex numbers")
	}
	if code := f.builtinStmt(x, name); code != "" {
		f.emit(code)
	}
	return ""
}

// builtinStmt lowers a call of a built-in function that has no result, or whose
// result nobody wants.
func (f *fn) builtinStmt(x *ast.CallExpr, name string) string {
	f.noTuple(x)
	any := types.NewInterfaceType(nil, nil)
	switch name {
	case "panic":
		return "nb.Panic(" + f.as(x.Args[0], any) + ")"
	case "print", "println":
		ops := f.operands(len(x.Args), func(i int) string { return f.as(x.Args[i], any) })
		f.pos = x.Pos()
		return "nb.Print(" + strings.Join(append([]string{quote(name)}, ops...), ", ") + ")"
	case "close":
		return "close(" + f.expr(x.Args[0]) + ")"
	case "clear":
		return "nb.Clear(" + f.expr(x.Args[0]) + ")"
	case "delete":
		m := f.typeOf(x.Args[0]).Underlying().(*types.Map)
		ops := f.operands(2, func(i int) string {
			if i == 0 {
				return f.expr(x.Args[0])
			}
			return f.key(x.Args[1], m.Key())
		})
		return "delete(" + ops[0] + ", " + ops[1] + ")"
	case "copy":
		return f.copyCall(x)
	case "recover":
		return f.builtin(x, name)
	}
	beyond(x.Pos(), "calls %s in a way that is not followed", name)
	return ""
}

// noTuple refuses a builtin whose arguments are the results of one call.
func (f *fn) noTuple(x *ast.CallExpr) {
	if len(x.Args) == 1 && isTuple(f.typeOf(x.Args[0])) {
		beyond(x.Pos(), "gives a built-in function the results of a call")
	}
}

func (f *fn) length(x *ast.CallExpr, name string) string {
	t := f.typeOf(x.Args[0])
	if ptr, ok := t.Underlying().(*types.Pointer); ok {
		arr := ptr.Elem().Underlying().(*types.Array)
		f.emit("nb.Use(" + f.expr(x.Args[0]) + ")")
		return itoa(int(arr.Len()))
	}
	if arr, ok := t.Underlying().(*types.Array); ok {
		f.emit("nb.Use(" + f.expr(x.Args[0]) + ")")
		return itoa(int(arr.Len()))
	}
	return name + "(" + f.expr(x.Args[0]) + ")"
}

func isString(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}

// bytesOf is an argument of append or copy that may be a string.
func (f *fn) bytesOf(x ast.Expr, to types.Type) string {
	if isString(types.Default(f.typeOf(x))) {
		return "[]byte(" + f.as(x, types.Typ[types.String]) + ")"
	}
	return f.as(x, to)
}

func (f *fn) appendCall(x *ast.CallExpr) string {
	t := f.typeOf(x)
	elem := t.Underlying().(*types.Slice).Elem()
	ops := f.operands(len(x.Args), func(i int) string {
		switch {
		case i == 0 && f.info.Types[x.Args[0]].IsNil():
			return f.zero(t)
		case i == 0:
			return f.as(x.Args[0], t)
		case x.Ellipsis.IsValid() && f.info.Types[x.Args[i]].IsNil():
			return f.zero(t)
		case x.Ellipsis.IsValid():
			return f.bytesOf(x.Args[i], t)
		}
		return f.as(x.Args[i], elem)
	})
	if len(ops) == 1 {
		return ops[0]
	}
	if b, ok := elem.Underlying().(*types.Basic); ok && len(ops) == 2 && !x.Ellipsis.IsValid() && b.Kind() != types.UnsafePointer {
		return "append(" + ops[0] + ", " + ops[1] + ")"
	}
	if !x.Ellipsis.IsValid() {
		return "append(" + ops[0] + ", " + f.p.typ(t) + "{" + strings.Join(ops[1:], ", ") + "}...)"
	}
	return "append(" + ops[0] + ", " + ops[1] + "...)"
}

func (f *fn) copyCall(x *ast.CallExpr) string {
	ops := f.operands(2, func(i int) string {
		if i == 0 {
			return f.expr(x.Args[0])
		}
		return f.bytesOf(x.Args[1], f.typeOf(x.Args[1]))
	})
	return "copy(" + ops[0] + ", " + ops[1] + ")"
}

func (f *fn) makeCall(x *ast.CallExpr) string {
	t := f.typeOf(x)
	ops := f.operands(len(x.Args)-1, func(i int) string { return f.index(x.Args[i+1]) })
	// A length that no slice can have is told in other words by reflection, which
	// makes the interpreter's slices.
	if _, ok := t.Underlying().(*types.Slice); ok && slices.ContainsFunc(ops, func(n string) bool { return !isConstant(n) }) {
		for i := range ops {
			if !stable(ops[i]) {
				v := f.p.fresh("n")
				f.emit(v + " := " + ops[i])
				ops[i] = v
			}
		}
		f.emit("nb.Length(" + strings.Join(append(append([]string{}, ops...), "nil")[:2], ", ") + ")")
	}
	return "make(" + strings.Join(append([]string{f.p.typ(t)}, ops...), ", ") + ")"
}

func (f *fn) newCall(x *ast.CallExpr) string {
	t := f.typeOf(x).Underlying().(*types.Pointer).Elem()
	code := "new(" + f.p.typ(t) + ")"
	if f.info.Types[x.Args[0]].IsType() {
		return code
	}
	v := f.temp(types.NewPointer(t), code)
	f.emit("*" + v + " = " + f.as(x.Args[0], t))
	return v
}

// minMax compares in a helper of the type, or, for floating point numbers and
// their zeros and NaNs, in the prelude.
func (f *fn) minMax(x *ast.CallExpr, name string) string {
	t := f.typeOf(x)
	ops := f.operands(len(x.Args), func(i int) string { return f.as(x.Args[i], t) })
	call := f.p.helper(name, types.Default(t))
	f.u.use(call)
	code := ops[0]
	for _, op := range ops[1:] {
		code = call.name + "(" + code + ", " + op + ")"
	}
	return code
}

// helper is the unit of min or max for a type.
func (p *Program) helper(name string, of types.Type) *unit {
	b := of.Underlying().(*types.Basic)
	key := name + " " + p.typ(of)
	if u := p.helpers[key]; u != nil {
		return u
	}
	u := p.unit(p.fresh(name), func(u *unit) {
		t, op := p.typ(of), " < "
		if name == "max" {
			op = " > "
		}
		u.lines = []line{{text: "func " + u.name + "(a " + t + ", b " + t + ") " + t + " {"}}
		if b.Info()&types.IsFloat != 0 {
			u.lines = append(u.lines, line{text: "return " + t + "(nb." + strings.ToUpper(name[:1]) + name[1:] + "(float64(a), float64(b)))"})
		} else {
			u.lines = append(u.lines, line{text: "if b" + op + "a { return b }"}, line{text: "return a"})
		}
		u.lines = append(u.lines, line{text: "}"})
	})
	p.helpers[key] = u
	return u
}
