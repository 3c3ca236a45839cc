package trial

import (
	"fmt"
	"path/filepath"

	"nodebook/checker/internal/build"
	"nodebook/checker/internal/source"
	"nodebook/checker/internal/workbook"
)

// testFiles are a package's tests with their main, and the folder in which they
// lie, written once for all submissions.
func (k *kit) testFiles(t *source.Tree, p *workbook.Package) (src string, tests build.Unit, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	src = filepath.Join(k.dir, "tests")
	if k.tests[p.Dir].Files == nil {
		if tests, err = testsOf(t, p, k.pid); err != nil {
			return "", tests, err
		}
		if err = build.WriteFiles(src, tests.Files); err != nil {
			return "", tests, machine(err)
		}
		k.tests[p.Dir] = tests
	}
	return src, k.tests[p.Dir], nil
}

// testsOf are a package's tests, and a main that sends their results over the
// channel. pid is the process that it will be.
func testsOf(t *source.Tree, p *workbook.Package, pid int) (build.Unit, error) {
	var files []build.File
	for _, name := range p.Tests {
		files = append(files, build.File{Name: "lessons/" + name, Src: t.Tests["lessons/"+name]})
	}
	tests, err := build.ParseTests(build.Workbook+p.Dir, files, nil)
	if err != nil {
		return build.Unit{}, err
	}
	run := "m.Run()"
	if tests.Main {
		run = "TestMain(m)"
	}
	return tests.Unit(fmt.Appendf(nil, `package main

import (
	"testing"

	nodebookChannel %q
)

func main() {
	nodebookChannel.Main(%q, %d, %d, []testing.InternalTest{
%s	}, func(m *testing.M) { %s })
}
`, channelPath, tests.Path, pid, runTasks, tests.Table(), run)), nil
}
