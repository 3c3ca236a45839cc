package assist

import (
	"cmp"
	"go/ast"
	"go/doc/comment"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"nodebook/fixtures"
	"nodebook/fixtures/unwritten"
)

// Meaning is what is known of a name.
type Meaning struct {
	Signature string // its declaration in one line
	Doc       string // its doc comment as plain text; "" if it has none, or its source is not at hand
}

// Inspect returns what the name at the cursor means; ok is false if nothing is known.
func (a *Assistant) Inspect(s Snippet) (m Meaning, ok bool) {
	a.types.Lock()
	defer a.types.Unlock()
	from, to := s.word()
	if from == to {
		return Meaning{}, false
	}
	name := s.Source[from:to]
	p := a.place(s, from)
	if p == nil {
		return Meaning{}, false
	}
	obj := p.lookup(name)
	if obj == nil {
		if path := s.Names[name]; path != "" && p.sel == nil {
			return Meaning{Signature: "package " + name + ` // "` + path + `"`}, true
		}
		return Meaning{}, false
	}
	return Meaning{types.ObjectString(obj, p.qualifier), a.doc(obj)}, true
}

// lookup is what the name would mean in place of the placeholder.
func (p *place) lookup(name string) types.Object {
	if p.sel == nil {
		if s := p.literal(); s != nil {
			for f := range s.Fields() {
				if f.Name() == name {
					return f
				}
			}
		}
		if scope := innermost(p.info, p.id.Pos()); scope != nil {
			_, obj := scope.LookupParent(name, p.id.Pos())
			return obj
		}
		return nil
	}
	if pkg := p.packageBefore(); pkg != nil {
		return pkg.Scope().Lookup(name)
	}
	tv, ok := p.info.Types[p.sel.X]
	if !ok || tv.Type == nil {
		return nil
	}
	obj, _, _ := types.LookupFieldOrMethod(tv.Type, true, p.pkg, name)
	return obj
}

func objectOf(info *types.Info, x ast.Expr) types.Object {
	if id, ok := x.(*ast.Ident); ok {
		return info.Uses[id]
	}
	return nil
}

// doc is the doc comment of an object, from the source of its package.
func (a *Assistant) doc(obj types.Object) string {
	if obj.Pkg() == nil {
		return ""
	}
	name := obj.Name()
	if f, ok := obj.(*types.Func); ok && f.Signature().Recv() != nil {
		t := f.Signature().Recv().Type()
		if ptr, ok := t.(*types.Pointer); ok {
			t = ptr.Elem()
		}
		if named, ok := t.(*types.Named); ok {
			name = named.Obj().Name() + "." + name
		}
	}
	for _, f := range a.files(obj.Pkg().Path()) {
		if text := docIn(f, name); text != "" {
			var d comment.Parser
			return string((&comment.Printer{}).Text(d.Parse(text)))
		}
	}
	return ""
}

// files are the parsed sources of a package, as far as they are at hand: of the
// standard library if there is a Go installation.
func (a *Assistant) files(path string) []*ast.File {
	if p := a.types.Package(path); p != nil {
		return p.Files
	}
	var fsys fs.FS = os.DirFS(filepath.Join(goroot(), "src", filepath.FromSlash(path)))
	if dir, ok := strings.CutPrefix(path, "nodebook/fixtures/"); ok {
		sub, err := fs.Sub(fixtures.Files, dir)
		if err != nil {
			return nil
		}
		fsys = sub
	}
	entries, _ := fs.ReadDir(fsys, ".")
	var files []*ast.File
	for _, e := range entries {
		if filepath.Ext(e.Name()) != ".go" || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		src, err := fs.ReadFile(fsys, e.Name())
		if err != nil {
			continue
		}
		if f, _ := parser.ParseFile(token.NewFileSet(), e.Name(), src, parser.ParseComments|parser.SkipObjectResolution); f != nil {
			files = append(files, f)
		}
	}
	return files
}

func goroot() string {
	if dir := os.Getenv("GOROOT"); dir != "" {
		return dir
	}
	return runtime.GOROOT()
}

// docIn is the doc comment of a declaration in a file; name is Type.Method for a
// method.
func docIn(f *ast.File, name string) string {
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if unwritten.FuncName(d) == name {
				return d.Doc.Text()
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch s := spec.(type) {
				case *ast.TypeSpec:
					if s.Name.Name == name {
						return cmp.Or(s.Doc.Text(), d.Doc.Text())
					}
				case *ast.ValueSpec:
					for _, id := range s.Names {
						if id.Name == name {
							return cmp.Or(s.Doc.Text(), s.Comment.Text(), d.Doc.Text())
						}
					}
				}
			}
		}
	}
	return ""
}
