package trial

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nodebook/checker/internal/build"
)

// What the compiler may read twice is copied, and nothing else: a constant must stay
// one, or a length of 1e3 would not compile.
func TestOnce(t *testing.T) {
	for _, c := range []struct{ from, want string }{
		{"make([]byte, n)", "make([]byte, _(n))"},
		{"make([]byte, 1+n, 2*k)", "make([]byte, _(1+n), 2*k)"},
		{"make([]byte, k, len(b))", "make([]byte, k, _(len(b)))"},
		{"make([]byte, math.MaxInt8)", "make([]byte, math.MaxInt8)"},
		{"make([]byte, block.Size)", "make([]byte, _(block.Size))"},
		{"make([]byte, p.n)", "make([]byte, _(p.n))"},
		{"make([]byte, shadowed)", "make([]byte, _(shadowed))"},
		{"make([]byte, 1<<n)", "make([]byte, _(1<<n))"},
		{"make(map[int]int, 8)", "make(map[int]int, 8)"},
		{"append(b, b...)", "append(b, _(b)...)"},
		{"append(b, b[n:]...)", "append(b, _(b[n:])...)"},
		{"append(b, make([]byte, n)...)", "append(b, make([]byte, _(n))...)"},
		{"append(b, \"text\"...)", "append(b, \"text\"...)"},
		{"append(b, byte(n))", "append(b, byte(n))"},
		{"copy(b, b[n:])", "copy(b, _(b[n:]))"},
		{"(copy)(b, append(b, b...))", "(copy)(b, _(append(b, _(b)...)))"},
	} {
		src := "package x\n\nimport (\n\t\"math\"\n\n\t\"nodebook/lessons/lesson5/block\"\n)\n\nconst k = 1e3\n\nvar n int\n\nconst shadowed = 1\n\nfunc f(shadowed int) {\n\tg(" + c.from + ")\n}\n"
		p := &build.Package{Dir: "lesson1/x", Files: []build.File{{Name: "lessons/lesson1/x/x.go", Src: []byte(src)}}}
		files, ok := once(p)
		want := strings.ReplaceAll(c.want, "_(", onceName+"(")
		if got := string(files[0].Src); !strings.Contains(got, "\tg("+want+")\n") {
			t.Errorf("%s: got\n%s", c.from, got)
		}
		if changed := c.from != c.want; ok != changed || ok && len(files) != 2 {
			t.Errorf("%s: %v, %d files", c.from, ok, len(files))
		}
	}
}

// A name that the code has already is not taken.
func TestOnceName(t *testing.T) {
	p := &build.Package{Files: []build.File{{Name: "lessons/lesson1/x/x.go", Src: []byte("package x\n\nfunc nodebookOnce(n int) []int { return make([]int, n) }\n")}}}
	if files, ok := once(p); !ok || !strings.Contains(string(files[0].Src), "make([]int, nodebookOnce_(n))") || files[1].Name != "lessons/lesson1/x/nodebookOnce_.go" {
		t.Errorf("%v %s", ok, files)
	}
}

// What the copies cost a submission of lesson 4, before its package is compiled.
func BenchmarkOnce(b *testing.B) {
	files, err := filepath.Glob("../../../../solutions/lesson4/crawl/*.go")
	if err != nil {
		b.Fatal(err)
	}
	p := &build.Package{Dir: "lesson4/crawl"}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			b.Fatal(err)
		}
		if !strings.HasSuffix(file, "_test.go") {
			p.Files = append(p.Files, build.File{Name: "lessons/lesson4/crawl/" + filepath.Base(file), Src: src})
		}
	}
	for b.Loop() {
		if _, ok := once(p); !ok {
			b.Fatal("there is nothing to copy")
		}
	}
}
