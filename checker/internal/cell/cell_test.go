package cell

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nodebook/checker/internal/interpreter"
	"nodebook/checker/internal/typecheck"
	"nodebook/checker/needs"
	"nodebook/fixtures/show"

	"github.com/stretchr/testify/require"
)

// TestMain is also the child process in which cells are interpreted.
func TestMain(m *testing.M) {
	interpreter.ServeChild()
	os.Exit(m.Run())
}

// root is the repository, whose packages a cell may import.
func root(t *testing.T) string {
	dir, err := filepath.Abs("../../..")
	require.NoError(t, err)
	return dir
}

// plain has go build compile the cells of a test.
var plain bool

// interp is what a test may have cells interpreted by.
var interp *Interpreter

// What go build compiles, is compiled without it, and with the same errors.
func TestRun_agrees_with_go_build(t *testing.T) {
	defer func() { plain = false }()
	for _, source := range []string{`fmt.Println("hello")`, "var s string = 1", `fmt.Println(framing.Mainnet)`, "undefinedName()", "import \"nosuch/package\"\npackage_.X()", "net.ParseIP(\"127.0.0.1\").String() + \"\""} {
		plain = false
		text, events := runCells(t, source)
		plain = true
		again, slow := runCells(t, source)
		require.Equal(t, again, text, source)
		require.Equal(t, len(slow), len(events), source)
		for i := range slow {
			require.Equal(t, slow[i].Problem, events[i].Problem, source)
		}
	}
}

// A program is for the references if one of its cells was run with them, and only then.
func TestAssemble_reference(t *testing.T) {
	above := []Cell{{Number: 1, Source: "x := 1", Reference: true}, {Number: 2, Source: "y := 2"}}
	for source, want := range map[string]bool{"x + 1": true, "y + 1": false, "x + y": true} {
		require.Equal(t, want, Assemble(above, Cell{Number: 3, Source: source}, known(), nil).Reference, source)
	}
	require.True(t, Assemble(above, Cell{Number: 3, Source: "y", Reference: true}, known(), nil).Reference)
}

// known are the packages that the tests' cells find by name.
func known() Packages {
	p := Std()
	maps.Copy(p, fixturePackages())
	return p
}

func runCells(t *testing.T, sources ...string) (text string, events []Event) {
	t.Helper()
	var above []Cell
	for i, s := range sources[:len(sources)-1] {
		above = append(above, Cell{Number: i + 1, Source: s})
	}
	p := Assemble(above, Cell{Number: len(sources), Source: sources[len(sources)-1]}, known(), &typecheck.Workbook{Root: root(t)})
	r := &Runner{Root: root(t), Limits: DefaultLimits, plain: plain, Interpreter: interp}
	var out strings.Builder
	require.NoError(t, r.Run(context.Background(), p, func(e Event) {
		switch e.Kind {
		case Engine: // from the beginning
			events = nil
			out.Reset()
		case Text:
			out.WriteString(e.Text)
		case Show:
			var f show.Frame
			require.NoError(t, json.Unmarshal(e.Show, &f))
			out.WriteString(f.Text)
		}
		events = append(events, e)
	}))
	return out.String(), events
}

func TestRun(t *testing.T) {
	for _, c := range []struct {
		name  string
		cells []string
		want  string
	}{
		{"statement", []string{`fmt.Println("hello")`}, "hello\n"},
		{"last expression", []string{"x := 20\nx + 1"}, "21\n"},
		{"a comment after the last expression", []string{"x := 20\nx + 1 // sum"}, "21\n"},
		{"a conversion", []string{"b := []byte{104, 105}\nstring(b)"}, "hi\n"},
		{"a conversion to a slice", []string{`[]byte("hi")`}, "00000000  68 69                                             |hi|\n"},
		{"a large constant", []string{"math.MaxUint64"}, "18446744073709551615\n"},
		{"a slice that is made", []string{"make([]int, 3)"}, "[]int{0, 0, 0}\n"},
		{"state", []string{"x := 1", "x++", "fmt.Println(x)"}, "2\n"},
		{"earlier output is not shown", []string{`x := 1; fmt.Println("no")`, "x"}, "1\n"},
		{"a name of another type", []string{"x := 1", `x := "one"`, "x"}, "one\n"},
		{"a function sees a variable", []string{"n := 2", "func double(x int) int { return n * x }", "double(4)\n_ = n\ndouble(n) + 0"}, "4\n"},
		{"recursion", []string{"func f(n int) int {\n\tif n == 0 {\n\t\treturn 1\n\t}\n\treturn n * f(n-1)\n}", "f(5) + 0"}, "120\n"},
		{"a method", []string{"type T struct{ a int }\nfunc (t T) Twice() int { return 2 * t.a }", "fmt.Println(T{3}.Twice())"}, "6\n"},
		{"a generic function", []string{"func first[T any](s []T) T { return s[0] }\nfmt.Println(first([]int{7}))"}, "7\n"},
		{"an import", []string{`import str "strings"`, `str.Repeat("a", 3) + ""`}, "aaa\n"},
		{"a function declared again", []string{"func f() int { return 1 }", "func f() int { return 2 }", "f() + 0"}, "2\n"},
		{"a program", []string{"package main\n\nimport \"fmt\"\n\nfunc main() {\n\tif n == 2 {\n\t\tfmt.Println(\"two\", twice())\n\t\treturn\n\t}\n}\n\nfunc twice() int { return 2 * n }\n\nvar n = 2"}, "two 4\n"},
		{"a program after another", []string{"package main\nvar n = 1\nfunc main() { println(n) }", "package main\nvar n = 2\nfunc main() { fmt.Println(n) }", "func main() { fmt.Println(n + 1) }"}, "3\n"},
		{"init", []string{"x := 1\nfunc init() { fmt.Println(\"first\", x) }\nfunc init() { fmt.Println(\"second\") }\nfmt.Println(\"then\")"}, "first 1\nsecond\nthen\n"},
		{"a type with methods again", []string{"type T struct{ a int }\nfunc (t T) Twice() int { return 2 * t.a }\nfunc (t *T) Set(a int) { t.a = a }", "type T struct{ b int }\nfunc (t T) Twice() int { return 2 * t.b }", "T{4}.Twice()"}, "8\n"},
		{"a method again", []string{"type T[K any] struct{ a K }", "func (t *T[K]) Is() string { return \"one\" }", "func (t T[K]) Is() string { return \"two\" }", "T[int]{1}.Is()"}, "two\n"},
		{"a function literal", []string{"func() { fmt.Println(1) }()"}, "1\n"},
		{"semicolons of a header", []string{"for i := 0; i < 2; i++ {\n\tfmt.Println(i)\n}; fmt.Println(\"so\")\nif x := []int{7}; len(x) == 0 {\n} else if y := x[0]; y > 6 {\n\tfmt.Println(y)\n}\nswitch z := 8; z {\ncase 8:\n\tfmt.Println(z)\n}"}, "0\n1\nso\n7\n8\n"},
		{"a loop over a channel", []string{"c := make(chan int)\ngo func() { c <- 1; close(c) }()\nfor x := range c {\n\tfmt.Println(x)\n}"}, "1\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			needs.Lot(t, 3)
			text, events := runCells(t, c.cells...)
			require.Equal(t, c.want, text, "%+v", events)
			require.Equal(t, OK, events[len(events)-1].Text)
		})
	}
}

func TestRun_problems(t *testing.T) {
	for _, c := range []struct {
		name  string
		cells []string
		cell  int
		line  int
		word  string
	}{
		{"a type error", []string{"x := 1\nvar s string = x"}, 1, 2, "cannot use"},
		{"a syntax error", []string{"x := 1", "if x {"}, 2, 1, "bracket"},
		{"a syntax error inside", []string{"a := 1\nb := := 2"}, 1, 2, "expected"},
		{"a panic", []string{"x := []int{}", "y := 1\n_ = x[y]"}, 2, 2, "index out of range"},
		{"a panic in a function of an earlier cell", []string{"func f(m map[string]int) {\n\tm[\"a\"] = 1\n}", "f(nil)"}, 1, 2, "nil map"},
		{"a package clause", []string{"x := 1\n\npackage main"}, 1, 3, "is the first line"},
		{"a panic in func main", []string{"package main\n\nfunc main() {\n\tvar m map[int]int\n\tm[1] = 2\n}"}, 1, 5, "nil map"},
		{"a package that there is not", []string{"import \"github.com/nobody/nothing\"\nnothing.X()"}, 1, 1, "there is no package github.com/nobody/nothing here"},
		{"declared twice", []string{"type T int\ntype T string"}, 1, 2, "T redeclared in this block\n\tcell1.go:1:6: other declaration of T"},
		{"a constant that no type has room for", []string{"x := 1\n1 << 70"}, 1, 2, "overflows uint64"},
		{"a return", []string{"if true {\n\treturn\n}"}, 1, 2, "return"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, events := runCells(t, c.cells...)
			require.Equal(t, Failed, events[len(events)-1].Text)
			for _, e := range events {
				if e.Kind == Error {
					require.Contains(t, e.Problem.Message, c.word)
					require.Equal(t, c.cell, e.Problem.Cell, "%+v", e.Problem)
					require.Equal(t, c.line, e.Problem.Line, "%+v", e.Problem)
					return
				}
			}
			t.Fatalf("no error among %+v", events)
		})
	}
}

// What follows from an error alone is not told.
func TestAssemble_problems(t *testing.T) {
	for source, want := range map[string]string{
		"fmt.Println(1) fmt.Println(2)": "cell 1, line 1: expected ';', found fmt",
		"fmt.Println(`":                 "cell 1, line 1: raw string literal not terminated",
		"fmt.Println(\"a)":              "cell 1, line 1: string literal not terminated",
		"fmt.Println(1":                 "cell 1, line 1: this bracket is never closed",
	} {
		var got []string
		for _, p := range Assemble(nil, Cell{Number: 1, Source: source}, known(), nil).Problems {
			got = append(got, p.String())
		}
		require.Equal(t, want, strings.Join(got, "\n"), source)
	}
}

// A cell that ends with an error says so, whatever else it says.
func TestRun_status(t *testing.T) {
	for source, want := range map[string]string{
		"os.Exit(3)": "ended with exit status 3",
		"p, err := os.FindProcess(os.Getpid())\n_ = err\np.Kill()\nselect {}": "killed from outside, or by itself",
	} {
		_, events := runCells(t, source)
		require.Equal(t, Event{Kind: Cut, Text: want}, events[len(events)-2], "%+v", events)
		require.Equal(t, Failed, events[len(events)-1].Text)
	}
}

func TestNeeded_leaves_out_what_nobody_uses(t *testing.T) {
	p := Assemble([]Cell{{Number: 1, Source: "a := 1"}, {Number: 2, Source: "b := 2"}, {Number: 3, Source: "b++"}}, Cell{Number: 4, Source: "fmt.Println(a)"}, Std(), nil)
	require.Equal(t, []int{1, 4}, p.Cells)
}

// A cell that declares an err of its own needs no other cell that has one.
func TestNeeded_own_names(t *testing.T) {
	above := []Cell{
		{Number: 1, Source: "n, err := strconv.Atoi(`1`)\nif err != nil {\n\tfmt.Println(err)\n}"},
		{Number: 2, Source: "m, err := strconv.Atoi(`2`)\nfmt.Println(m, err)"},
		{Number: 3, Source: "func parse(s string) int {\n\tn, err := strconv.Atoi(s)\n\tif err != nil {\n\t\tpanic(err)\n\t}\n\treturn n\n}"},
	}
	for source, want := range map[string][]int{
		"k, err := strconv.Atoi(`3`)\nfmt.Println(k, err)":       {5},
		"k, err := strconv.Atoi(`3`)\nk = n":                     {1, 5},
		"var err error\nfmt.Println(err)":                        {5},
		"k, err := parse(`3`), error(nil)\nfmt.Println(k, err)":  {3, 5},
		"err := err\nfmt.Println(err)":                           {1, 2, 5},
		"fmt.Println(err)\nerr := error(nil)\nfmt.Println(err)":  {1, 2, 5},
		"for n := range 3 {\n\tfmt.Println(n)\n}":                {5},
		"f := func(n int) int { return n }\nfmt.Println(f(1))":   {5},
		"all := map[int]int{n: 1}\nfmt.Println(all)":             {1, 5},
		"func f() int { return n }\nn := 1\nfmt.Println(n)":      {1, 5},
		"n := 1\nfunc f() int { return n }\nfmt.Println(f())":    {5},
		"n := 1\ntype T struct{}\nfunc (T) M() int { return n }": {1, 5},
	} {
		require.Equal(t, want, Assemble(above, Cell{Number: 5, Source: source}, known(), nil).Cells, source)
	}
	above = append(above, Cell{Number: 4, Source: "func last() error { return err }"})
	require.Equal(t, []int{1, 2, 4, 5}, Assemble(above, Cell{Number: 5, Source: "if err := last(); err != nil {\n\tfmt.Println(err)\n}"}, known(), nil).Cells)
}

// A cell that was edited and run again and again is not replayed each time.
func TestLatest(t *testing.T) {
	var cells []Cell
	for i := range 5 {
		cells = append(cells, Cell{Number: i + 1, Source: fmt.Sprintf("n := %d\nfmt.Println(n)", i)})
	}
	require.Equal(t, cells[4:], Latest(cells))
	for _, kept := range [][]Cell{
		{{Number: 1, Source: "all := []int{}"}, {Number: 2, Source: "n := 1\nall = append(all, n)"}, {Number: 3, Source: "n := 2"}},
		{{Number: 1, Source: "all := map[int]int{}"}, {Number: 2, Source: "n := 1\nall[n]++"}, {Number: 3, Source: "n := 2"}},
		{{Number: 1, Source: "r := strings.NewReader(`abc`)"}, {Number: 2, Source: "b, err := r.ReadByte()\nfmt.Println(b, err)"}, {Number: 3, Source: "b, err := r.ReadByte()\nfmt.Println(b, err)"}},
		{{Number: 1, Source: "n := 1"}, {Number: 2, Source: "m := n\nfmt.Println(m)"}, {Number: 3, Source: "n := 2\nfmt.Println(n)"}},
	} {
		require.Equal(t, kept, Latest(kept))
	}
}

// A cell's imports serve the ones after it, which need no run of it for that.
func TestNeeded_imports(t *testing.T) {
	above := []Cell{
		{Number: 1, Source: "import (\n\t\"fmt\"\n\ttext \"strings\"\n)\n\nx := 1\nfmt.Println(x)"},
		{Number: 2, Source: "import . \"math\"\n\ny := Sqrt(2)\nfmt.Println(y)"},
	}
	p := Assemble(above, Cell{Number: 3, Source: "fmt.Println(text.ToUpper(`a`))"}, known(), nil)
	require.Equal(t, []int{3}, p.Cells)
	require.Equal(t, []string{"fmt", "strings"}, p.Imports)
	require.Equal(t, []int{1, 3}, Assemble(above, Cell{Number: 3, Source: "fmt.Println(x)"}, known(), nil).Cells)
	require.Equal(t, []int{2, 3}, Assemble(above, Cell{Number: 3, Source: "fmt.Println(y)"}, known(), nil).Cells)
}

func TestRun_leaves_nothing_behind(t *testing.T) {
	needs.Program(t, "setsid", "util-linux")
	file := filepath.Join(t.TempDir(), "alive")
	text, _ := runCells(t, `exec.Command("setsid", "sh", "-c", "while :; do date > `+file+`; done").Start()
for {
	if _, err := os.Stat("`+file+`"); err == nil {
		break
	}
}
fmt.Println("started")`)
	require.Equal(t, "started\n", text)
	require.NoError(t, os.Remove(file))
	require.NoFileExists(t, file)
}
