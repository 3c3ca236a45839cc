package workbook

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The hidden tests that a lesson has are those that the compiler sees.
func TestTestNames(t *testing.T) {
	solutions := filepath.Join("..", "..", "..", "solutions")
	b, err := New(os.DirFS(solutions), os.DirFS(filepath.Join(solutions, "..", "lessons")))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range b.Names() {
		l, err := b.Lesson(name)
		if err != nil {
			t.Fatal(err)
		}
		var got, want []string
		for _, e := range l.Exercises {
			for _, x := range e.Tests {
				got = append(got, x.Name)
			}
		}
		for _, p := range l.Packages {
			for _, file := range p.Tests {
				f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(solutions, file), nil, parser.SkipObjectResolution)
				if err != nil {
					t.Fatal(err)
				}
				for _, d := range f.Decls {
					if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && strings.HasPrefix(fn.Name.Name, "Test") && fn.Name.Name != "TestMain" {
						want = append(want, fn.Name.Name)
					}
				}
			}
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s has the tests\n%s\nwant\n%s", name, got, want)
		}
	}
}
