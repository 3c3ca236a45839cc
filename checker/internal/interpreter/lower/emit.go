package lower

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"
)

// Core is a piece of a program, ready to be run.
type Core struct {
	Text  string
	Setup string // the function to call before any other
	set   *Set
	at    string // the variable that holds the line of a checked program; "" is none
	lines []line
}

// global is a package variable. Its initial value belongs to it.
func (f *fn) global(v *types.Var) string {
	if v.Pkg() == nil || v.Parent() != v.Pkg().Scope() {
		beyond(v.Pos(), "uses the variable %s in a way that is not followed", v.Name())
	}
	u := f.p.variable(v)
	f.u.use(u)
	return u.name
}

// variable is the unit of a package variable.
func (p *Program) variable(v *types.Var) *unit {
	if u := p.globals[v]; u != nil {
		return u
	}
	u := p.unit(p.fresh(v.Name()), func(u *unit) {
		u.lines = []line{{"var " + u.name + " " + p.typ(v.Type()), v.Pos()}}
		if init := p.inits[v]; init != nil {
			u.use(p.initial(init))
		}
	})
	p.globals[v] = u
	return u
}

// Core writes what the entries need and has not been written before.
func (p *Program) Core(entries ...*Entry) *Core {
	c := &Core{set: p.set, Setup: p.fresh("setup")}
	want := map[*unit]bool{}
	var need func(*unit)
	need = func(u *unit) {
		if want[u] || p.emitted[u] || p.why(u) != nil {
			return
		}
		want[u] = true
		for _, x := range u.uses {
			need(x)
		}
	}
	for _, e := range entries {
		if e.Beyond != nil {
			continue
		}
		for _, u := range e.units {
			need(u)
		}
	}
	c.add("package main", token.NoPos)
	c.add("import nb \""+PreludePath+"\"", token.NoPos)
	for _, path := range slices.Sorted(maps.Keys(p.imports)) {
		c.add("import "+p.imports[path]+" \""+path+"\"", token.NoPos)
	}
	for ; p.shown < len(p.structList); p.shown++ {
		c.add("type "+p.structList[p.shown].name+" "+p.structList[p.shown].text, token.NoPos)
	}
	if p.Checked {
		c.at = p.fresh("at")
		c.add("var "+c.at+" int", token.NoPos)
	}
	for _, u := range p.units {
		if want[u] {
			c.write(u.lines)
			p.emitted[u] = true
		}
	}
	p.setup(c, want)
	var b strings.Builder
	for _, l := range c.lines {
		b.WriteString(l.text)
		b.WriteByte('\n')
	}
	c.Text = b.String()
	return c
}

// PreludePath is where the core imports its prelude from.
const PreludePath = "nb"

func (c *Core) add(text string, pos token.Pos) { c.lines = append(c.lines, line{text, pos}) }

// setup writes the function that tells the prelude about boxed types, sets the
// variables and calls the init functions, package by package.
func (p *Program) setup(c *Core, want map[*unit]bool) {
	c.add("func "+c.Setup+"() {", token.NoPos)
	if c.at != "" {
		c.add("nb.At(&"+c.at+")", token.NoPos)
	}
	for _, u := range p.units {
		if want[u] {
			c.lines = append(c.lines, u.setup...)
		}
	}
	for _, s := range []*Set{p.tmpl, p.set} {
		if s == nil {
			continue
		}
		for _, k := range s.order {
			p.setupPackage(c, k, s, want)
		}
	}
	c.add("}", token.NoPos)
}

func (p *Program) setupPackage(c *Core, k *pkg, s *Set, want map[*unit]bool) {
	for _, x := range k.init {
		if u := p.helpers[fmt.Sprintf("initial %d", x.Rhs.Pos())]; u != nil && want[u] {
			c.add(u.name+"()", x.Rhs.Pos())
		}
	}
	for _, f := range k.files {
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Recv != nil || fn.Name.Name != "init" {
				continue
			}
			for _, have := range p.funcs[s.info.Defs[fn.Name].(*types.Func)] {
				if want[have.unit] {
					c.add(have.unit.name+"()", fn.Pos())
				}
			}
		}
	}
}

// Imports are the compiled packages that the core imports.
func (p *Program) Imports() []string { return slices.Sorted(maps.Keys(p.imports)) }
