package lower

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// exit is a way out of the body of a range over a function that the function
// around it has to follow up: a return, or a jump to one of its own loops.
type exit struct {
	tok   token.Token // RETURN, BREAK or CONTINUE
	label string
}

// rangeFunc lowers a range over a function: the body becomes a function that
// tells by its result whether to go on, and by a number in a cell what is to
// happen afterwards.
func (f *fn) rangeFunc(s *ast.RangeStmt, label string, sig *types.Signature) {
	iter := f.expr(s.X)
	if !stable(iter) {
		iter = f.temp(f.typeOf(s.X), iter)
	}
	iter = f.checkPointer(iter, f.typeOf(s.X))
	yield := sig.Params().At(0).Type().Underlying().(*types.Signature)
	state := &local{name: f.p.fresh("state"), cell: true, typ: types.Typ[types.Int]}
	f.emit("var " + state.name + " *int = new(int)")
	child := &fn{
		p: f.p, u: f.u, info: f.info, s: f.s, a: f.a, node: s, pos: s.Pos(),
		sig: f.sig, results: f.results, inCells: f.inCells, vars: map[*types.Var]*local{}, outer: f,
	}
	if !f.inCells && f.a.Escapes[f.function()] && f.sig.Results().Len() > 0 {
		beyond(s.Pos(), "returns from the body of a range over a function in a way that is not followed")
	}
	params, args := f.captured(s, child)
	params, args = f.handDown(child, state, params, args)
	round := &target{label: label, name: f.p.fresh("round"), next: f.p.fresh("step"), loop: true}
	child.flow = []*target{round}
	child.yieldParams(s, yield, &params)
	child.emit(round.next + ":")
	child.emit("for {")
	child.block(s.Body.List)
	child.emit("break")
	child.emit("}")
	child.emit("return true")
	child.leaveRound(round)
	body := f.p.fresh("body")
	child.finish(body, params, " bool")
	f.shells = append(f.shells, child.shells...)
	f.emit(iter + "(nb.Bind(" + strings.Join(append([]string{body}, args...), ", ") + ").(" + f.p.typ(f.s.Of(yield)) + "))")
	f.follow(state, child.exits)
}

// function is the node of the function that a return leaves.
func (f *fn) function() ast.Node {
	for f.outer != nil {
		f = f.outer
	}
	return f.node
}

// handDown gives the body what it needs of the function around it besides
// variables: the cells of the results, the state, the deferred calls.
func (f *fn) handDown(child *fn, state *local, params, args []string) ([]string, []string) {
	pass := func(l *local, t string) *local {
		mine := &local{name: f.p.fresh("in"), cell: l.cell, typ: l.typ}
		params = append(params, mine.name+" "+t)
		args = append(args, l.name)
		return mine
	}
	child.state = pass(state, "*int")
	if f.inCells {
		child.results = nil
		for _, l := range f.results {
			child.results = append(child.results, pass(l, "*"+f.p.typ(l.typ)))
		}
	}
	if f.defers != "" {
		child.defers = pass(&local{name: f.defers}, "*nb.Defers").name
	}
	if f.recover != "" {
		child.recover = pass(&local{name: f.recover}, "*nb.Defers").name
	}
	return params, args
}

// yieldParams adds the parameters that the iterator's values come in.
func (f *fn) yieldParams(s *ast.RangeStmt, yield *types.Signature, params *[]string) {
	for i, x := range []ast.Expr{s.Key, s.Value} {
		if i >= yield.Params().Len() {
			return
		}
		t := f.s.Of(yield.Params().At(i).Type())
		in := f.p.fresh("a")
		*params = append(*params, in+" "+f.p.typ(t))
		f.give(s, x, in, t)
	}
}

// leaveRound turns the body's own break, which the flow has written as one to
// the round's label, into the end of the iteration.
func (f *fn) leaveRound(t *target) {
	for i, l := range f.out {
		if l.text == "break "+t.name {
			f.out[i].text = "return false"
		}
	}
}

// exit leaves the body for something in the function around it.
func (f *fn) exit(e exit) {
	n := 0
	for i, have := range f.exits {
		if have == e {
			n = i + 1
		}
	}
	if n == 0 {
		f.exits = append(f.exits, e)
		n = len(f.exits)
	}
	f.emit("*" + f.state.name + " = " + itoa(n))
	f.emit("return false")
}

func (f *fn) returnFromRange(s *ast.ReturnStmt) {
	res := f.sig.Results()
	if len(s.Results) > 0 {
		f.fillResults(f.returned(s, res), res)
	}
	f.exit(exit{tok: token.RETURN})
}

// follow does after the iteration what its body left it for.
func (f *fn) follow(state *local, exits []exit) {
	for i, e := range exits {
		f.emit("if *" + state.name + " == " + itoa(i+1) + " {")
		switch {
		case e.tok == token.RETURN && f.outer != nil:
			f.exit(e)
		case e.tok == token.RETURN:
			f.returnStmt(&ast.ReturnStmt{Return: f.pos})
		default:
			var label *ast.Ident
			if e.label != "" {
				label = ast.NewIdent(e.label)
			}
			f.branch(&ast.BranchStmt{TokPos: f.pos, Tok: e.tok, Label: label})
		}
		f.emit("}")
	}
}
