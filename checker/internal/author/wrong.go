package author

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"iter"
	"slices"
	"strings"

	"nodebook/checker/internal/report"
	"nodebook/checker/internal/stub"
	"nodebook/checker/internal/workbook"
	"nodebook/fixtures/unwritten"
)

// Wrong is a wrong solution: what a beginner might write instead of some
// functions of the reference.
type Wrong struct {
	Lesson  *workbook.Lesson
	Package *workbook.Package
	File    string // solutions/lesson1/framing/testdata/wrong/short-read.txt
	What    string // the header's "wrong:"
	Refused string // the exercise that must refuse it
	Also    []string
	Verdict report.Verdict
	Outside report.Verdict // from another process, if that is another one
	Varies  string         // why the message is not the same each time, or ""
	Breaks  []string       // sentences of the exercise's doc comment, by their first words
	Passes  []string       // of a right solution: the exercises that it solves
	Source  []byte
}

// Wrongs are the wrong solutions of a lesson.
func (r *Repo) Wrongs(l *workbook.Lesson) ([]*Wrong, error) {
	return r.variants(l, "wrong", ParseWrong)
}

type parseVariant func(l *workbook.Lesson, p *workbook.Package, file string, src []byte) (*Wrong, error)

// variants are the solutions in one folder of each package's testdata.
func (r *Repo) variants(l *workbook.Lesson, folder string, parse parseVariant) ([]*Wrong, error) {
	var all []*Wrong
	for _, p := range l.Packages {
		names, err := fs.Glob(r.Book.Solutions, p.Dir+"/testdata/"+folder+"/*.txt")
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			src, err := fs.ReadFile(r.Book.Solutions, name)
			if err != nil {
				return nil, err
			}
			w, err := parse(l, p, "solutions/"+name, src)
			if err != nil {
				return nil, fmt.Errorf("solutions/%s: %w", name, err)
			}
			all = append(all, w)
		}
	}
	return all, nil
}

// header reads the lines "// name: value" that a solution's file starts with.
func header(src []byte) iter.Seq2[string, string] {
	return func(yield func(name, value string) bool) {
		for line := range strings.Lines(string(src)) {
			text, ok := strings.CutPrefix(line, "// ")
			if !ok {
				return
			}
			if name, value, ok := strings.Cut(strings.TrimSpace(text), ": "); ok && !yield(name, value) {
				return
			}
		}
	}
}

// ParseWrong reads a wrong solution and its header.
func ParseWrong(l *workbook.Lesson, p *workbook.Package, file string, src []byte) (*Wrong, error) {
	w := &Wrong{Lesson: l, Package: p, File: file, Verdict: report.Fail, Source: src}
	for name, value := range header(src) {
		switch name {
		case "wrong":
			w.What = value
		case "refused":
			w.Refused = value
		case "also":
			w.Also = strings.FieldsFunc(value, func(r rune) bool { return r == ' ' || r == ',' })
		case "verdict":
			w.Verdict = report.Verdict(value)
		case "outside":
			w.Outside = report.Verdict(value)
		case "varies":
			w.Varies = value
		case "breaks":
			w.Breaks = append(w.Breaks, value)
		}
	}
	if w.What == "" || l.Exercise(w.Refused) == nil {
		return nil, errors.New(`the header needs "// wrong: ..." and "// refused: Exercise"`)
	}
	for _, v := range []report.Verdict{w.Verdict, w.Outside} {
		if v != "" && !slices.Contains(report.Verdicts, v) {
			return nil, fmt.Errorf("no verdict %q", v)
		}
	}
	for _, name := range w.Also {
		if l.Exercise(name) == nil {
			return nil, fmt.Errorf("also: no exercise %s", name)
		}
	}
	return w, nil
}

// declares are the names that a solution declares: those of its functions, and
// of the constants, types and variables that a learner may have changed.
func (w *Wrong) declares() ([]string, error) {
	f, err := parser.ParseFile(token.NewFileSet(), w.File, w.Source, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, d := range f.Decls {
		names = append(names, workbook.Declared(d)...)
	}
	return names, nil
}

// wrongFile is where a wrong solution is in its package.
const wrongFile = "zz_wrong.go"

// Overlay is the reference with the wrong functions instead of its own, by
// path in a workbook.
func (w *Wrong) Overlay(fsys fs.FS) (map[string][]byte, error) {
	names, err := w.declares()
	if err != nil {
		return nil, err
	}
	replaced := map[string]bool{}
	for _, name := range names {
		replaced[name] = true
	}
	out := map[string][]byte{"lessons/" + w.Package.Dir + "/" + wrongFile: stub.Retarget(w.Source)}
	for _, name := range w.Package.Files {
		src, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		cut, err := without(name, src, replaced)
		if err != nil {
			return nil, err
		}
		if cut != nil {
			out["lessons/"+name] = stub.Retarget(cut)
		}
	}
	return out, nil
}

// without cuts declarations out of a file; nil if it has none of them.
func without(name string, src []byte, gone map[string]bool) ([]byte, error) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, name, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	out, last := []byte(nil), 0
	cut := func(from, to token.Pos) {
		out = append(out, src[last:fset.Position(from).Offset]...)
		last = fset.Position(to).Offset
	}
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if gone[unwritten.FuncName(d)] {
				cut(from(d, d.Doc), d.End())
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				names := workbook.Declared(&ast.GenDecl{Specs: []ast.Spec{spec}})
				switch {
				case len(names) == 0 || slices.ContainsFunc(names, func(n string) bool { return !gone[n] }):
				case d.Lparen.IsValid():
					cut(spec.Pos(), spec.End())
				default:
					cut(from(d, d.Doc), d.End())
				}
			}
		}
	}
	if last == 0 {
		return nil, nil
	}
	return stub.Prune(name, append(out, src[last:]...))
}

// from is where a declaration starts, with its doc comment.
func from(d ast.Decl, doc *ast.CommentGroup) token.Pos {
	if doc != nil {
		return doc.Pos()
	}
	return d.Pos()
}
