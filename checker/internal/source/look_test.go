package source

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"

	"nodebook/checker/internal/workbook"
)

// marked is a function of a lesson as the book has it.
func marked(name, file string) *workbook.Exercise {
	return &workbook.Exercise{Name: name, Funcs: []*workbook.Func{{Name: name, Exercise: name, File: file}}}
}

// Calls are resolved by type, through given functions, methods, variables that
// hold functions, and other lessons; a name alone means nothing.
func TestCalls(t *testing.T) {
	tree := &Tree{
		Root:   t.TempDir(),
		Lesson: &workbook.Lesson{Name: "lesson2", Packages: []*workbook.Package{{Name: "table", Dir: "lesson2/table"}}},
		Overlay: map[string][]byte{
			"lessons/lesson1/sum/sum.go": []byte(`package sum

import "nodebook/lessons/todo"

func Hash(b []byte) ([]byte, error) { return nil, todo.Err }
`),
		},
		Files: map[string][]byte{
			"lessons/lesson2/table/table.go": []byte(`package table

import (
	"fmt"
	"strings"

	"nodebook/lessons/lesson1/sum"
)

type Services int

func (s Services) String() string { return "" }

type Row struct{ s Services }

// Table shows rows, and calls the Builder's String alone.
func Table(rows []Row) string {
	var b strings.Builder
	for range rows {
		fmt.Fprintln(&b)
	}
	return b.String()
}

// Check calls Hash through a given method, and Table through a variable.
func Check(r Row) error {
	hashes := r.given()
	_ = ways[0](nil)
	return hashes
}

func (r Row) given() error {
	_, err := sum.Hash([]byte(r.s.String()))
	return err
}

var ways = []func([]Row) string{Table}
`),
		},
	}
	k := &Look{Funcs: map[string]Func{}, tree: tree}
	table, check := marked("Table", "lesson2/table/table.go"), marked("Check", "lesson2/table/table.go")
	text, hash := marked("Services.String", "lesson2/table/table.go"), marked("Hash", "lesson1/sum/sum.go")
	for _, tt := range []struct {
		from, to *workbook.Exercise
		want     bool
	}{
		{table, text, false}, {check, text, true}, {check, hash, true}, {check, table, true}, {table, hash, false}, {text, check, false},
	} {
		if got := k.Calls().Reaches(tt.from, tt.to); got != tt.want {
			t.Errorf("%s calls %s: got %v, want %v", tt.from.Name, tt.to.Name, got, tt.want)
		}
	}
	name, f, found := k.Calls().Stub(check.Funcs...)
	if want := "lessons/lesson1/sum/sum.go:5"; !found || name != "Hash" || f.Place != want {
		t.Errorf("the stub that Check reaches: got %s at %s, want Hash at %s", name, f.Place, want)
	}
	if name, _, found := k.Calls().Stub(table.Funcs...); found {
		t.Errorf("Table reaches the stub %s", name)
	}
}

// A type is spelled out once for each of its parameters: not all of a signature is.
func TestSignatureTypes_wide(t *testing.T) {
	src := "package p\nfunc f(" + strings.Repeat("a,", 50_000) + "a struct{" + strings.Repeat("b int;", 10_000) + "}) {}\n"
	f, err := parser.ParseFile(token.NewFileSet(), "", src, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(SignatureTypes(f.Decls[0].(*ast.FuncDecl).Type)); n > 1<<20 {
		t.Errorf("%d bytes of a signature", n)
	}
}

// What does not compile is not asked for its types.
func TestCalls_left(t *testing.T) {
	p := &workbook.Package{Dir: "lesson1/sum", Name: "sum"}
	k := Examine(&Tree{Root: t.TempDir(), Lesson: &workbook.Lesson{Name: "lesson1", Packages: []*workbook.Package{p}},
		Files: map[string][]byte{"lessons/lesson1/sum/sum.go": []byte("package sum\n\nfunc A() { B() }\n\nfunc B() {}\n")}})
	k.With(nil).Leave(p)
	if to := k.Calls().to; len(to) > 0 {
		t.Errorf("calls were looked for: %v", to)
	}
}
