package preflight

import (
	"go/ast"
	"go/types"
	"slices"
)

// whole are types of which the standard library's own code reads more memory than they
// have: the runtime takes a pointer to a time.Timer for one to a larger struct of its
// own. Of a copy, what follows it in memory would be the rest.
var whole = []string{"time.Timer", "time.Ticker"}

func isWhole(x types.Type) bool { return slices.Contains(whole, fullName(x)) }

// fullName is the name of a named type with its package's path; "" of another type.
func fullName(x types.Type) string {
	n, ok := types.Unalias(x).(*types.Named)
	if !ok || n.Obj().Pkg() == nil {
		return ""
	}
	return n.Obj().Pkg().Path() + "." + n.Obj().Name()
}

// copied refuses the value behind a pointer to one of them, other than to name what it
// has. In generic code nobody sees what is copied: see [guardedType].
func (t *typed) copied(n *ast.StarExpr) {
	x, ok := t.info.Types[n]
	if !ok || !x.IsValue() || !isWhole(x.Type) {
		return
	}
	up := 0
	for {
		if _, ok := t.parent(up).(*ast.ParenExpr); !ok {
			break
		}
		up++
	}
	if _, ok := t.parent(up).(*ast.SelectorExpr); ok {
		return
	}
	t.refuse(n, "a copy of a %s, which only works where it was made: use the pointer", types.TypeString(x.Type, (*types.Package).Name))
}
