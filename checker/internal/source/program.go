package source

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"

	"nodebook/checker/internal/stub"
	"nodebook/checker/internal/workbook"
	"nodebook/fixtures/unwritten"
)

// Program is what is laid over a workbook so that a lesson's program runs with
// references in some places, as mode says. Nil masks a file.
func Program(root string, b *workbook.Book, l *workbook.Lesson, mode Mode) (map[string][]byte, error) {
	t := &Tree{Root: root, Lesson: l, Overlay: map[string][]byte{}}
	if mode == None {
		return t.Overlay, nil
	}
	for _, name := range append(b.Before(l), l.Name) {
		lesson, err := b.Lesson(name)
		if err != nil {
			return nil, err
		}
		switch {
		case mode == Missing:
			err = t.complete(b, lesson)
		case mode == All || name != l.Name:
			err = t.reference(b, lesson)
		}
		if err != nil {
			return nil, err
		}
	}
	return t.Overlay, nil
}

// standIn begins the name of a file with references for one package.
const standIn = "reference_standing_in_"

// complete lays references over the functions of a lesson that are not written:
// the learner's stub gets another name, so that no line moves, and the reference
// comes in its own file with its own imports.
func (t *Tree) complete(b *workbook.Book, l *workbook.Lesson) error {
	for _, p := range l.Packages {
		declared, err := t.rename(p)
		if err != nil {
			return err
		}
		for _, name := range p.Files {
			src, err := fs.ReadFile(b.Solutions, name)
			if err != nil {
				return err
			}
			text, err := lacking(name, src, p, declared)
			if err != nil {
				return err
			}
			if text != nil {
				t.Overlay["lessons/"+path.Join(p.Dir, standIn+path.Base(name))] = text
			}
		}
	}
	return nil
}

// rename gives the stubs of a package other names, and returns the names that
// the learner's files declare otherwise. A file that does not parse is left to
// the compiler.
func (t *Tree) rename(p *workbook.Package) (declared map[string]bool, err error) {
	marked := map[string]bool{}
	for _, f := range p.Funcs {
		marked[f.Name] = true
	}
	names, err := goFiles(t.Root, "lessons/"+p.Dir)
	if err != nil {
		return nil, err
	}
	declared = map[string]bool{}
	for _, name := range names {
		src, err := os.ReadFile(filepath.Join(t.Root, filepath.FromSlash(name)))
		if err != nil {
			return nil, err
		}
		if !Built(name, src) {
			continue
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, name, src, parser.SkipObjectResolution)
		if err != nil {
			continue
		}
		if out := renamed(fset, f, src, marked, declared); out != nil {
			t.Overlay[name] = out
		}
	}
	return declared, nil
}

// renamed is a file in which the marked functions that are stubs have other
// names, or nil if there are none. It notes every other declaration.
func renamed(fset *token.FileSet, f *ast.File, src []byte, marked, declared map[string]bool) []byte {
	var stubs []*ast.Ident
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if name := unwritten.FuncName(d); marked[name] && unwritten.IsStub(d) {
				stubs = append(stubs, d.Name)
			} else {
				declared[name] = true
			}
		case *ast.GenDecl:
			for _, name := range workbook.Declared(d) {
				declared[name] = true
			}
		}
	}
	if stubs == nil {
		return nil
	}
	out := slices.Clone(src)
	for _, id := range slices.Backward(stubs) {
		at := fset.Position(id.End()).Offset
		out = slices.Insert(out, at, []byte("NotWritten")...)
	}
	return out
}

// lacking is what the learner's package lacks of a reference file: its marked
// functions that are not declared, and, of a file that is the reference's only,
// all else that is not. Nil is nothing.
func lacking(name string, src []byte, p *workbook.Package, declared map[string]bool) ([]byte, error) {
	only := workbook.ReferenceOnly(src)
	src = stub.Unmark(stub.Retarget(src))
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, name, src, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	text := func(n ast.Node) string {
		return string(src[fset.Position(n.Pos()).Offset:fset.Position(n.End()).Offset]) + "\n\n"
	}
	imports, body := "", ""
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			fn := unwritten.FuncName(d)
			marked := slices.ContainsFunc(p.Funcs, func(f *workbook.Func) bool { return f.Name == fn })
			if (marked || only) && !declared[fn] {
				body += text(d)
			}
		case *ast.GenDecl:
			if d.Tok == token.IMPORT {
				imports += text(d)
			} else if only && !slices.ContainsFunc(workbook.Declared(d), func(n string) bool { return declared[n] }) {
				body += text(d)
			}
		}
	}
	if body == "" {
		return nil, nil
	}
	return stub.Prune(name, []byte("package "+p.Name+"\n\n"+imports+body))
}
