package preflight

import (
	"go/ast"
	"go/types"
)

// decoder refuses a json.Decoder that two goroutines could use. The compiler reads the
// length of its buffer twice, as package trial says of the submission's own code; the
// standard library's is compiled as it is. So each is a variable of one function, of
// which nothing is said but its methods, or is used in the expression that makes it.
func (t *typed) decoder(id *ast.Ident) {
	const why = "%s other than as d := json.NewDecoder(...) in a function that calls the methods of d itself"
	if id.Name != "NewDecoder" {
		t.refuse(id, why, "json.Decoder")
		return
	}
	up := 1 // json.NewDecoder
	if _, ok := t.parent(0).(*ast.SelectorExpr); !ok {
		up = 0
	}
	call, ok := t.parent(up).(*ast.CallExpr)
	if !ok || t.callee(call) != t.info.Uses[id] {
		t.refuse(id, why, "json.NewDecoder")
		return
	}
	switch p := t.parent(up + 1).(type) {
	case *ast.SelectorExpr:
		if m, ok := t.parent(up + 2).(*ast.CallExpr); ok && m.Fun == p && !t.starts(up+3) {
			return
		}
	case *ast.AssignStmt:
		if name, ok := p.Lhs[0].(*ast.Ident); ok && len(p.Lhs) == 1 && t.info.Defs[name] != nil {
			return // its uses are looked at one by one
		}
	}
	t.refuse(id, why, "json.NewDecoder")
}

// starts reports whether a call is one of a goroutine.
func (t *typed) starts(up int) bool {
	_, ok := t.parent(up).(*ast.GoStmt)
	return ok
}

// decodes looks at a mention of a variable of the package's own that is a decoder.
func (t *typed) decodes(id *ast.Ident, obj types.Object) {
	v, ok := obj.(*types.Var)
	if !ok || !isDecoder(v.Type()) {
		return
	}
	s, ok := t.parent(0).(*ast.SelectorExpr)
	if ok && s.X == id && v.Parent() != t.pkg.Scope() && t.innermost(v) {
		if call, ok := t.parent(1).(*ast.CallExpr); ok && call.Fun == s && !t.starts(2) {
			return
		}
	}
	t.refuse(id, "%s is a json.Decoder: in the function that makes it, call its methods, and do nothing else with it", id.Name)
}

func isDecoder(x types.Type) bool {
	if p, ok := types.Unalias(x).(*types.Pointer); ok {
		x = p.Elem()
	}
	return fullName(x) == "encoding/json.Decoder"
}

// innermost reports whether a variable is declared in the innermost function.
func (t *typed) innermost(v *types.Var) bool {
	for up := 0; ; up++ {
		n := t.parent(up)
		switch n.(type) {
		case nil:
			return false
		case *ast.FuncLit, *ast.FuncDecl:
			return n.Pos() <= v.Pos() && v.Pos() < n.End()
		}
	}
}
