package lower

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"nodebook/checker/internal/interpreter/lower/typeargs"
	"nodebook/checker/internal/interpreter/lower/variables"
)

// call is the way in which a function is called.
type call int

const (
	plainCall    call = iota
	deferredCall      // by a defer statement: its recover may recover
)

// fn is a function of the core while it is written: a declared function, a
// function literal, or the body of a range over a function.
type fn struct {
	p    *Program
	u    *unit
	info *types.Info
	s    typeargs.Map
	a    *variables.Uses
	node ast.Node // nil for a declared function

	sig     *types.Signature
	vars    map[*types.Var]*local
	indexes map[*types.Var]bool // declared as the index of a range: never negative
	results []*local            // named results, or the cells of results; nil if neither
	inCells bool                // results are in cells
	defers  string              // the prelude's Defers of this function; "" has none
	recover string              // the Defers that a call of recover asks; "" is none

	out    []line
	pos    token.Pos
	flow   []*target
	label  string // of the statement that comes next
	outer  *fn    // of the body of a range over a function
	state  *local // how that body ended
	exits  []exit // by the number in state
	shells []line // finished functions that belong to this one
}

// local is where a variable is kept.
type local struct {
	name string
	cell bool // name holds a pointer to it
	typ  types.Type
}

func (l *local) value() string {
	if l.cell {
		return "(*" + l.name + ")"
	}
	return l.name
}

func (f *fn) emit(text string) { f.out = append(f.out, line{text, f.pos}) }

func (f *fn) typ(t types.Type) string { return f.p.typ(f.s.Of(t)) }

func (f *fn) typeOf(x ast.Expr) types.Type {
	if t := f.info.TypeOf(x); t != nil {
		return f.s.Of(t)
	}
	return types.Typ[types.Invalid]
}

// temp keeps a value of type t under a new name.
func (f *fn) temp(t types.Type, value string) string {
	name := f.p.fresh("t")
	f.emit("var " + name + " " + f.p.typ(t) + " = " + value)
	return name
}

// declare makes room for a variable; value "" is its zero value.
func (f *fn) declare(v *types.Var, value string) {
	if v.Name() == "_" {
		if value != "" {
			f.emit("_ = " + value)
		}
		return
	}
	l := &local{name: f.p.fresh(v.Name()), cell: f.a.Cell(v), typ: f.s.Of(v.Type())}
	f.vars[v] = l
	t := f.p.typ(l.typ)
	switch {
	case l.cell:
		f.emit("var " + l.name + " *" + t + " = new(" + t + ")")
		if value != "" {
			f.emit("*" + l.name + " = " + value)
		}
	case value == "":
		f.emit("var " + l.name + " " + t)
	default:
		f.emit("var " + l.name + " " + t + " = " + value)
	}
}

// parameter adds a parameter to a list; what the body needs of it is emitted.
func (f *fn) parameter(list []string, v *types.Var) []string {
	t := f.typ(v.Type())
	name := f.p.fresh(v.Name())
	if v.Name() == "_" || v.Name() == "" {
		return append(list, name+" "+t)
	}
	f.vars[v] = &local{name: name, cell: f.a.Cell(v), typ: f.s.Of(v.Type())}
	if !f.vars[v].cell {
		return append(list, name+" "+t)
	}
	in := f.p.fresh(v.Name())
	f.emit("var " + name + " *" + t + " = new(" + t + ")")
	f.emit("*" + name + " = " + in)
	return append(list, in+" "+t)
}

// captured is what a closure is given of the functions around it: parameters,
// and the arguments to bind them to.
func (f *fn) captured(closure ast.Node, child *fn) (params, args []string) {
	for _, v := range f.a.Captures[closure] {
		l := f.vars[v]
		if l == nil {
			beyond(v.Pos(), "uses the variable %s in a way that is not followed", v.Name())
		}
		t := f.p.typ(l.typ)
		if l.cell {
			t = "*" + t
		}
		mine := &local{name: f.p.fresh(v.Name()), cell: l.cell, typ: l.typ}
		child.vars[v] = mine
		params = append(params, mine.name+" "+t)
		args = append(args, l.name)
	}
	return params, args
}

// write writes a whole function under a name: head has the parameters that
// come before its own.
func (f *fn) write(name string, head []string, body *ast.BlockStmt) {
	hasDefers, escapes := f.a.Defers[f.node], f.a.Escapes[f.node]
	inner := name
	if hasDefers {
		inner = f.p.fresh(name + "_body")
	}
	var params []string
	for v := range f.sig.Params().Variables() {
		params = f.parameter(params, v)
	}
	head = append([]string{}, head...)
	var cells, cellArgs []string
	if hasDefers || escapes {
		cells, cellArgs = f.resultCells(hasDefers)
	} else {
		f.namedResults()
	}
	if hasDefers {
		f.defers = f.p.fresh("defers")
		f.block(body.List)
		all := append(append(append([]string{}, cells...), head...), params...)
		f.finish(inner, append(all, f.defers+" *nb.Defers"), "")
		f.shell(name, inner, head, params, cells, cellArgs)
		return
	}
	f.block(body.List)
	f.fallOff(body)
	f.finish(name, append(head, params...), f.p.results(f.s.Of(f.sig).(*types.Signature)))
}

// finish moves what has been emitted into a function.
func (f *fn) finish(name string, params []string, results string) {
	f.shells = append(f.shells, line{"func " + name + "(" + strings.Join(params, ", ") + ")" + results + " {", f.pos})
	f.shells = append(f.shells, f.out...)
	f.shells = append(f.shells, line{"}", f.pos})
	f.out = nil
}

// resultCells puts the results into cells: declared here or, for a function
// with defer statements, handed in by the shell around it.
func (f *fn) resultCells(handed bool) (params, args []string) {
	f.inCells = true
	for v := range f.sig.Results().Variables() {
		t := f.typ(v.Type())
		l := &local{name: f.p.fresh("result"), cell: true, typ: f.s.Of(v.Type())}
		f.results = append(f.results, l)
		if v.Name() != "" && v.Name() != "_" {
			f.vars[v] = l
		}
		if handed {
			params = append(params, l.name+" *"+t)
		} else {
			f.emit("var " + l.name + " *" + t + " = new(" + t + ")")
		}
		args = append(args, l.name)
	}
	return params, args
}

// namedResults declares results that have names.
func (f *fn) namedResults() {
	for v := range f.sig.Results().Variables() {
		if v.Name() == "" {
			return
		}
		l := &local{name: f.p.fresh("result"), cell: f.a.Cell(v), typ: f.s.Of(v.Type())}
		f.results = append(f.results, l)
		f.vars[v] = l
		t := f.p.typ(l.typ)
		if l.cell {
			f.emit("var " + l.name + " *" + t + " = new(" + t + ")")
		} else {
			f.emit("var " + l.name + " " + t)
		}
	}
}

// shell writes the function that runs a body with defer statements.
func (f *fn) shell(name, inner string, head, params, cells, args []string) {
	for i, c := range cells {
		t := strings.TrimPrefix(c, args[i]+" *")
		f.emit("var " + args[i] + " *" + t + " = new(" + t + ")")
	}
	bound := append([]string{inner}, args...)
	for _, param := range append(append([]string{}, head...), params...) {
		param, _, _ = strings.Cut(param, " ")
		bound = append(bound, param)
	}
	f.emit("nb.Scope(nb.Bind(" + strings.Join(bound, ", ") + ").(func(*nb.Defers)))")
	if len(f.results) > 0 {
		f.emit("return " + strings.Join(f.resultValues(), ", "))
	}
	f.finish(name, append(head, params...), f.p.results(f.s.Of(f.sig).(*types.Signature)))
}

func (f *fn) resultValues() []string {
	var list []string
	for _, l := range f.results {
		list = append(list, l.value())
	}
	return list
}

// fallOff ends a body whose end is not reached, or that has no results.
func (f *fn) fallOff(body *ast.BlockStmt) {
	if f.sig.Results().Len() == 0 {
		return
	}
	if n := len(body.List); n > 0 {
		if _, ok := body.List[n-1].(*ast.ReturnStmt); ok {
			return
		}
	}
	f.emit("nb.Panic(\"unreachable\")")
}

// function is the unit of a declared function or method with its type
// arguments.
func (p *Program) function(obj *types.Func, targs []types.Type, how call) *unit {
	obj = obj.Origin()
	for _, have := range p.funcs[obj] {
		if have.how == how && identical(have.targs, targs) {
			return have.unit
		}
	}
	decl := p.decls[obj]
	u := p.unit(p.fresh(obj.Name()), func(u *unit) {
		if decl == nil || decl.Body == nil {
			beyond(obj.Pos(), "%s has no body in Go", obj.Name())
		}
		p.declared(u, obj, decl, targs, how)
	})
	p.funcs[obj] = append(p.funcs[obj], instance{targs, how, u})
	return u
}

// instance is a function with its type arguments.
type instance struct {
	targs []types.Type
	how   call
	unit  *unit
}

func identical(x, y []types.Type) bool { return slices.EqualFunc(x, y, types.Identical) }

// declared lowers a declared function into its unit.
func (p *Program) declared(u *unit, obj *types.Func, decl *ast.FuncDecl, targs []types.Type, how call) {
	sig := obj.Signature()
	s := typeargs.Map{}
	switch {
	case sig.TypeParams().Len() > 0:
		s = typeargs.Bind(sig.TypeParams(), targs)
	case sig.RecvTypeParams().Len() > 0:
		s = typeargs.Bind(sig.RecvTypeParams(), targs)
	}
	info := p.infoOf(obj)
	f := &fn{p: p, u: u, info: info, s: s, a: variables.Analyse(info, s, decl), vars: map[*types.Var]*local{}, pos: decl.Pos()}
	f.sig = sig
	var head []string
	if how == deferredCall {
		f.recover = p.fresh("defers")
		head = append(head, f.recover+" *nb.Defers")
	}
	if recv := sig.Recv(); recv != nil {
		head = f.parameter(head, recv)
	}
	f.write(u.name, head, decl.Body)
	u.lines = f.shells
}

// infoOf is what the type checker noted about the package of an object.
func (p *Program) infoOf(obj types.Object) *types.Info {
	if p.tmpl != nil && obj.Pkg() != nil && p.tmpl.interpreted(obj.Pkg()) {
		return p.tmpl.info
	}
	return p.set.info
}
