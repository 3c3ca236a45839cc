// Package variables finds what a function does with its variables: which of them
// closures capture, which are assigned to again, and whose address is taken.
package variables

import (
	"go/ast"
	"go/token"
	"go/types"

	"nodebook/checker/internal/interpreter/lower/typeargs"
)

// Uses is what a function's body does with its variables. A nil node stands for
// the function itself, any other for a closure in it: a function literal, or the
// body of a range over a function.
type Uses struct {
	info     *types.Info
	s        typeargs.Map
	level    map[*types.Var]ast.Node   // the closure that declares it; nil is the function itself
	Captures map[ast.Node][]*types.Var // what a closure uses of the functions around it
	Assigned map[*types.Var]bool       // assigned to after its declaration
	shared   map[*types.Var]bool       // captured by a closure
	pinned   map[*types.Var]bool       // its address is taken
	Defers   map[ast.Node]bool         // closures with their own defer statement
	Escapes  map[ast.Node]bool         // functions with a return inside the body of a range over a function
	stack    []ast.Node
}

// Analyse looks at a function declaration or, for a variable's initial value,
// at an expression.
func Analyse(info *types.Info, s typeargs.Map, n ast.Node) *Uses {
	a := &Uses{
		info: info, s: s,
		level: map[*types.Var]ast.Node{}, Captures: map[ast.Node][]*types.Var{},
		Assigned: map[*types.Var]bool{}, shared: map[*types.Var]bool{}, pinned: map[*types.Var]bool{},
		Defers: map[ast.Node]bool{}, Escapes: map[ast.Node]bool{},
	}
	a.walk(n)
	return a
}

// Cell reports whether a variable lives in a cell, because closures or pointers
// share it.
func (a *Uses) Cell(v *types.Var) bool {
	return a.pinned[v] || a.shared[v] && a.Assigned[v]
}

func (a *Uses) top() ast.Node {
	if len(a.stack) == 0 {
		return nil
	}
	return a.stack[len(a.stack)-1]
}

func (a *Uses) walk(n ast.Node) {
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			a.ident(n)
		case *ast.FuncLit:
			a.inside(n, n.Type, n.Body)
			return false
		case *ast.RangeStmt:
			return a.rangeStmt(n)
		case *ast.AssignStmt:
			for _, x := range n.Lhs {
				a.assign(x)
			}
		case *ast.IncDecStmt:
			a.assign(n.X)
		case *ast.UnaryExpr:
			if n.Op == token.AND {
				a.pin(n.X)
			}
		case *ast.SliceExpr:
			if _, ok := a.typeOf(n.X).Underlying().(*types.Array); ok {
				a.pin(n.X)
			}
		case *ast.SelectorExpr:
			a.selector(n)
		case *ast.DeferStmt:
			a.Defers[a.function()] = true
		case *ast.ReturnStmt:
			if _, ok := a.top().(*ast.RangeStmt); ok {
				a.Escapes[a.function()] = true
			}
		case *ast.CaseClause:
			if v, ok := a.info.Implicits[n].(*types.Var); ok {
				a.level[v] = a.top()
			}
		}
		return true
	})
}

// function is the closure, or nil for the declared function, that a return
// statement at this point leaves.
func (a *Uses) function() ast.Node {
	for i := len(a.stack) - 1; i >= 0; i-- {
		if lit, ok := a.stack[i].(*ast.FuncLit); ok {
			return lit
		}
	}
	return nil
}

func (a *Uses) typeOf(x ast.Expr) types.Type { return a.s.Of(a.info.TypeOf(x)) }

// inside walks the parts of a closure.
func (a *Uses) inside(closure ast.Node, parts ...ast.Node) {
	a.stack = append(a.stack, closure)
	for _, n := range parts {
		a.walk(n)
	}
	a.stack = a.stack[:len(a.stack)-1]
}

// rangeStmt treats the body of a range over a function as the closure that it
// becomes.
func (a *Uses) rangeStmt(n *ast.RangeStmt) bool {
	if n.Tok == token.ASSIGN {
		for _, x := range []ast.Expr{n.Key, n.Value} {
			if x != nil {
				a.assign(x)
			}
		}
	}
	if _, ok := a.typeOf(n.X).Underlying().(*types.Signature); !ok {
		return true
	}
	a.walk(n.X)
	parts := []ast.Node{n.Body}
	for _, x := range []ast.Expr{n.Value, n.Key} {
		if x != nil {
			parts = append([]ast.Node{x}, parts...)
		}
	}
	a.inside(n, parts...)
	return false
}

// ident notes where a variable is declared and which closures capture it.
func (a *Uses) ident(id *ast.Ident) {
	if v, ok := a.info.Defs[id].(*types.Var); ok {
		a.level[v] = a.top()
		return
	}
	v, ok := a.info.Uses[id].(*types.Var)
	if !ok || v.IsField() || v.Parent() == nil || v.Parent() == v.Pkg().Scope() {
		return
	}
	owner, known := a.level[v]
	if !known || owner == a.top() {
		return
	}
	for i := len(a.stack) - 1; i >= 0 && a.stack[i] != owner; i-- {
		a.capture(a.stack[i], v)
	}
	a.shared[v] = true
}

func (a *Uses) capture(closure ast.Node, v *types.Var) {
	for _, have := range a.Captures[closure] {
		if have == v {
			return
		}
	}
	a.Captures[closure] = append(a.Captures[closure], v)
}

// assign notes an assignment to the variable that x is a part of.
func (a *Uses) assign(x ast.Expr) {
	if id, ok := ast.Unparen(x).(*ast.Ident); ok && a.info.Defs[id] != nil {
		return
	}
	if v := a.root(x); v != nil {
		a.Assigned[v] = true
	}
}

func (a *Uses) pin(x ast.Expr) {
	if v := a.root(x); v != nil {
		a.pinned[v] = true
	}
}

// selector pins a variable whose method with a pointer receiver is meant.
func (a *Uses) selector(x *ast.SelectorExpr) {
	tv, ok := a.info.Types[x.X]
	if !ok || !tv.IsValue() {
		return
	}
	t := a.s.Of(tv.Type)
	obj, index, indirect := types.LookupFieldOrMethod(t, true, a.pkg(x), x.Sel.Name)
	m, ok := obj.(*types.Func)
	if !ok || indirect || ThroughPointer(t, index[:len(index)-1]) {
		return
	}
	if _, ok := m.Signature().Recv().Type().Underlying().(*types.Pointer); ok {
		a.pin(x.X)
	}
}

func (a *Uses) pkg(x *ast.SelectorExpr) *types.Package {
	if obj := a.info.Uses[x.Sel]; obj != nil {
		return obj.Pkg()
	}
	return nil
}

// root is the variable whose memory x is a part of, or nil.
func (a *Uses) root(x ast.Expr) *types.Var {
	switch x := ast.Unparen(x).(type) {
	case *ast.Ident:
		obj := a.info.Uses[x]
		if obj == nil {
			obj = a.info.Defs[x]
		}
		v, _ := obj.(*types.Var)
		return v
	case *ast.SelectorExpr:
		sel := a.info.Selections[x]
		if sel == nil || sel.Kind() != types.FieldVal || ThroughPointer(a.typeOf(x.X), sel.Index()[:len(sel.Index())-1]) {
			return nil
		}
		if _, ok := a.typeOf(x.X).Underlying().(*types.Pointer); ok {
			return nil
		}
		return a.root(x.X)
	case *ast.IndexExpr:
		if _, ok := a.typeOf(x.X).Underlying().(*types.Array); ok {
			return a.root(x.X)
		}
	}
	return nil
}

// ThroughPointer reports whether a path of fields from a type begins at a pointer
// or crosses one.
func ThroughPointer(t types.Type, index []int) bool {
	for {
		if _, ok := t.Underlying().(*types.Pointer); ok {
			return true
		}
		if len(index) == 0 {
			return false
		}
		u, ok := t.Underlying().(*types.Struct)
		if !ok {
			return false
		}
		t, index = u.Field(index[0]).Type(), index[1:]
	}
}
