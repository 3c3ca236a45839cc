package lower

import (
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
	"strings"
)

func (f *fn) block(list []ast.Stmt) {
	for _, s := range list {
		f.stmt(s)
	}
}

// stmt lowers one statement.
func (f *fn) stmt(s ast.Stmt) {
	f.pos = s.Pos()
	label := f.label
	f.label = ""
	switch s := s.(type) {
	case *ast.EmptyStmt:
	case *ast.BlockStmt:
		if label != "" {
			f.labelled(label, s)
			return
		}
		f.block(s.List)
	case *ast.LabeledStmt:
		f.label = s.Label.Name
		f.stmt(s.Stmt)
		f.label = ""
	case *ast.DeclStmt:
		f.decl(s.Decl)
	case *ast.ExprStmt:
		f.exprStmt(s.X)
	case *ast.AssignStmt:
		f.assignStmt(s)
	case *ast.IncDecStmt:
		f.incDec(s)
	case *ast.IfStmt:
		f.ifStmt(s)
	case *ast.ForStmt:
		f.forStmt(s, label)
	case *ast.RangeStmt:
		f.rangeStmt(s, label)
	case *ast.SwitchStmt:
		f.switchStmt(s, label)
	case *ast.TypeSwitchStmt:
		f.typeSwitch(s, label)
	case *ast.SelectStmt:
		f.selectStmt(s, label)
	case *ast.ReturnStmt:
		f.returnStmt(s)
	case *ast.BranchStmt:
		f.branch(s)
	case *ast.GoStmt:
		f.goStmt(s)
	case *ast.DeferStmt:
		f.deferStmt(s)
	case *ast.SendStmt:
		f.sendStmt(s)
	default:
		beyond(s.Pos(), "uses a statement that has no translation")
	}
}

// labelled is a labelled statement that is no loop, switch or select: only a
// break can name it.
func (f *fn) labelled(label string, s *ast.BlockStmt) {
	f.once(label, func() { f.block(s.List) })
}

func (f *fn) decl(d ast.Decl) {
	g, ok := d.(*ast.GenDecl)
	if !ok || g.Tok != token.VAR {
		return // types and constants are written where they are used
	}
	for _, spec := range g.Specs {
		spec := spec.(*ast.ValueSpec)
		f.pos = spec.Pos()
		if len(spec.Values) == 1 && len(spec.Names) > 1 {
			f.tuple(idents(spec.Names), spec.Values[0], true)
			continue
		}
		var values []string
		for i, x := range spec.Values {
			v := f.as(x, f.defType(spec.Names[i]))
			if len(spec.Names) > 1 {
				v = f.temp(f.defType(spec.Names[i]), v)
			}
			values = append(values, v)
		}
		for i, name := range spec.Names {
			v, ok := f.info.Defs[name].(*types.Var)
			switch {
			case !ok && i < len(values):
				f.emit("_ = " + values[i])
			case ok && i < len(values):
				f.declare(v, values[i])
			case ok:
				f.declare(v, "")
			}
		}
	}
}

func idents(names []*ast.Ident) []ast.Expr {
	var list []ast.Expr
	for _, n := range names {
		list = append(list, n)
	}
	return list
}

// defType is the type that a declaration gives a name; the blank one has it too.
func (f *fn) defType(id *ast.Ident) types.Type {
	if obj := f.info.Defs[id]; obj != nil {
		return f.s.Of(obj.Type())
	}
	return f.typeOf(id)
}

// exprStmt lowers a call or a receive whose value is not used.
func (f *fn) exprStmt(x ast.Expr) {
	x = ast.Unparen(x)
	if call, ok := x.(*ast.CallExpr); ok {
		if code := f.callStmt(call); code != "" {
			f.emit(code)
		}
		return
	}
	f.emit("_ = " + f.expr(x))
}

func (f *fn) ifStmt(s *ast.IfStmt) {
	if s.Init != nil {
		f.stmt(s.Init)
	}
	f.pos = s.Cond.Pos()
	f.emit("if " + f.expr(s.Cond) + " {")
	f.block(s.Body.List)
	if s.Else != nil {
		f.emit("} else {")
		f.stmt(s.Else)
	}
	f.pos = s.Pos()
	f.emit("}")
}

func (f *fn) returnStmt(s *ast.ReturnStmt) {
	if f.outer != nil {
		f.returnFromRange(s)
		return
	}
	res := f.sig.Results()
	if res.Len() == 0 {
		f.emit("return")
		return
	}
	if len(s.Results) == 0 {
		if f.inCells && f.defers != "" {
			f.emit("return")
			return
		}
		f.emit("return " + strings.Join(f.resultValues(), ", "))
		return
	}
	values := f.returned(s, res)
	if !f.inCells {
		f.emit("return " + strings.Join(values, ", "))
		return
	}
	f.fillResults(values, res)
	if f.defers != "" {
		f.emit("return")
		return
	}
	f.emit("return " + strings.Join(f.resultValues(), ", "))
}

// fillResults puts values into the cells of the results, all of them evaluated
// before the first is stored.
func (f *fn) fillResults(values []string, res *types.Tuple) {
	if len(values) > 1 {
		for i, v := range values {
			values[i] = f.temp(f.s.Of(res.At(i).Type()), v)
		}
	}
	for i, l := range f.results {
		f.emit("*" + l.name + " = " + values[i])
	}
}

// returned is the values of a return statement as the results' types.
func (f *fn) returned(s *ast.ReturnStmt, res *types.Tuple) []string {
	if len(s.Results) == 1 && res.Len() > 1 {
		from := f.typeOf(s.Results[0]).(*types.Tuple)
		values := f.spread(s.Results[0])
		for i := range values {
			values[i] = f.conv(values[i], from.At(i).Type(), f.s.Of(res.At(i).Type()))
		}
		return values
	}
	values := f.operands(len(s.Results), func(i int) string { return f.as(s.Results[i], f.s.Of(res.At(i).Type())) })
	if len(values) == 1 {
		return values
	}
	f.keep(values)
	for i, code := range values {
		if !stable(code) { // the interpreter mixes up where some of them go
			values[i] = f.temp(f.s.Of(res.At(i).Type()), code)
		}
	}
	return values
}

// spread evaluates a call with several results into temporaries.
func (f *fn) spread(x ast.Expr) []string {
	t := f.typeOf(x).(*types.Tuple)
	code := f.expr(x)
	var names []string
	for range t.Len() {
		names = append(names, f.p.fresh("t"))
	}
	f.emit(strings.Join(names, ", ") + " := " + code)
	return names
}

func (f *fn) sendStmt(s *ast.SendStmt) {
	ch := f.typeOf(s.Chan).Underlying().(*types.Chan)
	ops := f.operands(2, func(i int) string {
		if i == 0 {
			return f.expr(s.Chan)
		}
		return f.as(s.Value, ch.Elem())
	})
	f.emit(ops[0] + " <- " + ops[1])
}

// goStmt starts a goroutine: a call whose operands are evaluated here.
func (f *fn) goStmt(s *ast.GoStmt) {
	f.u.parallel = true
	f.emit("nb.Go(" + f.thunk(s.Call, false) + ")")
}

// deferStmt puts a call on the list of those that run when the function ends.
func (f *fn) deferStmt(s *ast.DeferStmt) {
	defers := f.defers
	if defers == "" {
		beyond(s.Pos(), "defers a call in a place that is not followed")
	}
	f.emit(defers + ".Defer(" + f.thunk(s.Call, true) + ")")
}

// thunk is a function without parameters that makes a call whose function and
// arguments are evaluated now.
func (f *fn) thunk(call *ast.CallExpr, deferred bool) string {
	if lit, ok := ast.Unparen(call.Fun).(*ast.FuncLit); ok {
		return f.litThunk(lit, call, deferred)
	}
	if deferred {
		if u := f.recovering(call); u != nil {
			return f.bindCall(u.name, []string{f.defers}, call)
		}
	}
	return f.callThunk(call)
}

func quote(s string) string { return strconv.Quote(s) }
