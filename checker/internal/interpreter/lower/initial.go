package lower

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"

	"nodebook/checker/internal/interpreter/lower/variables"
)

// initial is the unit of a package variable's initial value: a function that
// sets it.
func (p *Program) initial(x *types.Initializer) *unit {
	key := fmt.Sprintf("initial %d", x.Rhs.Pos())
	if u := p.helpers[key]; u != nil {
		return u
	}
	u := p.unit(p.fresh("init"), func(u *unit) {
		info := p.infoOf(x.Lhs[0])
		f := &fn{p: p, u: u, info: info, a: variables.Analyse(info, nil, x.Rhs), vars: map[*types.Var]*local{}, pos: x.Rhs.Pos(),
			sig: types.NewSignatureType(nil, nil, nil, nil, nil, false)}
		if len(x.Lhs) == 1 {
			f.setGlobal(x.Lhs[0], f.as(x.Rhs, x.Lhs[0].Type()))
		} else {
			values, from := f.several(x.Rhs, len(x.Lhs))
			for i, v := range x.Lhs {
				f.setGlobal(v, f.conv(values[i], from[i], v.Type()))
			}
		}
		f.finish(u.name, nil, "")
		u.lines = f.shells
	})
	p.helpers[key] = u
	return u
}

func (f *fn) setGlobal(v *types.Var, value string) {
	if v.Name() == "_" {
		f.emit("nb.Use(" + value + ")")
		return
	}
	if !stable(value) {
		value = f.temp(v.Type(), value)
	}
	f.emit(f.global(v) + " = " + value)
}

// initUnits are what runs before anything of a package does, whoever asks for
// it: its init functions, those of what it imports, and initial values that do
// more than make a value. Of others, such as the call of a compiled function, it
// is enough to run those that are within the walls: nobody may use them, and most
// do not panic.
func (p *Program) initUnits(pk *types.Package) (units, others []*unit) {
	seen := map[*types.Package]bool{}
	var visit func(*types.Package)
	visit = func(pk *types.Package) {
		if seen[pk] || !p.interpreted(pk) {
			return
		}
		seen[pk] = true
		for _, imp := range pk.Imports() {
			visit(imp)
		}
		k := p.set.packages[pk.Path()]
		if k == nil {
			return
		}
		for _, x := range k.init {
			switch p.doing(x.Rhs) {
			case acts:
				units = append(units, p.initial(x))
			case mayEnd:
				others = append(others, p.initial(x))
			}
		}
		for _, f := range k.files {
			for _, d := range f.Decls {
				if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
					units = append(units, p.function(p.set.info.Defs[fn.Name].(*types.Func), nil, plainCall))
				}
			}
		}
	}
	visit(pk)
	return units, others
}

// What an initial value does beside being a value.
type doing int

const (
	nothing doing = iota
	mayEnd        // it may panic, or calls a compiled function
	acts          // it calls a function of the sources, or a value
)

func (p *Program) doing(x ast.Expr) doing {
	does := nothing
	ast.Inspect(x, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.CallExpr:
			does = max(does, p.calling(n))
		case *ast.IndexExpr, *ast.SliceExpr, *ast.StarExpr, *ast.TypeAssertExpr:
			does = max(does, mayEnd)
		case *ast.BinaryExpr:
			if n.Op == token.QUO || n.Op == token.REM {
				does = max(does, mayEnd)
			}
		}
		return true
	})
	return does
}

// calling is what a call does that is part of an initial value.
func (p *Program) calling(call *ast.CallExpr) doing {
	info := p.set.info
	if info.Types[call.Fun].IsType() || info.Types[call.Fun].IsBuiltin() {
		return nothing
	}
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return acts
	}
	fn, ok := info.Uses[sel.Sel].(*types.Func)
	switch {
	case !ok || p.interpreted(fn.Pkg()):
		return acts
	case fn.FullName() == "errors.New" || fn.FullName() == "fmt.Errorf":
		return nothing
	}
	return mayEnd
}
