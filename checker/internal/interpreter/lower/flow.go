package lower

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// target is a statement that break and continue can mean.
type target struct {
	label string // in the source
	name  string // label in the core, made when it is first needed
	next  string // label to break from for continue, where the loop does something before it goes on
	loop  bool
	used  bool
}

// loopLines writes a loop of the core around a body. The body's break and
// continue come out as what head says they are.
func (f *fn) loop(label string, stepped bool, body func()) {
	t := &target{label: label, name: f.p.fresh("loop"), loop: true}
	if stepped {
		t.next = f.p.fresh("step")
	}
	f.flow = append(f.flow, t)
	at := len(f.out)
	body()
	f.flow = f.flow[:len(f.flow)-1]
	if t.used {
		f.out = append(f.out[:at], append([]line{{t.name + ":", f.pos}}, f.out[at:]...)...)
	}
}

// stepped writes a body whose continue goes to what follows it in the loop: the
// body is a loop of its own that is left at its end.
func (f *fn) stepped(body func()) {
	t := f.flow[len(f.flow)-1]
	f.emit(t.next + ":")
	f.emit("for {")
	body()
	f.emit("break")
	f.emit("}")
}

// once writes a body that break can leave.
func (f *fn) once(label string, body func()) {
	t := &target{label: label, name: f.p.fresh("once")}
	f.flow = append(f.flow, t)
	out, before := f.out, f.pos
	f.out = nil
	body()
	mine := f.out
	f.out = out
	f.flow = f.flow[:len(f.flow)-1]
	if !t.used {
		f.out = append(f.out, mine...)
		return
	}
	f.out = append(f.out, line{t.name + ":", before}, line{"for {", before})
	f.out = append(f.out, mine...)
	f.emit("break")
	f.emit("}")
}

// branch lowers break and continue. All of them name what they mean: the core
// has more loops than the source.
func (f *fn) branch(s *ast.BranchStmt) {
	label := ""
	if s.Label != nil {
		label = s.Label.Name
	}
	switch s.Tok {
	case token.GOTO:
		beyond(s.Pos(), "uses goto")
	case token.FALLTHROUGH:
		return // the switch looks for it
	}
	for i := len(f.flow) - 1; i >= 0; i-- {
		t := f.flow[i]
		if label != "" && t.label != label || s.Tok == token.CONTINUE && !t.loop {
			continue
		}
		switch {
		case s.Tok == token.CONTINUE && t.next != "":
			f.emit("break " + t.next)
		case s.Tok == token.CONTINUE:
			t.used = true
			f.emit("continue " + t.name)
		default:
			t.used = true
			f.emit("break " + t.name)
		}
		return
	}
	if f.outer == nil {
		beyond(s.Pos(), "jumps to a place that is not followed")
	}
	f.exit(exit{tok: s.Tok, label: label})
}

// forStmt lowers a loop with a condition. Variables that a closure keeps are
// new in every round.
func (f *fn) forStmt(s *ast.ForStmt, label string) {
	var kept []*types.Var
	if s.Init != nil {
		f.stmt(s.Init)
		for _, v := range f.declaredBy(s.Init) {
			if f.vars[v] != nil && f.vars[v].cell {
				kept = append(kept, v)
			}
		}
	}
	f.loop(label, s.Post != nil, func() {
		f.emit("for {")
		if s.Cond != nil {
			f.pos = s.Cond.Pos()
			f.emit("if !" + f.expr(s.Cond) + " { break }")
		}
		switch {
		case s.Post == nil:
			f.block(s.Body.List)
		default:
			f.body(s.Body)
			f.pos = s.Post.Pos()
			f.renew(kept)
			f.stmt(s.Post)
		}
		f.pos = s.Pos()
		f.emit("}")
	})
}

// body writes a loop's body that something follows.
func (f *fn) body(b *ast.BlockStmt) {
	if !continues(b) {
		f.block(b.List)
		return
	}
	f.stepped(func() { f.block(b.List) })
}

// continues reports whether there is a continue anywhere in a body.
func continues(b *ast.BlockStmt) bool {
	found := false
	ast.Inspect(b, func(n ast.Node) bool {
		s, ok := n.(*ast.BranchStmt)
		found = found || ok && s.Tok == token.CONTINUE
		_, lit := n.(*ast.FuncLit)
		return !lit
	})
	return found
}

func (f *fn) declaredBy(s ast.Stmt) []*types.Var {
	a, ok := s.(*ast.AssignStmt)
	if !ok || a.Tok != token.DEFINE {
		return nil
	}
	var vars []*types.Var
	for _, l := range a.Lhs {
		if v := f.defined(l); v != nil {
			vars = append(vars, v)
		}
	}
	return vars
}

// renew gives variables new cells that hold what the old ones held.
func (f *fn) renew(vars []*types.Var) {
	for _, v := range vars {
		l := f.vars[v]
		next := f.p.fresh("t")
		t := f.p.typ(l.typ)
		f.emit("var " + next + " *" + t + " = new(" + t + ")")
		f.emit("*" + next + " = *" + l.name)
		f.emit(l.name + " = " + next)
	}
}

// rangeStmt lowers a range by what it ranges over.
func (f *fn) rangeStmt(s *ast.RangeStmt, label string) {
	t := f.typeOf(s.X)
	switch u := t.Underlying().(type) {
	case *types.Basic:
		if u.Info()&types.IsString != 0 {
			f.rangeString(s, label)
			return
		}
		f.rangeInt(s, label, t)
	case *types.Slice:
		x := f.temp(t, f.as(s.X, t))
		f.rangeIndex(s, label, x, "len("+x+")", u.Elem())
	case *types.Array:
		n := itoa(int(u.Len()))
		if s.Value == nil || isBlank(s.Value) {
			if f.calls(s.X) {
				f.emit("nb.Use(" + f.expr(s.X) + ")")
			}
			f.rangeIndex(s, label, "", n, u.Elem())
			return
		}
		x := f.temp(t, f.expr(s.X))
		f.rangeIndex(s, label, x, n, u.Elem())
	case *types.Pointer:
		x := f.temp(t, f.expr(s.X))
		arr := u.Elem().Underlying().(*types.Array)
		f.rangeIndex(s, label, x, itoa(int(arr.Len())), arr.Elem())
	case *types.Map:
		f.rangeMap(s, label, t, u)
	case *types.Chan:
		f.rangeChan(s, label, u)
	case *types.Signature:
		f.rangeFunc(s, label, u)
	default:
		beyond(s.Pos(), "ranges over something that is not followed")
	}
}

// give assigns or declares the key or value of a round.
func (f *fn) give(s *ast.RangeStmt, x ast.Expr, code string, t types.Type) {
	switch {
	case x == nil || isBlank(x):
	case s.Tok == token.DEFINE:
		if v := f.defined(x); v != nil {
			if x == s.Key && strings.HasPrefix(code, "i_") {
				if f.indexes == nil {
					f.indexes = map[*types.Var]bool{}
				}
				f.indexes[v] = true
			}
			f.declare(v, f.conv(code, t, f.s.Of(v.Type())))
		}
	default:
		pl := f.place(x, keepCalls)
		f.store(pl, f.conv(code, t, pl.typ))
	}
}

// giveBoth assigns or declares the key and value of a round; for an assignment,
// both places are found before either is stored.
func (f *fn) giveBoth(s *ast.RangeStmt, key, value string, kt, vt types.Type) {
	if s.Tok != token.ASSIGN || s.Key == nil || s.Value == nil {
		if key != "" {
			f.give(s, s.Key, key, kt)
		}
		if value != "" {
			f.give(s, s.Value, value, vt)
		}
		return
	}
	k, v := f.place(s.Key, keepAll), f.place(s.Value, keepAll)
	if !isBlank(s.Key) {
		f.store(k, f.conv(key, kt, k.typ))
	}
	if !isBlank(s.Value) {
		f.store(v, f.conv(value, vt, v.typ))
	}
}

// counted writes a loop that counts i from 0 to below n.
func (f *fn) counted(s *ast.RangeStmt, label, i, t, n string, round func()) {
	f.emit("var " + i + " " + t)
	f.loop(label, true, func() {
		f.emit("for " + i + " < " + n + " {")
		round()
		f.body(s.Body)
		f.pos = s.Pos()
		f.emit(i + "++")
		f.emit("}")
	})
}

// rangeIndex ranges over the indexes of x.
func (f *fn) rangeIndex(s *ast.RangeStmt, label, x, n string, elem types.Type) {
	i := f.p.fresh("i")
	if isName(n) || n[0] == 'l' {
		n = f.temp(types.Typ[types.Int], n)
	}
	f.counted(s, label, i, "int", n, func() {
		value := ""
		if s.Value != nil && !isBlank(s.Value) {
			value = x + "[" + i + "]"
		}
		f.giveBoth(s, i, value, types.Typ[types.Int], elem)
	})
}

func (f *fn) rangeInt(s *ast.RangeStmt, label string, t types.Type) {
	if isUntyped(t) {
		t = types.Typ[types.Int]
		if s.Key != nil && !isBlank(s.Key) {
			t = f.keyType(s)
		}
	}
	n := f.temp(t, f.as(s.X, t))
	i := f.p.fresh("i")
	f.counted(s, label, i, f.p.typ(t), n, func() { f.give(s, s.Key, i, t) })
}

func (f *fn) keyType(s *ast.RangeStmt) types.Type {
	if v := f.defined(s.Key); v != nil {
		return f.s.Of(v.Type())
	}
	return f.typeOf(s.Key)
}

func (f *fn) rangeString(s *ast.RangeStmt, label string) {
	x := f.temp(types.Typ[types.String], f.as(s.X, types.Default(f.typeOf(s.X))))
	i, r, n := f.p.fresh("i"), f.p.fresh("r"), f.p.fresh("n")
	f.emit("var " + i + " int")
	f.loop(label, true, func() {
		f.emit("for " + i + " < len(" + x + ") {")
		f.emit(r + ", " + n + " := nb.Rune(" + x + ", " + i + ")")
		f.giveBoth(s, i, r, types.Typ[types.Int], types.Typ[types.Rune])
		f.body(s.Body)
		f.pos = s.Pos()
		f.emit(i + " = " + i + " + " + n)
		f.emit("}")
	})
}

func (f *fn) rangeMap(s *ast.RangeStmt, label string, t types.Type, m *types.Map) {
	x := f.temp(t, f.expr(s.X))
	it := f.p.fresh("it")
	f.emit(it + " := nb.MapRange(" + x + ")")
	f.loop(label, false, func() {
		f.emit("for " + it + ".Next() {")
		parts, elems := []ast.Expr{s.Key, s.Value}, []types.Type{m.Key(), m.Elem()}
		var names, pointers [2]string
		for i, x := range parts {
			pointers[i] = "nil"
			if x != nil && !isBlank(x) {
				names[i] = f.zero(elems[i])
				pointers[i] = "&" + names[i]
			}
		}
		f.emit(it + ".Load(" + pointers[0] + ", " + pointers[1] + ")")
		f.giveBoth(s, names[0], names[1], elems[0], elems[1])
		f.block(s.Body.List)
		f.pos = s.Pos()
		f.emit("}")
	})
}

func (f *fn) rangeChan(s *ast.RangeStmt, label string, c *types.Chan) {
	x := f.temp(f.typeOf(s.X), f.expr(s.X))
	v, ok := f.p.fresh("t"), f.p.fresh("ok")
	f.loop(label, false, func() {
		f.emit("for {")
		f.emit(v + ", " + ok + " := <-" + x)
		f.emit("if !" + ok + " { break }")
		f.give(s, s.Key, v, c.Elem())
		f.block(s.Body.List)
		f.pos = s.Pos()
		f.emit("}")
	})
}
