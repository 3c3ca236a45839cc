package assist

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strings"

	"nodebook/checker/internal/cell"
	"nodebook/checker/internal/workbook"
)

// mostProblems bounds an answer: the first ones count.
const mostProblems = 20

// Problems returns the errors of a snippet that the compiler would report, at their
// places in it: those of syntax if there are any, otherwise those of types.
func (a *Assistant) Problems(s Snippet) []cell.Problem {
	a.types.Lock()
	defer a.types.Unlock()
	var all []cell.Problem
	if s.Package != "" {
		all = a.problemsInPackage(s)
	} else {
		all = a.problemsInCell(s)
	}
	return all[:min(len(all), mostProblems)]
}

func (a *Assistant) problemsInCell(s Snippet) []cell.Problem {
	if strings.TrimSpace(s.Source) == "" {
		return nil
	}
	number := s.number()
	p := cell.Assemble(s.Above, cell.Cell{Number: number, Source: s.Source}, s.Names, nil)
	if len(p.Problems) > 0 {
		return p.Problems
	}
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "main.go", p.Source, parser.SkipObjectResolution)
	if err != nil {
		return nil // it was parsed in pieces before
	}
	name := cell.Cell{Number: number}.File()
	return a.typeErrors("main", fset, []*ast.File{f}, func(at token.Position) bool { return at.Filename == name })
}

// number is the number of the snippet among the cells above it.
func (s Snippet) number() int {
	n := 1
	for _, c := range s.Above {
		n = max(n, c.Number+1)
	}
	return n
}

func (a *Assistant) problemsInPackage(s Snippet) []cell.Problem {
	head := "package " + filepath.Base(s.Package) + "\n//line " + hereFile + ":1:1\n"
	_, err := parser.ParseFile(token.NewFileSet(), hereFile, head+s.Source, parser.SkipObjectResolution)
	var list scanner.ErrorList
	if errors.As(err, &list) {
		list.RemoveMultiples()
		var out []cell.Problem
		for _, e := range list {
			out = append(out, cell.Problem{Line: e.Pos.Line, Column: e.Pos.Column, Message: e.Msg})
		}
		return out
	}
	fset, files := a.packageWith(s, s.Source)
	if files == nil {
		return nil
	}
	return a.typeErrors("nodebook/"+s.Package, fset, files, func(at token.Position) bool { return filepath.Base(at.Filename) == hereFile })
}

// typeErrors are the type checker's errors at places that are wanted.
func (a *Assistant) typeErrors(path string, fset *token.FileSet, files []*ast.File, wanted func(token.Position) bool) []cell.Problem {
	var out []cell.Problem
	a.types.Check(path, fset, files, nil, func(err error) {
		var e types.Error
		if !errors.As(err, &e) {
			return
		}
		at := e.Fset.Position(e.Pos)
		// What follows from an error is indented, and says no more than the error.
		if wanted(at) && !strings.HasPrefix(e.Msg, "\t") {
			out = append(out, cell.Problem{Line: at.Line, Column: at.Column, Message: e.Msg})
		}
	})
	slices.SortStableFunc(out, func(x, y cell.Problem) int { return x.Line - y.Line })
	return out
}

// Place is where a name is declared.
type Place struct {
	Cell int    `json:"cell,omitempty"` // the number of a cell above, or of the snippet
	File string `json:"file,omitempty"` // lessons/lesson1/framing/magic.go; "" if it is in the snippet or a cell
	Func string `json:"func,omitempty"` // the function that is declared there, if it is one
	Line int    `json:"line"`
}

// Definition returns where the name at the cursor is declared; ok is false if that is
// not in the workbook.
func (a *Assistant) Definition(s Snippet) (at Place, ok bool) {
	a.types.Lock()
	defer a.types.Unlock()
	from, to := s.word()
	if from == to {
		return Place{}, false
	}
	p := a.place(s, from)
	if p == nil {
		return Place{}, false
	}
	obj := p.lookup(s.Source[from:to])
	if obj == nil || obj.Pkg() == nil {
		return Place{}, false
	}
	if f, ok := obj.(*types.Func); ok {
		at.Func = f.Name()
		if recv := f.Signature().Recv(); recv != nil {
			t := recv.Type()
			if ptr, ok := t.(*types.Pointer); ok {
				t = ptr.Elem()
			}
			if named, ok := t.(*types.Named); ok {
				at.Func = named.Obj().Name() + "." + f.Name()
			}
		}
	}
	fset := p.fset
	if obj.Pkg() != p.pkg {
		ours := a.types.Package(obj.Pkg().Path())
		if ours == nil {
			return Place{}, false
		}
		fset = ours.Fset
	}
	if !obj.Pos().IsValid() {
		return Place{}, false
	}
	where := fset.Position(obj.Pos())
	at.Line = where.Line
	if base := filepath.Base(where.Filename); base == hereFile {
		return at, true
	}
	for _, c := range append(slices.Clone(s.Above), cell.Cell{Number: s.number()}) {
		if where.Filename == c.File() {
			at.Cell = c.Number
			return at, true
		}
	}
	rel, err := filepath.Rel(a.types.Root, where.Filename)
	if err != nil || strings.HasPrefix(rel, "..") || !strings.HasSuffix(rel, ".go") {
		return Place{}, false
	}
	at.File = filepath.ToSlash(rel)
	return at, true
}

// packageWith are the files of the snippet's package, of which the first is text; it
// takes the place of functions of the same names.
func (a *Assistant) packageWith(s Snippet, text string) (*token.FileSet, []*ast.File) {
	fset := token.NewFileSet() // a shared one would grow with each key
	path := "nodebook/" + s.Package
	head := "package " + filepath.Base(s.Package) + "\n"
	bare, _ := parser.ParseFile(token.NewFileSet(), "", head+text, 0)
	if bare == nil {
		return nil, nil
	}
	var imports strings.Builder
	for _, id := range bare.Unresolved {
		if p := s.Names[id.Name]; p != "" && p != path && !strings.Contains(imports.String(), `"`+p+`"`) {
			imports.WriteString("import \"" + p + "\"\n")
		}
	}
	f, _ := parser.ParseFile(fset, "head.go", head+imports.String()+"//line "+hereFile+":1:1\n"+text, parser.SkipObjectResolution)
	if f == nil {
		return nil, nil
	}
	mine := map[string]bool{}
	for _, d := range f.Decls {
		for _, name := range workbook.Declared(d) {
			mine[name] = name != "_"
		}
	}
	files := []*ast.File{f}
	for _, src := range a.types.Sources(s.Package) {
		other, _ := parser.ParseFile(fset, src.Name, src.Source, parser.SkipObjectResolution)
		if other == nil {
			continue
		}
		other.Decls = slices.DeleteFunc(other.Decls, func(d ast.Decl) bool {
			return slices.ContainsFunc(workbook.Declared(d), func(name string) bool { return mine[name] })
		})
		files = append(files, other)
	}
	return fset, files
}

// hereFile is what positions in a snippet of a package call it. No file of the workbook
// has a name like this.
const hereFile = "nodebookHere.go"
