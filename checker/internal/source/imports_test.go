package source

import (
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"nodebook/checker/internal/workbook"
)

// tree is a lesson l of the packages top, base and alone as it lies on the disk.
func tree(t *testing.T, files map[string]string) *Tree {
	t.Helper()
	l := &workbook.Lesson{Name: "l"}
	for _, name := range []string{"base", "top", "alone"} {
		l.Packages = append(l.Packages, &workbook.Package{Name: name, Dir: "l/" + name})
	}
	out := &Tree{Root: t.TempDir(), Lesson: l, Files: map[string][]byte{}, Tests: map[string][]byte{}, Overlay: map[string][]byte{}}
	for name, src := range files {
		at := filepath.Join(out.Root, "lessons", filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at, []byte(src), 0o644); err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(path.Dir(name), "l/") && !strings.HasSuffix(name, "_test.go") {
			out.Files["lessons/"+name] = []byte(src)
		}
	}
	return out
}

// A package needs what it and its hidden tests import, and what these import.
func TestNeeds(t *testing.T) {
	x := tree(t, map[string]string{
		"before/b/b.go":      "package b\n",
		"before/b/b_test.go": "package b\nimport _ \"nodebook/lessons/l/alone\"\n",
		"l/base/base.go":     "package base\nimport _ \"nodebook/lessons/before/b\"\n",
		"l/top/top.go":       "package top\nimport _ `nodebook/lessons/l/base`\nfunc {\n",
		"l/top/old.go":       "//go:build ignore\n\npackage top\nimport _ \"nodebook/lessons/old\"\n",
		"l/top/masked.go":    "package top\nimport _ \"nodebook/lessons/masked\"\n",
		"l/top/own_test.go":  "package top\nimport _ \"nodebook/lessons/own\"\n",
		"l/alone/alone.go":   "package alone\nimport _ \"fmt\"\n",
	})
	x.Overlay["lessons/l/top/masked.go"] = nil
	x.Overlay["lessons/l/top/laid.go"] = []byte("package top\nimport _ \"nodebook/lessons/laid\"\n")
	x.Tests["lessons/l/alone/alone_test.go"] = []byte("package alone_test\nimport _ \"nodebook/lessons/l/top\"\n")
	for i, want := range []string{"before/b l/base", "before/b l/base l/top laid", "before/b l/alone l/base l/top laid"} {
		p := x.Lesson.Packages[i]
		if got := strings.Join(slices.Sorted(maps.Keys(x.Needs(p))), " "); got != want {
			t.Errorf("%s needs %s, want %s", p.Name, got, want)
		}
	}
}

// An import that cannot be is told at its place, before anything is compiled;
// one in a file that is not compiled is none.
func TestExamine_imports(t *testing.T) {
	x := tree(t, map[string]string{
		"todo/todo.go":     "package todo\n",
		"before/b/b.go":    "package b\n",
		"l/base/base.go":   "package base\n\nimport (\n\t_ \"nodebook/lessons/before/b\"\n\t_ \"nodebook/lessons/l/top\"\n)\n",
		"l/top/top.go":     "package top\nimport _ \"nodebook/lessons/todo\"\nimport _ \"nodebook/lessons/l/base\"\n",
		"l/top/top2.go":    "package top\nimport _ \"nodebook/lessons/l/base\"\n",
		"l/alone/alone.go": "package alone\nimport _ \"nodebook/lessons/l/wallet\"\nimport _ \"nodebook/lessons/l/base\"\n",
		"l/alone/old.go":   "//go:build ignore\n\npackage alone\nimport _ \"nodebook/lessons/l/alone\"\n",
	})
	var got []string
	for _, p := range Examine(x).Problems {
		got = append(got, p.String())
	}
	want := []string{
		"lessons/l/base/base.go:5:2: import cycle not allowed: package base imports package top, which comes back to it",
		"lessons/l/top/top.go:3:8: import cycle not allowed: package top imports package base, which comes back to it",
		"lessons/l/alone/alone.go:2:8: there is no package nodebook/lessons/l/wallet in this workbook",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// Many errors in one package leave room for those of another.
func TestExamine_syntax(t *testing.T) {
	x := tree(t, map[string]string{
		"l/base/base.go":   "package base\n" + strings.Repeat("func f( {\n}\n", 2*mostProblems),
		"l/top/top.go":     "package top\nfunc {\n",
		"l/alone/alone.go": "package alone\n",
	})
	count := map[string]int{}
	for _, p := range Examine(x).Problems {
		file, _, _ := strings.Cut(p.Place, ":")
		count[path.Dir(file)]++
	}
	if count["lessons/l/base"] != mostProblems || count["lessons/l/top"] == 0 || count["lessons/l/alone"] != 0 {
		t.Errorf("problems by package: %v", count)
	}
}

// A circle may go through packages that are not the lesson's.
func TestExamine_circles(t *testing.T) {
	x := tree(t, map[string]string{
		"l/base/base.go":   "package base\nimport _ \"nodebook/lessons/l/help\"\n",
		"l/help/help.go":   "package help\nimport _ \"nodebook/lessons/l/base\"\n",
		"l/top/top.go":     "package top\nimport _ \"nodebook/lessons/before/a\"\n",
		"before/a/a.go":    "package a\nimport _ \"nodebook/lessons/before/b\"\n",
		"before/b/b.go":    "package b\nimport _ \"nodebook/lessons/before/c\"\n",
		"before/c/c.go":    "package c\nimport _ \"nodebook/lessons/before/b\"\n",
		"l/alone/alone.go": "package alone\nimport _ \"nodebook/lessons/l/more\"\nimport _ \"nodebook/lessons/before/d\"\n",
		"l/more/more.go":   "package more\nimport _ \"nodebook/lessons/before/d\"\n",
		"before/d/d.go":    "package d\n",
	})
	var got []string
	for _, p := range Examine(x).Problems {
		got = append(got, p.String())
	}
	want := []string{
		"lessons/l/base/base.go:2:8: import cycle not allowed: package base imports package nodebook/lessons/l/help, which comes back to it",
		"lessons/l/top/top.go:2:8: import cycle not allowed: package top imports package nodebook/lessons/before/a, and there or below it packages import each other",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
