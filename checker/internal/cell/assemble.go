package cell

import (
	"fmt"
	"go/ast"
	"maps"
	"slices"
	"strings"

	"nodebook/checker/internal/typecheck"
	"nodebook/checker/internal/workbook"
)

// Program is cells put together to a Go program.
type Program struct {
	Source   string // for the compiler
	Led      string // for the interpreter: the same, its output led to us
	Cells    []int  // the cells in it, in order; the last is the one to be run
	Imports  []string
	Problems []Problem // syntax errors: there is no Source then

	Reference bool // one of the cells in it is for the references, so all are

	texts []string // of the Cells
}

// Assemble puts a program together that runs the last of the cells. The cells
// above it are the ones that have been run, in the page's order. What the last line's
// value is, and so how it is shown, the types tell; without them a call has none.
func Assemble(above []Cell, run Cell, pkgs Packages, types *typecheck.Workbook) *Program {
	return assemble(above, run, pkgs, types, needed)
}

// Prepare is [Assemble] for a page of l, and leads r to the code that the program is for: that
// of the [References] if one of its cells is for them. A value that the references
// have made is not made again by the learner's functions.
func (r *Runner) Prepare(above []Cell, run Cell, book *workbook.Book, l *workbook.Lesson, types *typecheck.Workbook) (*Program, error) {
	pkgs := PackagesOf(book, l)
	p := Assemble(above, run, pkgs, types)
	if !p.Reference {
		return p, nil
	}
	var err error
	if r.Overlay, err = References(r.Root, book, l); err != nil {
		return nil, err
	}
	return Assemble(above, run, pkgs, &typecheck.Workbook{Root: r.Root, Overlay: r.Overlay}), nil
}

// AssembleAll is [Assemble] with all the cells above, needed or not: for a look at
// what they declare.
func AssembleAll(above []Cell, run Cell, pkgs Packages) *Program {
	return assemble(above, run, pkgs, nil, func(earlier []*parsed, _ *parsed) []*parsed { return earlier })
}

func assemble(above []Cell, run Cell, pkgs Packages, types *typecheck.Workbook, choose func([]*parsed, *parsed) []*parsed) *Program {
	last, problems := parse(run)
	if len(problems) > 0 {
		return &Program{Problems: problems}
	}
	var earlier []*parsed
	for _, c := range above {
		if p, bad := parse(c); len(bad) == 0 {
			earlier = append(earlier, p)
		}
	}
	cells := append(choose(earlier, last), last)
	out := program(cells, earlier, pkgs, asStatement)
	if line := last.lastLine(); line != nil {
		if how := line.shown(last.File(), out.Source, types); how != asStatement {
			out = program(cells, earlier, pkgs, how)
		}
	}
	return out
}

// program puts parsed cells together. They may use what all earlier ones import.
func program(cells, earlier []*parsed, pkgs Packages, last showing) *Program {
	b := &builder{pkgs: pkgs, local: map[string]bool{}, last: last, imports: map[string]string{}}
	for _, p := range earlier {
		for name, text := range p.imports() {
			if name != "_" && name != "." {
				b.imports[name] = text
			}
		}
	}
	out := &Program{}
	for _, p := range cells {
		out.Cells = append(out.Cells, p.Number)
		out.texts = append(out.texts, p.Source)
		out.Reference = out.Reference || p.Reference
	}
	b.decideLocal(cells)
	b.dropReplaced(cells)
	b.declarations(cells)
	b.main(cells)
	b.finish(cells, out)
	return out
}

// needed are the earlier cells that last depends on. What a cell imports needs no run of it.
func needed(earlier []*parsed, last *parsed) []*parsed {
	in := map[*parsed]bool{last: true}
	all := append(slices.Clone(earlier), last)
	for grew := true; grew; {
		grew = false
		wanted, shared := map[string]bool{}, map[string]bool{}
		for p := range in {
			maps.Copy(wanted, p.wants)
			if p != last {
				for _, n := range p.made() {
					shared[n] = true
				}
			}
		}
		for _, p := range all {
			if in[p] {
				continue
			}
			declares := slices.ContainsFunc(p.made(), func(n string) bool { return wanted[n] })
			if declares || p.uses(shared) {
				in[p], grew = true, true
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(earlier), func(p *parsed) bool { return !in[p] })
}

// builder writes a program.
type builder struct {
	pkgs  Packages
	last  showing
	local map[string]bool // functions that see variables, so stand in main

	imports map[string]string // of the earlier cells: name in the program, import spec
	decls   strings.Builder
	body    strings.Builder
	gone    map[*chunk]bool // declared again by a later cell
}

// decideLocal finds the functions that use a variable of a cell, or another
// such function: they become variables of main, where they can see it.
func (b *builder) decideLocal(cells []*parsed) {
	variables := map[string]bool{}
	for _, p := range cells {
		for _, c := range p.chunks {
			if c.kind == statement {
				for _, n := range c.names {
					variables[n] = true
				}
			}
		}
	}
	for grew := true; grew; {
		grew = false
		for _, p := range cells {
			for _, c := range p.chunks {
				if c.kind != function || b.local[c.names[0]] {
					continue
				}
				for n := range c.uses {
					if (variables[n] || b.local[n]) && n != c.names[0] && !isParameter(c.fn, n) {
						b.local[c.names[0]], grew = true, true
					}
				}
			}
		}
	}
}

// isParameter reports whether a name means a parameter inside fn.
func isParameter(fn *ast.FuncDecl, name string) bool {
	for _, list := range []*ast.FieldList{fn.Type.Params, fn.Type.Results} {
		if list == nil {
			continue
		}
		for _, f := range list.List {
			for _, id := range f.Names {
				if id.Name == name {
					return true
				}
			}
		}
	}
	return false
}

// dropReplaced leaves out declarations that a later cell makes again, and the methods of a type
// that one does.
func (b *builder) dropReplaced(cells []*parsed) {
	b.gone = map[*chunk]bool{}
	latest, order := map[string]*parsed{}, map[*parsed]int{}
	for i, p := range cells {
		order[p] = i
		for _, n := range p.names() {
			latest[n] = p
		}
		for _, c := range p.chunks {
			if c.recv != "" {
				latest[c.recv+"."+c.method] = p
			}
		}
	}
	for _, p := range cells {
		for i := range p.chunks {
			c := &p.chunks[i]
			if c.recv != "" {
				of := latest[c.recv]
				b.gone[c] = latest[c.recv+"."+c.method] != p || of != nil && order[of] > order[p]
			}
			if c.kind != packageDecl && c.kind != function || len(c.names) == 0 {
				continue
			}
			b.gone[c] = !slices.ContainsFunc(c.names, func(n string) bool { return latest[n] == p })
		}
	}
}

// declarations writes what stands outside main.
func (b *builder) declarations(cells []*parsed) {
	for _, p := range cells {
		for i := range p.chunks {
			c := &p.chunks[i]
			if b.gone[c] || c.kind != packageDecl && (c.kind != function || b.local[c.names[0]]) {
				continue
			}
			fmt.Fprintf(&b.decls, "//line %s:%d:%d\n%s\n", p.File(), c.line, c.column, c.text)
		}
	}
}

// main writes the statements, each cell in a block inside the one before, so
// that it may declare a name again.
func (b *builder) main(cells []*parsed) {
	for i, p := range cells {
		if i == len(cells)-1 {
			b.body.WriteString(marker + "()\n")
		}
		b.body.WriteString("{\n")
		for _, c := range p.chunks {
			if c.kind == function && b.local[c.names[0]] {
				fmt.Fprintf(&b.body, "var %s func%s; _ = %s\n", c.names[0], strings.ReplaceAll(c.sig, "\n", " "), c.names[0])
			}
		}
		for _, c := range p.chunks {
			b.chunk(p, c, i == len(cells)-1)
		}
	}
	b.body.WriteString(strings.Repeat("}", len(cells)) + "\n")
}

func (b *builder) chunk(p *parsed, c chunk, last bool) {
	switch {
	case c.kind == function && b.local[c.names[0]]:
		fmt.Fprintf(&b.body, "%s = func%s /*line %s:%d:%d*/%s\n", c.names[0], strings.ReplaceAll(c.sig, "\n", " "), p.File(), c.bodyAt.Line, c.bodyAt.Column, c.body)
	case c.kind == expression:
		b.at(p, c)
		how := asStatement
		if last {
			how = b.last
		}
		call := calls[how]
		if call == "" && !c.call {
			call = drop
		}
		if call == "" {
			fmt.Fprintf(&b.body, "//line %s:%d:%d\n%s\n", p.File(), c.line, c.column, c.text)
		} else {
			fmt.Fprintf(&b.body, "%s(\n//line %s:%d:%d\n%s)%s\n", call, p.File(), c.line, c.column, c.text, strings.Repeat(")", strings.Count(call, "(")))
		}
	case c.kind == statement:
		b.at(p, c)
		fmt.Fprintf(&b.body, "//line %s:%d:%d\n%s\n", p.File(), c.line, c.column, c.text)
		for _, n := range c.names {
			b.body.WriteString("_ = " + n + "\n")
		}
	}
}

// at notes which statement of which cell runs now, for an interpreted program
// that crashes: of main's statements the interpreter cannot tell which it was.
func (b *builder) at(p *parsed, c chunk) {
	fmt.Fprintf(&b.body, "%s, %s = %d, %d\n", atCell, atLine, p.Number, c.line)
}
