package todo

import (
	"go/ast"
	"go/token"
)

// IsStub reports whether fn is still as the workbook handed it out: its body is
// empty, or one return of nothing but zero values and [Err].
func IsStub(fn *ast.FuncDecl) bool {
	if fn.Body == nil {
		return false
	}
	if len(fn.Body.List) == 0 {
		return fn.Type.Results == nil
	}
	ret, ok := fn.Body.List[0].(*ast.ReturnStmt)
	if !ok || len(fn.Body.List) > 1 || len(ret.Results) == 0 {
		return false
	}
	for _, x := range ret.Results {
		if !isZero(x) {
			return false
		}
	}
	return true
}

// isZero reports whether x is written as a zero value or as todo.Err.
func isZero(x ast.Expr) bool {
	switch x := x.(type) {
	case *ast.BasicLit:
		return x.Kind == token.INT && x.Value == "0" || x.Kind == token.STRING && x.Value == `""`
	case *ast.Ident:
		return x.Name == "nil" || x.Name == "false"
	case *ast.CompositeLit:
		return len(x.Elts) == 0
	case *ast.SelectorExpr:
		pkg, ok := x.X.(*ast.Ident)
		return ok && pkg.Name == "todo" && x.Sel.Name == "Err"
	case *ast.CallExpr: // *new(T), the zero value of a type parameter
		fn, ok := x.Fun.(*ast.Ident)
		return ok && fn.Name == "new"
	case *ast.StarExpr:
		return isZero(x.X)
	}
	return false
}

// FuncName is a function's name, a method's with its type: "Services.Has".
func FuncName(fn *ast.FuncDecl) string {
	if fn.Recv == nil || len(fn.Recv.List) == 0 {
		return fn.Name.Name
	}
	t := fn.Recv.List[0].Type
	if p, ok := t.(*ast.StarExpr); ok {
		t = p.X
	}
	switch g := t.(type) {
	case *ast.IndexExpr:
		t = g.X
	case *ast.IndexListExpr:
		t = g.X
	}
	if id, ok := t.(*ast.Ident); ok {
		return id.Name + "." + fn.Name.Name
	}
	return fn.Name.Name
}
