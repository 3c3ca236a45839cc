package stub

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"
	"testing/fstest"

	"nodebook/checker/internal/workbook"
	"nodebook/fixtures/unwritten"
)

const reference = `// Package shape is for this test.
package shape

import (
	"errors"
	"fmt"
	"io"
	"time"

	"nodebook/solutions/lesson1/framing"
)

// Kind is a number of its own.
type Kind uint8

// Pair is generic.
type Pair[A, B any] struct {
	First  A
	Second B
}

// ErrKept is used outside the marks too.
var ErrKept = errors.New("kept")

// Given is handed out as it is.
func Given(m framing.Message) string { return fmt.Sprint(m) }

// Many has every sort of result.
func Many(r io.Reader) (n int, s string, ok bool, k Kind, p Pair[int, string], a [4]byte, b []byte, m map[string]int, d time.Duration, at time.Time, err error) {
	// BEGIN SOLUTION
	return 1, "x", true, 2, Pair[int, string]{}, [4]byte{}, nil, nil, time.Second, time.Now(), ErrKept
	// END SOLUTION
}

// Generic returns a type parameter.
func Generic[T any](x T) T {
	// BEGIN SOLUTION
	return x
	// END SOLUTION
}

// Silent returns nothing.
func (k *Kind) Silent() {
	// BEGIN SOLUTION of Many
	*k = 0
	// END SOLUTION
}
`

const want = `// Package shape is for this test.
package shape

import (
	"errors"
	"fmt"
	"io"
	"time"

	"nodebook/lessons/lesson1/framing"

	"nodebook/lessons/todo"
)

// Kind is a number of its own.
type Kind uint8

// Pair is generic.
type Pair[A, B any] struct {
	First  A
	Second B
}

// ErrKept is used outside the marks too.
var ErrKept = errors.New("kept")

// Given is handed out as it is.
func Given(m framing.Message) string { return fmt.Sprint(m) }

// Many has every sort of result.
func Many(r io.Reader) (n int, s string, ok bool, k Kind, p Pair[int, string], a [4]byte, b []byte, m map[string]int, d time.Duration, at time.Time, err error) {
	return 0, "", false, 0, Pair[int, string]{}, [4]byte{}, nil, nil, 0, time.Time{}, todo.Err
}

// Generic returns a type parameter.
func Generic[T any](x T) T {
	return *new(T)
}

// Silent returns nothing.
func (k *Kind) Silent() {
}
`

func parse(t *testing.T, src string) *ast.File {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), "shape.go", src, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func types(f *ast.File) Types {
	types := Types{}
	for _, d := range f.Decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.TYPE {
			for _, s := range g.Specs {
				types[s.(*ast.TypeSpec).Name.Name] = s.(*ast.TypeSpec).Type
			}
		}
	}
	return types
}

func TestFile(t *testing.T) {
	got, err := File("shape.go", []byte(reference), types(parse(t, reference)))
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// A program's imports are in order still when they point at the learner's own
// lessons, which sort before what they sorted behind.
func TestFiles_formatted(t *testing.T) {
	b, err := workbook.New(fstest.MapFS{
		"lesson1/main.go":    {Data: []byte("package main\n\nimport (\n\t\"nodebook/lessons/todo\"\n\t\"nodebook/solutions/lesson1/shape\"\n)\n\nvar x = shape.X(todo.Err)\n")},
		"lesson1/shape/x.go": {Data: []byte("package shape\n\nfunc X(err error) int {\n\t// BEGIN SOLUTION\n\treturn 1\n\t// END SOLUTION\n}\n")},
	}, fstest.MapFS{"lesson1/README.md": {Data: []byte("# Lesson 1: shapes\n\n## 1. X\n\n```go exercise X\n```\n")}})
	if err != nil {
		t.Fatal(err)
	}
	l, err := b.Lesson("lesson1")
	if err != nil {
		t.Fatal(err)
	}
	files, err := Files(b, l)
	if err != nil {
		t.Fatal(err)
	}
	const want = "import (\n\t\"nodebook/lessons/lesson1/shape\"\n\t\"nodebook/lessons/todo\"\n)"
	if got := string(files["lesson1/main.go"]); !strings.Contains(got, want) {
		t.Errorf("got\n%s\nwant in it\n%s", got, want)
	}
}

// Every stub is one that the checker and the lesson binaries recognise.
func TestFile_isStub(t *testing.T) {
	stubs := map[string]bool{}
	for _, d := range parse(t, want).Decls {
		if fn, ok := d.(*ast.FuncDecl); ok {
			stubs[unwritten.FuncName(fn)] = unwritten.IsStub(fn)
		}
	}
	for name, is := range map[string]bool{"Many": true, "Generic": true, "Kind.Silent": true, "Given": false} {
		if stubs[name] != is {
			t.Errorf("IsStub(%s) = %v, want %v", name, stubs[name], is)
		}
	}
}

// Imports that only a marked body used go, in every form of import declaration.
func TestFile_imports(t *testing.T) {
	const body = "\n\nfunc F() error {\n\t// BEGIN SOLUTION\n\tfmt.Println()\n\treturn nil\n\t// END SOLUTION\n}\n"
	tests := []struct{ name, head, want string }{
		{"one", "package p\n\nimport \"fmt\"", "package p\n\nimport \"nodebook/lessons/todo\"\n"},
		{"a group of one", "package p\n\nimport (\n\t\"fmt\"\n)", "package p\n\nimport \"nodebook/lessons/todo\"\n"},
		{"one that stays", "package p\n\nimport \"fmt\"\n\nvar x = fmt.Sprint()", "package p\n\nimport (\n\t\"fmt\"\n\n\t\"nodebook/lessons/todo\"\n)\n"},
		{"a renamed one", "package p\n\nimport (\n\tfmt \"example.org/v2\"\n\t\"os\"\n)\n\nvar x = os.Args", "package p\n\nimport (\n\t\"os\"\n\n\t\"nodebook/lessons/todo\"\n)\n"},
		{"a version at the end", "package p\n\nimport (\n\t\"fmt\"\n\t\"math/rand/v2\"\n)\n\nvar x = rand.Int()", "package p\n\nimport (\n\t\"math/rand/v2\"\n\n\t\"nodebook/lessons/todo\"\n)\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := File("p.go", []byte(tt.head+body), Types{})
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(string(got), tt.want) {
				t.Errorf("got\n%s\nwant it to begin\n%s", got, tt.want)
			}
		})
	}
}

func TestFile_unknownType(t *testing.T) {
	_, err := File("p.go", []byte("package p\n\nfunc F() Elsewhere {\n\t// BEGIN SOLUTION\n\treturn 0\n\t// END SOLUTION\n}\n"), Types{})
	if err == nil || !strings.Contains(err.Error(), "p.go:3:1") || !strings.Contains(err.Error(), "Elsewhere") {
		t.Errorf("got error %v, want one that names p.go:3:1 and the type", err)
	}
}

func TestFixImports(t *testing.T) {
	for _, tt := range []struct{ what, src, want string }{
		{"an import that nothing uses goes", "package p\n\nimport (\n\t\"fmt\"\n\t\"io\"\n)\n\nvar _ io.Reader\n", "package p\n\nimport (\n\t\"io\"\n)\n\nvar _ io.Reader\n"},
		{"todo's is added", "package p\n\nvar err = todo.Err\n", "package p\n\nimport \"nodebook/lessons/todo\"\n\nvar err = todo.Err\n"},
		{"a file whose imports are right stays as it is", "package p\nimport   \"io\"\nvar  _ io.Reader\n", "package p\nimport   \"io\"\nvar  _ io.Reader\n"},
	} {
		got, err := FixImports("p.go", []byte(tt.src))
		if err != nil || string(got) != tt.want {
			t.Errorf("%s:\n%s\n%v\nwant\n%s", tt.what, got, err, tt.want)
		}
	}
}
