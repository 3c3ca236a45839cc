package compiler

import (
	"context"
	"errors"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"nodebook/checker/internal/build"
	"nodebook/checker/internal/report"
	"nodebook/checker/internal/source"
	"nodebook/checker/internal/verdict"
	"nodebook/checker/internal/workbook"
)

// Programs are the test programs of a tree's packages. Each is compiled when it is
// first needed, with the tests that were asked for and no others.
type Programs struct {
	work  *build.Work
	tree  *source.Tree
	tests map[*workbook.Package][]string // names
	mu    sync.Mutex
	by    map[*workbook.Package]*program
}

type program struct {
	once sync.Once
	file string
	err  error
}

func prepare(ctx context.Context, t *source.Tree, tests []workbook.Test) (*Programs, error) {
	p := &Programs{tree: t, tests: map[*workbook.Package][]string{}, by: map[*workbook.Package]*program{}}
	o := build.Options{Reader: build.ReadTree(t), Race: t.Lesson.Limits.Race}
	for _, x := range tests {
		if p.tests[x.Package] == nil {
			o.Dirs = append(o.Dirs, x.Package.Dir)
			o.For = append(o.For, p.files(x.Package)...)
		}
		p.tests[x.Package] = append(p.tests[x.Package], x.Name)
	}
	var err error
	p.work, err = build.NewWork(ctx, o)
	return p, err
}

// Close removes the programs.
func (p *Programs) Close() error { return p.work.Close() }

// files are the hidden tests of a package.
func (p *Programs) files(of *workbook.Package) []build.File {
	var files []build.File
	for _, name := range of.Tests {
		files = append(files, build.File{Name: "lessons/" + name, Src: p.tree.Tests["lessons/"+name]})
	}
	return files
}

// program is the file of a package's test program. The error is a [*build.Failure]
// if the compiler refuses the code.
func (p *Programs) program(ctx context.Context, of *workbook.Package) (string, error) {
	p.mu.Lock()
	x := p.by[of]
	if x == nil {
		x = &program{}
		p.by[of] = x
	}
	p.mu.Unlock()
	x.once.Do(func() { x.file, x.err = p.compile(ctx, of) })
	return x.file, x.err
}

func (p *Programs) compile(ctx context.Context, of *workbook.Package) (string, error) {
	if _, err := p.work.Package(ctx, of.Dir); err != nil {
		return "", err
	}
	file := filepath.Join(p.work.Dir, strings.ReplaceAll(of.Dir, "/", "-")+".test")
	if runtime.GOOS == "windows" {
		file += ".exe"
	}
	some := p.tests[of]
	if len(some) == p.count(of) {
		some = nil
	}
	err := p.link(ctx, of, some, file)
	var said *build.Failure
	if some != nil && errors.As(err, &said) {
		err = p.link(ctx, of, nil, file) // which says all that there is to say
	}
	return file, err
}

// count is how many tests a package has.
func (p *Programs) count(of *workbook.Package) (n int) {
	for _, e := range p.tree.Lesson.Exercises {
		for _, t := range e.Tests {
			if t.Package == of {
				n++
			}
		}
	}
	return n
}

func (p *Programs) link(ctx context.Context, of *workbook.Package, only []string, file string) error {
	tests, err := build.ParseTests(build.Workbook+of.Dir, p.files(of), only)
	if err != nil {
		return err
	}
	return p.work.Program(ctx, tests.Program(), file)
}

// Judge judges a job. The tree of the job need not be the one that the programs
// are made of: env, "NAME=value", tells them in their environment which job it is.
func (p *Programs) Judge(ctx context.Context, j verdict.Job, env ...string) (*report.Lesson, error) {
	return verdict.Collect(ctx, j, "go", p.work.Source(), func(ctx context.Context, left []workbook.Test, _ bool) ([]*verdict.Trace, error) {
		return verdict.EachPackage(left, func(of *workbook.Package, tests []workbook.Test) (*verdict.Trace, error) {
			return p.test(ctx, j, of, tests, env)
		})
	})
}

// test builds the program of a package, if need be, and runs some of its tests.
func (p *Programs) test(ctx context.Context, j verdict.Job, of *workbook.Package, tests []workbook.Test, env []string) (*verdict.Trace, error) {
	file, err := p.program(ctx, of)
	if said := (*build.Failure)(nil); errors.As(err, &said) && !errors.Is(err, build.ErrIndirect) {
		t := verdict.NewEvents(j.Tree.Root, tests, j.Tree.Lesson.Limits.Output)
		t.BuildFailed(said.Said)
		return t, nil
	}
	if err != nil {
		return nil, err
	}
	return run(ctx, j, file, of, tests, env)
}
