package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What is committed is what the solutions give.
func TestFresh(t *testing.T) {
	dir := t.TempDir()
	if err := run(filepath.Join("..", "..", "..", "..", "..", "solutions"), dir); err != nil {
		t.Fatal(err)
	}
	now, committed := goFiles(t, dir), goFiles(t, "..")
	delete(committed, "compiled.go")
	for name := range committed {
		if strings.HasPrefix(name, "generate/") {
			delete(committed, name)
		}
	}
	for name, text := range now {
		if committed[name] != text {
			t.Errorf("%s is not what it should be: go generate ./checker/internal/interpreter/compiled", name)
		}
		delete(committed, name)
	}
	for name := range committed {
		t.Errorf("%s is not generated any more: remove it", name)
	}
}

func goFiles(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".go" {
			return err
		}
		b, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		files[filepath.ToSlash(name)] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// A package is refused whose API cannot cross, or whose tests would call it
// before it is bound; what is wrong is said.
func TestRefused(t *testing.T) {
	const head = "package p_test\n\nimport (\n\t\"testing\"\n\n\t\"nodebook/solutions/l/p\"\n)\n\n"
	for name, c := range map[string]struct{ own, test, says string }{
		"a pointer to a struct":       {"type T struct{}\n\nfunc F(*T) {}", "func TestF(t *testing.T) { p.F(nil) }", "F: *nodebook/lessons/l/p.T is not plain"},
		"a field of its own":          {"type T struct{ n int }\n\nfunc F() (t T) { return }", "func TestF(t *testing.T) { p.F() }", "n of nodebook/lessons/l/p.T is not plain"},
		"a struct in a struct":        {"type T struct{ U U }\n\ntype U struct{}\n\nfunc F() (t T) { return }", "func TestF(t *testing.T) { p.F() }", "is not plain"},
		"a callback of its own types": {"type N int\n\nfunc F(func(N)) {}", "func TestF(t *testing.T) { p.F(nil) }", "is not plain"},
		"a slice of its own numbers":  {"type N int\n\nfunc F() []N { return nil }", "func TestF(t *testing.T) { p.F() }", "is not plain"},
		"any number of arguments":     {"func F(...int) {}", "func TestF(t *testing.T) { p.F() }", "is not plain"},
		"type parameters":             {"func F[T any](T) {}", "func TestF(t *testing.T) { p.F(0) }", "is not plain"},
		"a variable of its own type":  {"type N int\n\nvar V N", "func TestF(t *testing.T) { _ = p.V }", "V: nodebook/lessons/l/p.N is not plain"},
		"a call before it is bound":   {"func F() int { return 0 }", "var early = p.F()\n\nfunc TestF(t *testing.T) { _ = early }", "the initial value of a package variable calls"},
		"a call behind a call":        {"func F() int { return 0 }", "var early = f()\n\nfunc f() int { return p.F() }\n\nfunc TestF(t *testing.T) { _ = early }", "the initial value of a package variable calls"},
		"a value of two":              {"var A, B error", "var a, b = p.A, p.B\n\nfunc TestF(t *testing.T) { _, _ = a, b }", "is one of several that use the API"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			put(t, dir+"/l/p/p.go", "package p\n\n"+c.own+"\n")
			put(t, dir+"/l/p/p_test.go", head+c.test+"\n")
			s, err := load(dir, "l/p")
			if err == nil {
				err = s.write(t.TempDir())
			}
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want an error that says %q", err, c.says)
			}
		})
	}
}

func put(t *testing.T, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
