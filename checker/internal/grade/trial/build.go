package trial

import (
	"bytes"
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"nodebook/checker/internal/gotest"
	"nodebook/checker/internal/jail"
	"nodebook/checker/internal/source"
	"nodebook/checker/internal/workbook"
)

// builder builds the test binaries of one job.
type builder struct {
	e        *Engine
	k        *kit
	c        *code
	dir      string            // of the job: src and out
	archives map[string]string // compiled packages of the workbook, by folder
	binaries map[string]string // by package folder
}

// limitError is a build that ran into a limit.
type limitError struct {
	where string
	what  string
}

func (e *limitError) Error() string { return e.what }

// compileError is what the compiler said of the code.
type compileError string

func (e compileError) Error() string { return string(e) }

// binary is the test binary of a package.
func (b *builder) binary(ctx context.Context, t *source.Tree, p *workbook.Package) (string, error) {
	if at := b.binaries[p.Dir]; at != "" {
		return at, nil
	}
	for _, dir := range []string{"src", "out"} {
		if err := os.MkdirAll(filepath.Join(b.dir, dir), 0o700); err != nil {
			return "", fmt.Errorf("%w: %w", jail.ErrMachine, err)
		}
	}
	for _, q := range b.c.packages {
		if err := b.archive(ctx, q); err != nil {
			return "", err
		}
	}
	files, err := tests(t, p)
	if err != nil {
		return "", err
	}
	main := "test-" + strings.ReplaceAll(p.Dir, "/", "-")
	if err := b.compile(ctx, "main", files, filepath.Join(b.dir, "out"), main+".a"); err != nil {
		return "", err
	}
	if err := b.link(ctx, main); err != nil {
		return "", err
	}
	at := filepath.Join(b.dir, "out", main)
	// Nobody can read it, the jailed program itself included.
	if err := os.Chmod(at, 0o111); err != nil {
		return "", fmt.Errorf("%w: %w", jail.ErrMachine, err)
	}
	b.binaries[p.Dir] = at
	return at, nil
}

// archive compiles a package of the workbook; a reference only once for all
// submissions.
func (b *builder) archive(ctx context.Context, p *pack) error {
	if b.archives[p.dir] != "" {
		return nil
	}
	name := strings.ReplaceAll(p.dir, "/", "-") + ".a"
	if !p.reference || !b.onlyReferences(p) {
		b.archives[p.dir] = "/out/" + name
		return b.compile(ctx, workbookPath+p.dir, p.files, filepath.Join(b.dir, "out"), name)
	}
	key := fmt.Sprintf("ref-%x.a", p.key[:12])
	b.k.mu.Lock()
	defer b.k.mu.Unlock()
	if !b.hasArchive(key) {
		if err := b.compile(ctx, workbookPath+p.dir, p.files, filepath.Join(b.dir, "out"), key); err != nil {
			return err
		}
		if err := os.Rename(filepath.Join(b.dir, "out", key), filepath.Join(b.k.dir, "pkg", key)); err != nil {
			return fmt.Errorf("%w: %w", jail.ErrMachine, err)
		}
		b.k.archives[key] = key
	}
	b.archives[p.dir] = "/pkg/" + key
	return nil
}

func (b *builder) hasArchive(key string) bool { return b.k.archives[key] != "" }

// onlyReferences tells whether all that a package imports is ours too.
func (b *builder) onlyReferences(p *pack) bool {
	for _, q := range p.imports {
		if !q.reference || !b.onlyReferences(q) {
			return false
		}
	}
	return true
}

// config is the import configuration of this job.
func (b *builder) config() []byte {
	var s strings.Builder
	s.WriteString(b.k.config)
	for dir, at := range b.archives {
		fmt.Fprintf(&s, "packagefile %s%s=%s\n", workbookPath, dir, at)
	}
	return []byte(s.String())
}

// compile compiles a package in a jail.
func (b *builder) compile(ctx context.Context, importPath string, files []file, out, name string) error {
	args := []string{"-p", importPath, "-o", "/out/" + name, "-pack", "-complete", "-nolocalimports", "-lang=go1.26", "-c=1", "-dwarf=false",
		"-importcfg", outside + "/importcfg"}
	if b.k.limits.Race {
		args = append(args, "-race")
	}
	src := filepath.Join(b.dir, "src")
	if err := os.WriteFile(filepath.Join(src, "importcfg"), b.config(), 0o600); err != nil {
		return fmt.Errorf("%w: %w", jail.ErrMachine, err)
	}
	for _, f := range files {
		at := filepath.Join(src, filepath.FromSlash(f.name))
		err := os.MkdirAll(filepath.Dir(at), 0o700)
		if err == nil {
			err = os.WriteFile(at, f.src, 0o600)
		}
		if err != nil {
			return fmt.Errorf("%w: %w", jail.ErrMachine, err)
		}
		args = append(args, within(outside, f.name))
	}
	where := "lessons/" + strings.TrimPrefix(importPath, workbookPath)
	return b.tool(ctx, "compile", where, args, out)
}

// link links a test binary in a jail.
func (b *builder) link(ctx context.Context, main string) error {
	args := []string{"-o", "/out/" + main, "-importcfg", outside + "/importcfg", "-buildmode=exe", "-s", "-w", "-X", "testing.testBinary=1"}
	if b.k.limits.Race {
		args = append(args, "-race", "-linkmode=internal", "-libgcc=/libgcc.a")
	}
	return b.tool(ctx, "link", "", append(args, "/out/"+main+".a"), filepath.Join(b.dir, "out"))
}

// tool runs one of Go's tools.
func (b *builder) tool(ctx context.Context, name, where string, args []string, out string) error {
	var said bytes.Buffer
	read := map[string]string{"/tool": b.e.go_.tool(name), "/pkg": filepath.Join(b.k.dir, "pkg"), outside: filepath.Join(b.dir, "src")}
	if b.k.libgcc != "" {
		read["/libgcc.a"] = b.k.libgcc
	}
	r, err := b.e.o.Jail.Run(ctx, &jail.Spec{
		Argv:  append([]string{"/tool"}, args...),
		Env:   []string{"GOGC=off", "GOMEMLIMIT=1GiB", "GOMAXPROCS=2", "TMPDIR=/tmp", "HOME=/tmp"},
		Read:  read,
		Write: map[string]string{"/out": out},
		Tmp:   buildFile,
		Dir:   "/tmp",
		Limits: jail.Limits{Wall: buildTime, CPU: buildTime, Memory: buildMemory, Tasks: runTasks, Output: runOutput,
			FileSize: buildFile, Files: runFiles * 4},
		Out: func(p []byte) { said.Write(p) },
	})
	switch {
	case err != nil:
		return err
	case noSpace.MatchString(said.String()):
		return fmt.Errorf("%w: %s", jail.ErrMachine, strings.TrimSpace(said.String()))
	case r.Stop == jail.Cancelled:
		return context.Cause(ctx)
	case r.Stop == jail.Wall || r.Stop == jail.CPU:
		return &limitError{where, fmt.Sprintf("the compiler was not done with this code after %v", buildTime)}
	case r.Stop != "" || strings.Contains(said.String(), "out of memory") || strings.Contains(said.String(), "cannot allocate memory"):
		return &limitError{where, fmt.Sprintf("the compiler needs more than %d MiB for this code", buildMemory>>20)}
	case r.Exit != 0 && name == "link" && !strings.Contains(said.String(), "function main is undeclared"):
		return fmt.Errorf("%w: the linker said: %s", jail.ErrMachine, strings.TrimSpace(said.String()))
	case r.Exit != 0:
		return compileError(said.String())
	}
	return nil
}

// noSpace matches what a tool says of a full disk; what it says of code begins
// with a place in that.
var noSpace = regexp.MustCompile(`(?m)^[^/].*: no space left on device$`)

// tests are the files of a package's tests and of their main. They are one
// package main, which saves a compilation.
func tests(t *source.Tree, p *workbook.Package) ([]file, error) {
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
	extra := fmt.Sprintf("\nconst nodebookPath = %q\n\nconst nodebookTasks = %d\n\nfunc nodebookRun(m *nodebookTesting.M) { %s }\n\nvar nodebookTests = []nodebookTesting.InternalTest{\n%s}\n",
		workbookPath+p.Dir, runTasks, run, table.String())
	name := path.Join("lessons", p.Dir, "nodebook_main_test.go")
	return append(files, file{name, append(bytes.Clone(testMain), extra...)}), nil
}

// asTrace is a build's failure as the record of a run, for those who put the
// compiler's words into a learner's.
func asTrace(said string, asked []workbook.Test) *gotest.Trace {
	t := gotest.NewTrace(outside, asked)
	t.BuildFailed(said)
	return t
}
