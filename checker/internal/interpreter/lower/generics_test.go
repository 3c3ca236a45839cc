package lower

import (
	"go/ast"
	"go/types"
	"io/fs"
	"path"
	"strings"
	"testing"

	"nodebook/checker/internal/interpreter/symbols"
)

type natives struct{ types.Importer }

func (natives) Known(path string) bool { return symbols.Known(path) }
func (natives) Held(path string) bool  { return symbols.Held(path) }

// Each generic file is checked without the others of its folder, and its
// functions are found in it.
func TestGenericFiles(t *testing.T) {
	importer := natives{symbols.Importer()}
	found := 0
	err := fs.WalkDir(genericFiles, "generic", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := genericFiles.ReadFile(name)
		if err != nil {
			return err
		}
		set := Load([]Source{{Path: name, Files: map[string][]byte{name: text}}}, nil, importer, name)
		for _, p := range set.Problems {
			t.Errorf("%s: %s", p.Pos, p.Message)
		}
		for _, f := range set.packages[name].files {
			for _, d := range f.Decls {
				fn, ok := d.(*ast.FuncDecl)
				if !ok || !fn.Name.IsExported() {
					continue
				}
				found++
				std, err := importer.Import(strings.TrimPrefix(path.Dir(name), "generic/"))
				if err != nil {
					return err
				}
				obj, ok := std.Scope().Lookup(fn.Name.Name).(*types.Func)
				if !ok {
					t.Errorf("%s: %s has no %s", name, std.Path(), fn.Name.Name)
					continue
				}
				if at, _ := genericFile(obj); at != name {
					t.Errorf("%s.%s is found in %q, want %s", std.Path(), fn.Name.Name, at, name)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if found < 50 {
		t.Errorf("%d functions, want all of them", found)
	}
}
