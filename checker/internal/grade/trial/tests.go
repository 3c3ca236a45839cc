package trial

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"path/filepath"
	"strings"

	"nodebook/checker/internal/source"
	"nodebook/checker/internal/workbook"
)

// testFiles are the files of a package's tests, and the folder in which they
// lie, written once for all submissions.
func (k *kit) testFiles(t *source.Tree, p *workbook.Package) (src string, files []file, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	src = filepath.Join(k.dir, "tests")
	if k.tests[p.Dir] == nil {
		if files, err = tests(t, p, k.pid); err != nil {
			return "", nil, err
		}
		if err = writeFiles(src, files); err != nil {
			return "", nil, err
		}
		k.tests[p.Dir] = files
	}
	return src, k.tests[p.Dir], nil
}

// tests are the files of a package's tests and of their main. They are one
// package main, which saves a compilation. pid is the process that it will be.
func tests(t *source.Tree, p *workbook.Package, pid int) ([]file, error) {
	var files []file
	var table strings.Builder
	hasMain := false
	for _, name := range p.Tests {
		name = "lessons/" + name
		src := t.Tests[name]
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, name, src, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		at := fset.Position(f.Name.Pos()).Offset
		whole := string(src[:at]) + "main" + string(src[at+len(f.Name.Name):])
		files = append(files, file{name, []byte(whole)})
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			switch {
			case !ok || fn.Recv != nil:
			case fn.Name.Name == "TestMain":
				hasMain = true
			case strings.HasPrefix(fn.Name.Name, "Test"):
				fmt.Fprintf(&table, "\t{Name: %q, F: %s},\n", fn.Name.Name, fn.Name.Name)
			}
		}
	}
	run := "m.Run()"
	if hasMain {
		run = "TestMain(m)"
	}
	main := fmt.Sprintf(`package main

import (
	"testing"

	nodebookChannel %q
)

func main() {
	nodebookChannel.Main(%q, %d, %d, []testing.InternalTest{
%s	}, func(m *testing.M) { %s })
}
`, channelPath, workbookPath+p.Dir, pid, runTasks, table.String(), run)
	return append(files, file{path.Join("lessons", p.Dir, "nodebook_main_test.go"), []byte(main)}), nil
}
