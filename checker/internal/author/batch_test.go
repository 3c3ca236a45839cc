package author

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"nodebook/checker/internal/workbook"
)

const mixed = `package main

import "fmt"

type counter struct{ n int }

func (c *counter) Add(by ...int) {
	for _, x := range by {
		c.n += x
	}
}

func Twice(n int, _ string) int { return 2 * n }

func Half(n int) (half int, err error) { return n / 2, nil }

func Any[T any](x T) T { return x }

func main() {
	var c counter
	c.Add(1, 2, 3)
	half, err := Half(7)
	fmt.Println(c.n, half, err, Twice(3, ""))
}
`

// Each of a mix does what it does alone: names that two of them share are two,
// what calls itself calls itself, and places are those of its own file.
func TestMix(t *testing.T) {
	root := t.TempDir()
	p := &workbook.Package{Dir: "lesson1/sum", Files: []string{"lesson1/sum/sum.go"}}
	r := &Repo{Root: root, Book: &workbook.Book{Solutions: fstest.MapFS{p.Files[0]: {Data: []byte(mixed)}}}}
	m, err := newMix(r, p)
	if err != nil {
		t.Fatal(err)
	}
	wants := []string{"6 3 <nil> 6"}
	for _, x := range []struct {
		src, want string // no want: it does not fit
	}{
		{"var off = 1\nfunc (c *counter) Add(by ...int) { c.n = len(by) + off }", "4 3 <nil> 6"},
		{"type off string\nfunc (o off) Error() string { return string(o) }\nfunc Half(m int) (int, error) { if m > 7 { return m, off(\"odd\") }; return Half(m + 1) }", "6 8 odd 6"},
		{"func off() error { return nil }\nfunc (d *counter) Add(many ...int) { d.n = -1 }\nfunc Half(n int) (int, error) { return -n, off() }", "-1 -7 <nil> 6"},
		{"func Half(n int) (int, error) {\n\tvar p *int\n\treturn *p, nil\n}", "sum/zz_wrong.go:4"},
		{"const most = 3\ntype pair struct{ n int }\nfunc Half(n int) (int, error) { return pair{most}.n, nil }", "6 3 <nil> 6"},
		{"const n = 3\ntype pair struct{ n int }\nfunc Half(int) (int, error) { return pair{n: n}.n, nil }", ""},
		{"type base struct{ n int }\ntype pair struct{ base }\nfunc Half(n int) (int, error) { var p pair; return p.base.n, nil }", ""},
		{"const counter = 3\nfunc Half(n int) (int, error) { return counter, nil }", ""},
		{"func fmt() int { return 3 }\nfunc Half(n int) (int, error) { return fmt(), nil }", ""},
		{"var _ = func() int { panic(1) }()\nfunc Half(n int) (int, error) { return 3, nil }", ""},
		{"func Half(n int) int { return n }", ""},
		{"func (c counter) Add(by ...int) {}", ""},
		{"func (c *counter) String() string { return \"\" }", ""},
		{"func Twice(n int, s string) int { return n }", ""},
		{"func Any[T any](x T) T { return x }", ""},
		{"func init() { println() }", ""},
	} {
		ok, err := m.add(&Wrong{File: "x.txt", Source: []byte("package main\n" + x.src + "\n")}, len(wants))
		if err != nil {
			t.Fatal(err)
		}
		if ok != (x.want != "") {
			t.Errorf("fits %v:\n%s", ok, x.src)
		}
		if ok {
			wants = append(wants, x.want)
		}
	}
	files := m.files()
	files["go.mod"] = []byte("module nodebook\n\ngo 1.26\n")
	for name, src := range files {
		at := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at, src, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	build := exec.Command("go", "build", "-o", "sum", "./lessons/lesson1/sum")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for i, want := range wants {
		run := exec.Command(filepath.Join(root, "sum"))
		run.Env = []string{fmt.Sprintf("%s=%d", batchVariable, i)}
		out, _ := run.CombinedOutput()
		if !strings.Contains(string(out), want) {
			t.Errorf("number %d says\n%swant %s", i, out, want)
		}
	}
}
