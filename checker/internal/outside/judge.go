package outside

import (
	"context"
	"errors"
	"fmt"
	"go/importer"
	"go/token"
	"io"
	"maps"
	"os"
	"path"
	"slices"
	"strings"

	"nodebook/checker/internal/build"
	"nodebook/checker/internal/outside/generate"
	"nodebook/checker/internal/source"
	"nodebook/checker/internal/workbook"
)

// generated is the sources of both programs.
func generated(ctx context.Context, tc *build.Toolchain, t *source.Tree, p *workbook.Package) (*generate.Output, error) {
	s := generate.Source{Path: build.Workbook + p.Dir, Files: map[string][]byte{}, Tests: map[string][]byte{}}
	var roots []string
	for name, src := range t.Files {
		if path.Dir(name) == "lessons/"+p.Dir {
			s.Files[path.Base(name)] = src
			_, others := build.Imports(src)
			roots = append(roots, others...)
		}
	}
	for name, src := range t.Tests {
		if path.Dir(name) == "lessons/"+p.Dir {
			s.Tests[path.Base(name)] = src
		}
	}
	s.Dep = func(path string) map[string][]byte { return referenceOf(t, strings.TrimPrefix(path, "nodebook/")) }
	for _, src := range t.Overlay { // a package that has a proxy is checked from its sources
		_, others := build.Imports(src)
		roots = append(roots, others...)
	}
	w, err := build.NewWork(ctx, build.Options{Reader: build.ReadTree(t), Dirs: []string{p.Dir}})
	if err != nil {
		return nil, err
	}
	defer w.Close()
	roots = slices.DeleteFunc(roots, func(p string) bool { return p == "unsafe" })
	exports, err := (&build.Lister{Toolchain: tc, Root: t.Root}).Exports(ctx, roots)
	if err != nil {
		return nil, err
	}
	s.Importer = importer.ForCompiler(token.NewFileSet(), "gc", func(p string) (io.ReadCloser, error) {
		file := exports[p]
		if dir, ok := strings.CutPrefix(p, build.Workbook); ok && file == "" {
			if file, err = w.Package(ctx, dir); err != nil {
				return nil, err
			}
		}
		if file == "" {
			return nil, fmt.Errorf("there is no package %s", p)
		}
		return os.Open(file)
	})
	return generate.Package(s)
}

// referenceOf is the files of a package in a tree of references, by name.
func referenceOf(t *source.Tree, dir string) map[string][]byte {
	out := map[string][]byte{}
	for _, files := range []map[string][]byte{t.Files, t.Overlay} {
		for name, src := range files {
			if path.Dir(name) == dir && src != nil && !strings.HasSuffix(name, "_test.go") {
				out[path.Base(name)] = src
			}
		}
	}
	return out
}

// ErrGenerated is the error of a generated program that does not compile: a fault of
// package generate's.
var ErrGenerated = errors.New("the generated judge does not compile")

// compileJudge compiles the judge's program.
func compileJudge(ctx context.Context, t *source.Tree, p *workbook.Package, out *generate.Output, file string) error {
	r := build.ReadTree(t)
	over, err := runtimeFiles(t.Root)
	if err != nil {
		return err
	}
	for name, src := range t.Overlay {
		if _, laid := over[name]; laid {
			continue
		}
		over[name] = src
		if _, proxied := out.Proxies["nodebook/"+path.Dir(name)]; proxied {
			over[name] = nil
		}
	}
	for dir, files := range out.Proxies {
		for name, src := range files {
			over[strings.TrimPrefix(dir, "nodebook/")+"/"+name] = unplaced("judge/"+name, retarget(src))
		}
	}
	r.Files, r.Overlay = nil, over
	var files []build.File
	for _, name := range slices.Sorted(maps.Keys(out.Judge)) {
		src := retarget(out.Judge[name])
		files = append(files, build.File{Name: "lessons/" + p.Dir + "/" + strings.TrimSuffix(name, ".go") + "_test.go", Src: src})
	}
	w, err := build.NewWork(ctx, build.Options{Reader: r, Dirs: []string{p.Dir}, For: files})
	if err != nil {
		return err
	}
	defer w.Close()
	err = w.Program(ctx, build.Unit{Path: "main", Files: files, Flags: []string{"-l"}}, file)
	if said := (*build.Failure)(nil); errors.As(err, &said) {
		return fmt.Errorf("%w: %s: %s", ErrGenerated, p.Dir, said.Said)
	}
	return err
}
