package cell

import (
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"nodebook/checker/internal/typecheck"
)

// showing is what is done with the expression on a cell's last line.
type showing int

const (
	asStatement showing = iota // it is run, and has no value, or none to be seen
	asValue
	asResults // of a call; an error among them that is nil is left out
	asList
	asPicture
	asText // as fmt prints it
	asBig  // a constant that is too large for an int
)

const valuePackage = "nodebookValue" // what an expression is handed to

var (
	calls = map[showing]string{asValue: valuePackage + ".Value", asResults: valuePackage + ".Results", asList: valuePackage + ".List", asPicture: valuePackage + ".Show", asText: valuePackage + ".Println", asBig: valuePackage + ".Println(uint64"}
	from  = map[showing]string{asValue: "nodebook/fixtures/show", asResults: "nodebook/fixtures/show", asList: "nodebook/fixtures/show", asPicture: "nodebook/fixtures/show/picture", asText: "fmt", asBig: "fmt"}
)

// shown decides how the expression is shown, by its type in a program in which it is a
// statement.
func (c *chunk) shown(file, program string, w *typecheck.Workbook) showing {
	unknown := asValue
	switch {
	case c.call:
		unknown = asStatement
	case c.list:
		unknown = asList
	}
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "main.go", program, parser.SkipObjectResolution)
	if w == nil || err != nil {
		return unknown
	}
	here := func(p token.Pos) bool {
		at := fset.Position(p)
		return at.Filename == file && at.Line == c.line && at.Column == c.column
	}
	x := expressionAt(f, here)
	if x == nil {
		return unknown
	}
	w.Lock()
	defer w.Unlock()
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}}
	w.Check("main", fset, []*ast.File{f}, info, nil)
	if c.list {
		if !Compiler() && ownInList(f, here, info) {
			return asText
		}
		return unknown
	}
	tv := info.Types[x]
	switch {
	case tv.Type == nil || tv.Type == types.Typ[types.Invalid]:
		return unknown
	case !tv.IsValue() && !isTuple(tv.Type), writes(x, info), isNothing(tv.Type):
		return asStatement
	case tv.Value != nil && tooBig(tv):
		return asBig
	case isCall(x) && endsInError(tv.Type):
		return asResults
	case isTuple(tv.Type):
		return asResults
	case isPicture(w, tv.Type):
		return asPicture
	case !Compiler() && own(tv.Type, map[types.Type]bool{}):
		return asText // the interpreter does not know what its fields are called
	}
	return asValue
}

// expressionAt finds the largest expression that begins at a place. It is the last
// one there: text of ours that follows a cell's is counted on from its lines.
func expressionAt(f *ast.File, is func(token.Pos) bool) (found ast.Expr) {
	ast.Inspect(f, func(n ast.Node) bool {
		if x, ok := n.(ast.Expr); ok && is(x.Pos()) && (found == nil || x.Pos() > found.Pos()) {
			found = x
		}
		return true
	})
	return found
}

// ownInList reports whether one of a list's values has a type that the interpreter
// cannot tell the fields of. The list is what drop is called with.
func ownInList(f *ast.File, is func(token.Pos) bool, info *types.Info) (found bool) {
	ast.Inspect(f, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		found = found || ok && len(call.Args) > 1 && is(call.Args[0].Pos()) && slices.ContainsFunc(call.Args, func(x ast.Expr) bool {
			t := info.TypeOf(x)
			return t != nil && own(t, map[types.Type]bool{})
		})
		return !found
	})
	return found
}

func isCall(x ast.Expr) bool {
	_, ok := ast.Unparen(x).(*ast.CallExpr)
	return ok
}

// tooBig reports whether a constant would have the type int, and does not fit.
func tooBig(tv types.TypeAndValue) bool {
	basic, ok := tv.Type.(*types.Basic)
	if !ok || basic.Kind() != types.UntypedInt && basic.Kind() != types.Int || tv.Value.Kind() != constant.Int {
		return false
	}
	_, exact := constant.Int64Val(tv.Value)
	return !exact
}

func isTuple(t types.Type) bool {
	_, ok := t.(*types.Tuple)
	return ok
}

// isNothing reports whether a type has one value only: what a channel that is closed
// gives, say.
func isNothing(t types.Type) bool {
	if tuple, ok := t.(*types.Tuple); ok {
		return tuple.Len() == 0
	}
	s, ok := t.Underlying().(*types.Struct)
	return ok && s.NumFields() == 0
}

// writes reports whether x calls a function that prints: nobody wants to see how many
// bytes it has written.
func writes(x ast.Expr, info *types.Info) bool {
	call, ok := ast.Unparen(x).(*ast.CallExpr)
	if !ok {
		return false
	}
	var id *ast.Ident
	switch fun := ast.Unparen(call.Fun).(type) {
	case *ast.Ident:
		id = fun
	case *ast.SelectorExpr:
		id = fun.Sel
	default:
		return false
	}
	f, ok := info.Uses[id].(*types.Func)
	if !ok || f.Pkg() == nil || strings.HasPrefix(f.Pkg().Path(), "nodebook/") {
		return false
	}
	return slices.ContainsFunc([]string{"Print", "Fprint", "Write"}, func(p string) bool { return strings.HasPrefix(f.Name(), p) })
}

func endsInError(t types.Type) bool {
	if tuple, ok := t.(*types.Tuple); ok {
		t = tuple.At(tuple.Len() - 1).Type()
	}
	return types.Identical(t, types.Universe.Lookup("error").Type())
}

func isPicture(w *typecheck.Workbook, t types.Type) bool {
	pkg, err := w.Import("image")
	if err != nil {
		return false
	}
	of, ok := pkg.Scope().Lookup("Image").Type().Underlying().(*types.Interface)
	return ok && types.Implements(t, of)
}

// own reports whether a type is, or has in it, one that a cell or a lesson declares.
func own(t types.Type, seen map[types.Type]bool) bool {
	if seen[t] {
		return false
	}
	seen[t] = true
	if named, ok := types.Unalias(t).(*types.Named); ok && named.Obj().Pkg() != nil {
		path := named.Obj().Pkg().Path()
		if path == "main" || strings.HasPrefix(path, "nodebook/lessons/") {
			return true
		}
	}
	switch u := t.Underlying().(type) {
	case *types.Struct:
		for f := range u.Fields() {
			if own(f.Type(), seen) {
				return true
			}
		}
	case *types.Map:
		return own(u.Key(), seen) || own(u.Elem(), seen)
	case interface{ Elem() types.Type }: // a pointer, a slice, an array, a channel
		return own(u.Elem(), seen)
	}
	return false
}
