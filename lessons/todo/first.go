package todo

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
)

var exerciseBlock = regexp.MustCompile("(?m)^```go exercise (\\S+)")

// First names the first exercise of a lesson, in the order of its page, that is
// still a stub. It looks beside the source file of its caller, the lesson's
// main.go, and returns "" where that is not at hand or nothing is left.
func First() string {
	_, file, _, ok := runtime.Caller(1)
	if !ok {
		return ""
	}
	dir := filepath.Dir(file)
	page, err := os.ReadFile(filepath.Join(dir, "README.md"))
	if err != nil {
		return ""
	}
	stubs := Stubs(dir)
	for _, m := range exerciseBlock.FindAllStringSubmatch(string(page), -1) {
		if stubs[m[1]] {
			return m[1]
		}
	}
	return ""
}

// Stubs names the functions (methods as Type.Method) below dir that are stubs.
func Stubs(dir string) map[string]bool {
	stubs := map[string]bool{}
	filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && IsStub(fn) {
				stubs[FuncName(fn)] = true
			}
		}
		return nil
	})
	return stubs
}

// FuncName is a function's name, a method's with its type: "Services.Has".
func FuncName(fn *ast.FuncDecl) string {
	if fn.Recv == nil || len(fn.Recv.List) == 0 {
		return fn.Name.Name
	}
	t := fn.Recv.List[0].Type
	if p, ok := t.(*ast.StarExpr); ok {
		t = p.X
	}
	switch g := t.(type) {
	case *ast.IndexExpr:
		t = g.X
	case *ast.IndexListExpr:
		t = g.X
	}
	if id, ok := t.(*ast.Ident); ok {
		return id.Name + "." + fn.Name.Name
	}
	return fn.Name.Name
}
