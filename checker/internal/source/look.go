package source

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/scanner"
	"go/token"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"nodebook/checker/internal/report"
	"nodebook/checker/internal/stub"
	"nodebook/checker/internal/workbook"
	"nodebook/lessons/todo"
)

// Look is what the source alone tells, before anything is compiled.
type Look struct {
	Problems []report.Problem // syntax errors, missing folders, imports that cannot be: their packages do not compile
	Funcs    map[string]Func  // by package folder and name: lessons/lesson1/framing.ReadMagic
	changed  []report.Problem // functions that are gone or have another signature
}

// Func is one function of the learner's.
type Func struct {
	Place string // lessons/lesson1/framing/magic.go:31
	Stub  bool
	uses  []string // names that occur in it
	types string   // its signature without parameter names
}

// Examine parses the files of the judged lesson.
func Examine(t *Tree) *Look {
	k := &Look{Funcs: map[string]Func{}}
	fset := token.NewFileSet()
	graph := imported{}
	for _, p := range t.Lesson.Packages {
		dir := "lessons/" + p.Dir
		n, before := 0, len(k.Problems)
		for _, name := range slices.Sorted(maps.Keys(t.Files)) {
			if path.Dir(name) != dir || !Built(name, t.Files[name]) {
				continue
			}
			n++
			f, err := parser.ParseFile(fset, name, t.Files[name], parser.SkipObjectResolution)
			if err != nil {
				k.syntax(name, err, mostProblems-(len(k.Problems)-before))
				continue
			}
			if f.Name.Name != p.Name {
				k.Problems = append(k.Problems, report.Problem{Place: fset.Position(f.Name.Pos()).String(),
					Message: fmt.Sprintf("this file says package %s; the folder holds package %s", f.Name.Name, p.Name)})
			}
			k.funcs(fset, dir, f)
			graph.add(p.Dir, fset, f)
		}
		if _, err := os.Stat(filepath.Join(t.Root, filepath.FromSlash(dir))); err != nil || n == 0 {
			k.Problems = append(k.Problems, report.Problem{Place: dir,
				Message: "there is no Go file here: the lesson's stubs belong here (checker reset " + t.Lesson.Name + " brings them back)"})
		}
	}
	k.Problems = append(k.Problems, graph.problems(t)...)
	for _, p := range t.Lesson.Packages {
		for _, f := range p.Funcs {
			k.compare(p, f)
		}
	}
	return k
}

const mostProblems = 10 // of a package

// syntax keeps the first errors, at most so many, of a file that is not Go.
func (k *Look) syntax(name string, err error, most int) {
	var list scanner.ErrorList
	if !errors.As(err, &list) {
		k.Problems = append(k.Problems, report.Problem{Place: name, Message: err.Error()})
		return
	}
	list.RemoveMultiples()
	for _, e := range list[:max(0, min(len(list), most))] {
		k.Problems = append(k.Problems, report.Problem{
			Place:   fmt.Sprintf("%s:%d:%d", name, e.Pos.Line, e.Pos.Column),
			Message: "syntax error: " + e.Msg})
	}
}

func (k *Look) funcs(fset *token.FileSet, dir string, f *ast.File) {
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		at := fset.Position(fn.Pos())
		k.Funcs[dir+"."+todo.FuncName(fn)] = Func{
			Place: fmt.Sprintf("%s:%d", at.Filename, at.Line),
			Stub:  todo.IsStub(fn),
			uses:  uses(fn, imports(f)),
			types: SignatureTypes(fn.Type),
		}
	}
}

// uses names the functions that a function may call: what stands where a value
// can, without fields, which may have a function's name, and without what other
// modules' packages export: binary.BigEndian is not the learner's BigEndian.
func uses(fn *ast.FuncDecl, own map[string]bool) []string {
	if fn.Body == nil {
		return nil
	}
	seen, fields := map[string]bool{}, map[*ast.Ident]bool{}
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.CallExpr:
			if f, ok := x.Fun.(*ast.SelectorExpr); ok {
				fields[f.Sel] = false // a method, or a package's function
			}
		case *ast.SelectorExpr:
			if pkg, ok := x.X.(*ast.Ident); ok {
				if of, imported := own[pkg.Name]; imported {
					seen[x.Sel.Name] = seen[x.Sel.Name] || of
					return false
				}
			}
			if _, called := fields[x.Sel]; !called {
				fields[x.Sel] = true
			}
		case *ast.KeyValueExpr:
			if key, ok := x.Key.(*ast.Ident); ok {
				fields[key] = true
			}
		case *ast.Ident:
			if !fields[x] {
				seen[x.Name] = true
			}
		}
		return true
	})
	maps.DeleteFunc(seen, func(_ string, of bool) bool { return !of })
	return slices.Sorted(maps.Keys(seen))
}

// imports are the names of a file's imports, and whether they are of the
// workbook.
func imports(f *ast.File) map[string]bool {
	names := map[string]bool{}
	for _, spec := range f.Imports {
		names[stub.ImportName(spec)] = strings.HasPrefix(spec.Path.Value, `"nodebook/lessons/`)
	}
	return names
}

// compare notes a function that is gone, or whose signature is another one.
func (k *Look) compare(p *workbook.Package, want *workbook.Func) {
	got, ok := k.Funcs["lessons/"+p.Dir+"."+want.Name]
	if !ok {
		k.changed = append(k.changed, report.Problem{Place: "lessons/" + want.File,
			Message: fmt.Sprintf("%s is missing; the lesson needs\n    %s", want.Name, want.Signature)})
		return
	}
	f, err := parser.ParseFile(token.NewFileSet(), "", "package p\n"+want.Signature, parser.SkipObjectResolution)
	if err != nil || len(f.Decls) == 0 {
		return
	}
	if fn, ok := f.Decls[0].(*ast.FuncDecl); ok && SignatureTypes(fn.Type) != got.types {
		k.changed = append(k.changed, report.Problem{Place: got.Place,
			Message: fmt.Sprintf("%s has another signature; the lesson needs\n    %s", want.Name, want.Signature)})
	}
}

// Changed are the functions that are missing or have another signature than the
// lesson's. They matter only when the hidden tests do not compile.
func (k *Look) Changed() []report.Problem { return k.changed }

// Func is what was found of an exercise's function.
func (k *Look) Func(e *workbook.Exercise, name string) Func {
	return k.Funcs["lessons/"+e.Package.Dir+"."+name]
}

// Stub tells whether an exercise has not been begun: one of its functions is
// still a stub.
func (k *Look) Stub(e *workbook.Exercise) bool {
	for _, f := range e.Funcs {
		if k.Func(e, f.Name).Stub {
			return true
		}
	}
	return false
}

// Uses tells whether code of e reaches a function of that name, directly or
// through other functions of its package. Names alone decide.
func (k *Look) Uses(e *workbook.Exercise, name string) bool {
	dir := "lessons/" + e.Package.Dir
	name = name[strings.LastIndexByte(name, '.')+1:]
	seen := map[string]bool{}
	var reach func(fn string) bool
	reach = func(fn string) bool {
		f, ok := k.Funcs[dir+"."+fn]
		if !ok || seen[fn] {
			return false
		}
		seen[fn] = true
		if slices.Contains(f.uses, name) {
			return true
		}
		return slices.ContainsFunc(f.uses, reach)
	}
	return slices.ContainsFunc(e.Funcs, func(f *workbook.Func) bool { return reach(f.Name) })
}

// SignatureTypes is a signature without the names of its parameters.
func SignatureTypes(t *ast.FuncType) string {
	var b strings.Builder
	list := func(fields *ast.FieldList) {
		b.WriteString("(")
		if fields != nil {
			for _, f := range fields.List {
				for range max(1, len(f.Names)) {
					printer.Fprint(&b, token.NewFileSet(), f.Type)
					b.WriteString(",")
				}
			}
		}
		b.WriteString(")")
	}
	list(t.Params)
	list(t.Results)
	return b.String()
}
