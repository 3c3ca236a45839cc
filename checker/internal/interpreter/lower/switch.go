package lower

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// switchStmt lowers a switch to a chain of conditions. With fallthrough the
// chain only finds the clause's number.
func (f *fn) switchStmt(s *ast.SwitchStmt, label string) {
	if s.Init != nil {
		f.stmt(s.Init)
	}
	tag, t := "", types.Type(types.Typ[types.Bool])
	if s.Tag != nil {
		t = f.defaultType(s.Tag)
		tag = f.temp(t, f.as(s.Tag, t))
	}
	var clauses []*ast.CaseClause
	through := false
	for _, c := range s.Body.List {
		c := c.(*ast.CaseClause)
		clauses = append(clauses, c)
		through = through || fallsThrough(c)
	}
	f.once(label, func() {
		if through {
			f.numbered(clauses, func(x ast.Expr) string { return f.matches(tag, t, x) })
			return
		}
		f.chain(len(clauses), func(i int) []ast.Expr { return clauses[i].List },
			func(x ast.Expr) string { return f.matches(tag, t, x) },
			func(i int) { f.block(clauses[i].Body) })
	})
}

func fallsThrough(c *ast.CaseClause) bool {
	if len(c.Body) == 0 {
		return false
	}
	b, ok := c.Body[len(c.Body)-1].(*ast.BranchStmt)
	return ok && b.Tok == token.FALLTHROUGH
}

// matches is the condition of one expression of a case.
func (f *fn) matches(tag string, t types.Type, x ast.Expr) string {
	if tag == "" && isInterface(f.typeOf(x)) {
		return "nb.Equal(any(true), " + f.expr(x) + ")"
	}
	if tag == "" {
		return f.expr(x)
	}
	if f.info.Types[x].IsNil() {
		return "(" + tag + " == nil)"
	}
	common := t
	if xt := f.typeOf(x); isInterface(xt) {
		common = xt
	}
	l, r := f.conv(tag, t, common), f.as(x, common)
	if eq := f.equal(l, r, common); eq != "" {
		return eq
	}
	return "(" + l + " == " + r + ")"
}

// condition is whether any of a case's expressions matches; they are tried in
// order and no further than needed.
func (f *fn) condition(list []ast.Expr, match func(ast.Expr) string) string {
	if len(list) == 1 {
		return match(list[0])
	}
	var codes []string
	simple := true
	for _, x := range list {
		code, before := f.apart(func() string { return match(x) })
		simple = simple && len(before) == 0
		codes = append(codes, code)
	}
	if simple {
		return "(" + strings.Join(codes, " || ") + ")"
	}
	v := f.p.fresh("match")
	f.emit("var " + v + " bool")
	for _, x := range list {
		f.emit("if !" + v + " {")
		f.emit(v + " = " + match(x))
		f.emit("}")
	}
	return v
}

// chain writes clauses as if and else, the default last.
func (f *fn) chain(n int, list func(int) []ast.Expr, match func(ast.Expr) string, body func(int)) {
	depth, other := 0, -1
	for i := range n {
		xs := list(i)
		if xs == nil {
			other = i
			continue
		}
		f.pos = xs[0].Pos()
		cond := f.condition(xs, match)
		f.emit("if " + cond + " {")
		body(i)
		f.emit("} else {")
		depth++
	}
	if other >= 0 {
		body(other)
	}
	for range depth {
		f.emit("}")
	}
}

// numbered writes clauses that may fall through into the next: the number of
// the clause is found first.
func (f *fn) numbered(clauses []*ast.CaseClause, match func(ast.Expr) string) {
	k := f.p.fresh("clause")
	f.emit("var " + k + " int")
	f.chain(len(clauses), func(i int) []ast.Expr { return clauses[i].List }, match,
		func(i int) { f.emit(k + " = " + itoa(i+1)) })
	for i, c := range clauses {
		f.emit("if " + k + " == " + itoa(i+1) + " {")
		f.block(c.Body)
		if fallsThrough(c) {
			f.emit(k + " = " + itoa(i+2))
		}
		f.emit("}")
	}
}

// typeSwitch lowers a switch on the type of an interface's value.
func (f *fn) typeSwitch(s *ast.TypeSwitchStmt, label string) {
	if s.Init != nil {
		f.stmt(s.Init)
	}
	var x ast.Expr
	switch a := s.Assign.(type) {
	case *ast.ExprStmt:
		x = ast.Unparen(a.X).(*ast.TypeAssertExpr).X
	case *ast.AssignStmt:
		x = ast.Unparen(a.Rhs[0]).(*ast.TypeAssertExpr).X
	}
	t := f.typeOf(x)
	v := f.temp(t, f.expr(x))
	var clauses []*ast.CaseClause
	for _, c := range s.Body.List {
		clauses = append(clauses, c.(*ast.CaseClause))
	}
	f.once(label, func() {
		f.chain(len(clauses), func(i int) []ast.Expr { return clauses[i].List },
			func(x ast.Expr) string {
				if f.info.Types[x].IsNil() {
					return "(" + v + " == nil)"
				}
				return f.isType(v, f.typeOf(x))
			},
			func(i int) { f.typeClause(clauses[i], v, t) })
	})
}

// typeClause writes a clause's body, its variable of the clause's type.
func (f *fn) typeClause(c *ast.CaseClause, v string, from types.Type) {
	if obj, ok := f.info.Implicits[c].(*types.Var); ok {
		f.pos = c.Pos()
		value := v
		if len(c.List) == 1 && !f.info.Types[c.List[0]].IsNil() {
			value, _ = f.assertion(v, from, f.typeOf(c.List[0]))
		}
		f.declare(obj, value)
	}
	f.block(c.Body)
}

// selectStmt lowers a select: the prelude chooses, the bodies are a chain.
func (f *fn) selectStmt(s *ast.SelectStmt, label string) {
	var cases []string
	var clauses []*ast.CommClause
	other := "false"
	for _, c := range s.Body.List {
		c := c.(*ast.CommClause)
		f.pos = c.Pos()
		if c.Comm == nil {
			other = "true"
			clauses = append(clauses, c)
			continue
		}
		clauses = append(clauses, c)
		cases = append(cases, f.comm(c.Comm))
	}
	f.pos = s.Pos()
	k, v, ok := f.p.fresh("chosen"), f.p.fresh("t"), f.p.fresh("ok")
	f.emit(k + ", " + v + ", " + ok + " := nb.Select(" + strings.Join(append([]string{other}, cases...), ", ") + ")")
	f.emit("nb.Use(" + v + ")")
	f.emit("nb.Use(" + ok + ")")
	f.once(label, func() {
		n := 0
		for _, c := range clauses {
			number := -1
			if c.Comm != nil {
				number = n
				n++
			}
			f.emit("if " + k + " == " + itoa(number) + " {")
			f.received(c.Comm, v, ok)
			f.block(c.Body)
			f.emit("}")
		}
	})
}

// comm is a case of a select, its channel and value evaluated.
func (f *fn) comm(s ast.Stmt) string {
	if send, ok := s.(*ast.SendStmt); ok {
		elem := f.typeOf(send.Chan).Underlying().(*types.Chan).Elem()
		ch := f.temp(f.typeOf(send.Chan), f.expr(send.Chan))
		return "nb.Send(" + ch + ", " + f.temp(elem, f.as(send.Value, elem)) + ")"
	}
	x := f.receive(s)
	return "nb.Receive(" + f.temp(f.typeOf(x.X), f.expr(x.X)) + ")"
}

func (f *fn) receive(s ast.Stmt) *ast.UnaryExpr {
	switch s := s.(type) {
	case *ast.ExprStmt:
		return ast.Unparen(s.X).(*ast.UnaryExpr)
	case *ast.AssignStmt:
		return ast.Unparen(s.Rhs[0]).(*ast.UnaryExpr)
	}
	return nil
}

// received assigns what a case has received.
func (f *fn) received(s ast.Stmt, v, ok string) {
	a, isAssign := s.(*ast.AssignStmt)
	if !isAssign {
		return
	}
	f.pos = s.Pos()
	elem := f.typeOf(f.receive(s).X).Underlying().(*types.Chan).Elem()
	value := f.zero(elem)
	f.emit("nb.As(" + v + ", &" + value + ")")
	from := []types.Type{elem, types.Typ[types.Bool]}
	for i, code := range []string{value, ok}[:len(a.Lhs)] {
		if isBlank(a.Lhs[i]) {
			continue
		}
		if d := f.defined(a.Lhs[i]); d != nil {
			f.declare(d, f.conv(code, from[i], f.s.Of(d.Type())))
			continue
		}
		pl := f.place(a.Lhs[i], keepCalls)
		f.store(pl, f.conv(code, from[i], pl.typ))
	}
}
