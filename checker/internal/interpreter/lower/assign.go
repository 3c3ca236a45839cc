package lower

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// place is something that can be assigned to, its operands evaluated.
type place struct {
	code string // "" is the blank identifier
	m    string // of a map entry: the map; code is its key
	typ  types.Type
	own  bool // a local variable that nothing else can see
}

func (pl place) read() string {
	if pl.m != "" {
		return pl.m + "[" + pl.code + "]"
	}
	return pl.code
}

// store assigns a value to a place.
func (f *fn) store(pl place, value string) {
	if pl.code == "" && pl.m == "" {
		f.emit("_ = " + value)
		return
	}
	f.emit(pl.read() + " = " + value)
}

// keeping says which operands of a place are kept in temporaries, so that what
// comes between them and the assignment cannot change them.
type keeping int

const (
	keepCalls keeping = iota // what is done to find it
	keepAll                  // all but constants: other places are assigned first
)

func (k keeping) holds(code string) bool {
	return k == keepCalls && active(code) || k == keepAll && !isConstant(code)
}

// place evaluates the operands of an assignable expression.
func (f *fn) place(x ast.Expr, keep keeping) place {
	x = ast.Unparen(x)
	if id, ok := x.(*ast.Ident); ok {
		return f.identPlace(id)
	}
	t := f.typeOf(x)
	hold := func(x ast.Expr, t types.Type, code string) string {
		if keep.holds(code) {
			return f.temp(t, code)
		}
		return code
	}
	switch x := x.(type) {
	case *ast.IndexExpr:
		base := f.typeOf(x.X)
		if m, ok := base.Underlying().(*types.Map); ok {
			ops := f.operands(2, func(i int) string {
				if i == 0 {
					return f.expr(x.X)
				}
				return f.key(x.Index, m.Key())
			})
			return place{m: hold(x.X, base, ops[0]), code: hold(x.Index, m.Key(), ops[1]), typ: m.Elem()}
		}
		if _, ok := base.Underlying().(*types.Array); ok {
			in := f.place(x.X, keep)
			i := hold(x.Index, f.typeOf(x.Index), f.index(x.Index))
			_, i = f.checkIndex("", base, i)
			return place{code: wrap(in.read()) + "[" + i + "]", typ: t}
		}
		ops := f.operands(2, func(i int) string {
			if i == 0 {
				return f.expr(x.X)
			}
			return f.index(x.Index)
		})
		if _, ok := base.Underlying().(*types.Pointer); ok {
			p, i := f.checkIndex(hold(x.X, base, ops[0]), base, hold(x.Index, f.typeOf(x.Index), ops[1]))
			return place{code: "(*" + p + ")[" + i + "]", typ: t}
		}
		s, i := f.checkIndex(hold(x.X, base, ops[0]), base, hold(x.Index, f.typeOf(x.Index), ops[1]))
		return place{code: s + "[" + i + "]", typ: t}
	case *ast.SelectorExpr:
		return f.fieldPlace(x, keep)
	case *ast.StarExpr:
		return place{code: "*" + f.checkPointer(hold(x.X, f.typeOf(x.X), f.expr(x.X)), f.typeOf(x.X)), typ: t}
	}
	beyond(x.Pos(), "assigns to something that is not followed")
	return place{}
}

// wrap puts brackets around what is reached by a pointer.
func wrap(code string) string {
	if strings.HasPrefix(code, "*") {
		return "(" + code + ")"
	}
	return code
}

func (f *fn) identPlace(id *ast.Ident) place {
	if id.Name == "_" {
		return place{typ: nil}
	}
	obj := f.info.Uses[id]
	if obj == nil {
		obj = f.info.Defs[id]
	}
	v := obj.(*types.Var)
	if l := f.vars[v]; l != nil {
		code := l.name
		if l.cell {
			code = "*" + code
		}
		return place{code: code, typ: l.typ, own: !l.cell}
	}
	return place{code: f.global(v), typ: f.s.Of(v.Type())}
}

// fieldPlace is a field: of a variable, or behind a pointer.
func (f *fn) fieldPlace(x *ast.SelectorExpr, keep keeping) place {
	if _, ok := f.info.Selections[x]; !ok { // a variable of another package
		v := f.info.Uses[x.Sel].(*types.Var)
		if f.p.interpreted(v.Pkg()) {
			return place{code: f.global(v), typ: f.s.Of(v.Type())}
		}
		if _, ok := v.Type().Underlying().(*types.Basic); ok {
			beyond(x.Pos(), "assigns to %s.%s", v.Pkg().Name(), v.Name())
		}
		return place{code: f.p.native(v.Pkg()) + "." + v.Name(), typ: v.Type()}
	}
	base := f.typeOf(x.X)
	obj, index, _ := types.LookupFieldOrMethod(base, true, f.pkgOf(x), x.Sel.Name)
	var code string
	if _, ok := base.Underlying().(*types.Pointer); ok {
		if code = f.expr(x.X); keep.holds(code) || !stable(code) {
			code = f.temp(base, code)
		}
	} else {
		code = f.place(x.X, keep).read()
	}
	code, _ = f.path(strings.TrimPrefix(code, "*"), base, index)
	return place{code: code, typ: f.s.Of(obj.Type())}
}

// assignStmt lowers =, := and the operators with =.
func (f *fn) assignStmt(s *ast.AssignStmt) {
	switch {
	case s.Tok != token.ASSIGN && s.Tok != token.DEFINE:
		f.opAssign(s.Lhs[0], s.Rhs[0], s.TokPos, binaryOf(s.Tok))
	case len(s.Lhs) > 1 && len(s.Rhs) == 1:
		f.tuple(s.Lhs, s.Rhs[0], s.Tok == token.DEFINE)
	case len(s.Lhs) == 1:
		f.single(s.Lhs[0], s.Rhs[0])
	default:
		f.parallel(s.Lhs, s.Rhs)
	}
}

// single is an assignment or declaration of one variable.
func (f *fn) single(l, r ast.Expr) {
	if v := f.defined(l); v != nil {
		f.declare(v, f.as(r, f.s.Of(v.Type())))
		return
	}
	if id, ok := ast.Unparen(l).(*ast.Ident); ok && id.Name == "_" {
		f.discard(r)
		return
	}
	if t := f.typeOf(l); f.later([]ast.Expr{l}, []ast.Expr{r}) {
		value := f.as(r, t)
		if _, ok := ast.Unparen(l).(*ast.Ident); !ok && !stable(value) {
			value = f.temp(t, value)
		}
		pl := f.place(l, keepCalls)
		if !pl.own && !stable(value) {
			value = f.temp(t, value)
		}
		f.store(pl, value)
		return
	}
	pl := f.place(l, keepCalls)
	value := f.as(r, pl.typ)
	if !pl.own && !stable(value) {
		value = f.temp(pl.typ, value)
	}
	f.store(pl, value)
}

// discard evaluates what nobody keeps.
func (f *fn) discard(r ast.Expr) {
	t := f.typeOf(r)
	if b, ok := t.(*types.Basic); ok && b.Kind() == types.UntypedNil {
		return
	}
	f.emit("nb.Use(" + f.as(r, types.Default(t)) + ")")
}

// defined is the variable that l declares, or nil.
func (f *fn) defined(l ast.Expr) *types.Var {
	if id, ok := l.(*ast.Ident); ok {
		v, _ := f.info.Defs[id].(*types.Var)
		return v
	}
	return nil
}

// parallel is an assignment of several values: all are evaluated before the
// first is stored.
func (f *fn) parallel(lhs, rhs []ast.Expr) {
	places := make([]place, len(lhs))
	find := func() {
		for i, l := range lhs {
			if f.defined(l) == nil {
				places[i] = f.place(l, keepAll)
			}
		}
	}
	later := f.later(lhs, rhs)
	if !later {
		find()
	}
	typ := func(i int) types.Type {
		if v := f.defined(lhs[i]); v != nil {
			return f.s.Of(v.Type())
		} else if isBlank(lhs[i]) {
			return f.defaultType(rhs[i])
		}
		return f.typeOf(lhs[i])
	}
	values := f.operands(len(rhs), func(i int) string { return f.as(rhs[i], typ(i)) })
	f.keep(values)
	for i, v := range values {
		if i < len(rhs)-1 || !isConstant(v) {
			values[i] = f.temp(typ(i), v)
		}
	}
	if later {
		find()
	}
	for i, l := range lhs {
		if v := f.defined(l); v != nil {
			f.declare(v, values[i])
			continue
		}
		f.store(places[i], values[i])
	}
}

func (f *fn) defaultType(x ast.Expr) types.Type {
	t := types.Default(f.typeOf(x))
	if b, ok := t.(*types.Basic); ok && b.Kind() == types.UntypedNil {
		return types.NewInterfaceType(nil, nil)
	}
	return t
}

// tuple assigns what a call, an index, a receive or an assertion gives twice.
func (f *fn) tuple(lhs []ast.Expr, r ast.Expr, define bool) {
	places := make([]place, len(lhs))
	find := func() {
		for i, l := range lhs {
			if f.defined(l) == nil && !(define && isBlank(l)) {
				places[i] = f.place(l, keepAll)
			}
		}
	}
	later := f.later(lhs, []ast.Expr{r})
	if !later {
		find()
	}
	values, from := f.several(r, len(lhs))
	if later {
		find()
	}
	for i, l := range lhs {
		if isBlank(l) {
			continue
		}
		if v := f.defined(l); v != nil {
			f.declare(v, f.conv(values[i], from[i], f.s.Of(v.Type())))
			continue
		}
		f.store(places[i], f.conv(values[i], from[i], places[i].typ))
	}
}

func isBlank(x ast.Expr) bool {
	id, ok := x.(*ast.Ident)
	return ok && id.Name == "_"
}

// several evaluates an expression with more than one value into temporaries.
func (f *fn) several(r ast.Expr, n int) ([]string, []types.Type) {
	r = ast.Unparen(r)
	boolean := types.Type(types.Typ[types.Bool])
	switch x := r.(type) {
	case *ast.TypeAssertExpr:
		t := f.typeOf(x.Type)
		v, ok := f.assertion(f.expr(x.X), f.typeOf(x.X), t)
		return []string{v, ok}, []types.Type{t, boolean}
	case *ast.IndexExpr:
		m := f.typeOf(x.X).Underlying().(*types.Map)
		ops := f.operands(2, func(i int) string {
			if i == 0 {
				return f.expr(x.X)
			}
			return f.key(x.Index, m.Key())
		})
		v, ok := f.p.fresh("t"), f.p.fresh("ok")
		f.emit(v + ", " + ok + " := " + ops[0] + "[" + ops[1] + "]")
		return []string{v, ok}, []types.Type{m.Elem(), boolean}
	case *ast.UnaryExpr:
		v, ok := f.p.fresh("t"), f.p.fresh("ok")
		f.emit(v + ", " + ok + " := <-" + f.expr(x.X))
		return []string{v, ok}, []types.Type{f.typeOf(x.X).Underlying().(*types.Chan).Elem(), boolean}
	}
	t := f.typeOf(r).(*types.Tuple)
	var from []types.Type
	for i := range n {
		from = append(from, t.At(i).Type())
	}
	return f.spread(r), from
}

// opAssign is x op= y: the operands of x are evaluated once.
func (f *fn) opAssign(l, r ast.Expr, at token.Pos, op token.Token) {
	if f.later([]ast.Expr{l}, []ast.Expr{r}) && op != token.SHL && op != token.SHR {
		t := f.typeOf(l)
		done := f.as(r, t)
		if !stable(done) {
			done = f.temp(t, done)
		}
		pl := f.place(l, keepCalls)
		value := f.binary(op, pl.read(), done, t)
		if !pl.own {
			value = f.temp(t, value)
		}
		f.store(pl, value)
		return
	}
	pl := f.place(l, keepCalls)
	var value string
	if op == token.SHL || op == token.SHR {
		value = f.shift(op, pl.read(), pl.typ, r)
	} else {
		value = f.binary(op, pl.read(), f.as(r, pl.typ), pl.typ)
	}
	if !pl.own {
		value = f.temp(pl.typ, value)
	}
	f.store(pl, value)
}

func (f *fn) incDec(s *ast.IncDecStmt) {
	pl := f.place(s.X, keepCalls)
	op := " + "
	if s.Tok == token.DEC {
		op = " - "
	}
	value := pl.read() + op + f.number(1, pl.typ)
	if !pl.own {
		value = f.temp(pl.typ, value)
	}
	f.store(pl, value)
}

// binaryOf is the operator of an assignment with one.
func binaryOf(t token.Token) token.Token {
	return t - token.ADD_ASSIGN + token.ADD
}
