package trial

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"nodebook/checker/internal/jail"
	"nodebook/checker/internal/lazyregexp"
	"nodebook/checker/internal/process"
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
	used     time.Duration     // of processors, by the compiler and the linker
	written  int64             // bytes of the submission's compiled packages
}

// limitError is a build that ran into a limit.
type limitError struct {
	where string // the package's folder; "" is its tests
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
	needs := t.Needs(p)
	for _, q := range b.c.packages {
		if !needs[q.dir] {
			continue
		}
		if err := b.archive(ctx, q); err != nil {
			return "", err
		}
	}
	src, files, err := b.k.testFiles(t, p)
	if err != nil {
		return "", err
	}
	main := "test-" + strings.ReplaceAll(p.Dir, "/", "-")
	if err := b.compile(ctx, "main", src, files, main+".a"); err != nil {
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
	if !p.reference || !b.onlyReferences(p) {
		// Not all that a folder may be called is fit for a file, nor is a/b to be a-b.
		name := fmt.Sprintf("%x.a", sha256.Sum256([]byte(p.dir)))
		if err := b.pack(ctx, p, name); err != nil {
			return err
		}
		info, err := os.Stat(filepath.Join(b.dir, "out", name))
		if err != nil {
			return fmt.Errorf("%w: %w", jail.ErrMachine, err)
		}
		b.written += info.Size()
		b.archives[p.dir] = "/out/" + name
		return nil
	}
	key := fmt.Sprintf("ref-%x.a", p.key[:12])
	b.k.mu.Lock()
	defer b.k.mu.Unlock()
	if !b.hasArchive(key) {
		if err := b.pack(ctx, p, key); err != nil {
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
	if !b.bare() {
		return []byte(s.String())
	}
	return []byte(strings.NewReplacer("=/pkg/", "="+filepath.Join(b.k.dir, "pkg")+"/", "=/out/", "="+filepath.Join(b.dir, "out")+"/").Replace(s.String()))
}

// bare tells whether there is no jail, whose paths files could have.
func (b *builder) bare() bool { return b.e.o.Jail.Name() == jail.None }

// pack writes a package's files and compiles them.
func (b *builder) pack(ctx context.Context, p *pack, name string) error {
	src := filepath.Join(b.dir, "src")
	if err := writeFiles(src, p.files); err != nil {
		return err
	}
	return b.compile(ctx, workbookPath+p.dir, src, p.files, name)
}

func writeFiles(dir string, files []file) error {
	for _, f := range files {
		at := filepath.Join(dir, filepath.FromSlash(f.name))
		err := os.MkdirAll(filepath.Dir(at), 0o700)
		if err == nil {
			err = os.WriteFile(at, f.src, 0o600)
		}
		if err != nil {
			return fmt.Errorf("%w: %w", jail.ErrMachine, err)
		}
	}
	return nil
}

// compile compiles a package, whose files are in src, in a jail.
func (b *builder) compile(ctx context.Context, importPath, src string, files []file, name string) error {
	args := []string{"-p", importPath, "-o", "/out/" + name, "-pack", "-complete", "-nolocalimports", "-lang=go1.26", "-c=1", "-dwarf=false",
		"-importcfg", "/out/importcfg"}
	if b.k.limits.Race {
		args = append(args, "-race")
	}
	if b.bare() {
		args = append(args, "-trimpath="+src+"=>"+outside)
	}
	if importPath == "main" {
		args = append(args, "-l") // the tests: compiled faster, and run as well, without inlining
	}
	if err := os.WriteFile(filepath.Join(b.dir, "out", "importcfg"), b.config(), 0o600); err != nil {
		return fmt.Errorf("%w: %w", jail.ErrMachine, err)
	}
	for _, f := range files {
		args = append(args, within(outside, f.name))
	}
	where := "" // the tests
	if importPath != "main" {
		where = "lessons/" + strings.TrimPrefix(importPath, workbookPath)
	}
	return b.tool(ctx, "compile", where, args, src)
}

// link links a test binary in a jail.
func (b *builder) link(ctx context.Context, main string) error {
	args := []string{"-o", "/out/" + main, "-importcfg", "/out/importcfg", "-buildmode=exe", "-s", "-w", "-X", "testing.testBinary=1"}
	if b.k.limits.Race {
		args = append(args, "-race", "-linkmode=internal", "-libgcc=/libgcc.a")
	}
	return b.tool(ctx, "link", "", append(args, "/out/"+main+".a"), filepath.Join(b.dir, "src"))
}

// tool runs one of Go's tools. All that it does for one job is bounded as well as
// each time that it runs: a hundred packages may be handed in.
func (b *builder) tool(ctx context.Context, name, where string, args []string, src string) error {
	var said bytes.Buffer
	read := map[string]string{"/tool": b.e.go_.tool(name), "/pkg": filepath.Join(b.k.dir, "pkg"), outside: src}
	if b.k.libgcc != "" {
		read["/libgcc.a"] = b.k.libgcc
	}
	most := min(b.e.o.Build, buildsTime*b.e.o.Build-b.used)
	if most <= 0 {
		return &limitError{where, fmt.Sprintf("the compiler was not done with the packages of this lesson after %v", buildsTime*b.e.o.Build)}
	}
	size := buildFile - b.written
	if name == "link" {
		size = 2 * buildFile
	}
	r, err := b.e.o.Jail.Run(ctx, &jail.Spec{
		Argv:  append([]string{"/tool"}, args...),
		Env:   []string{"GOGC=off", "GOMEMLIMIT=1GiB", "GOMAXPROCS=2", "TMPDIR=/tmp", "HOME=/tmp"},
		Read:  read,
		Write: map[string]string{"/out": filepath.Join(b.dir, "out")},
		Tmp:   buildFile,
		Dir:   "/tmp",
		Limits: jail.Limits{Wall: buildWall * b.e.o.Build, CPU: most, Memory: buildMemory, Tasks: runTasks, Output: runOutput,
			FileSize: max(1, size), Files: runFiles * 4},
		Out: func(p []byte) { said.Write(p) },
	})
	b.used += r.Used
	if b.bare() {
		text := strings.ReplaceAll(said.String(), src, outside)
		said.Reset()
		said.WriteString(text)
	}
	switch {
	case err != nil:
		return err
	case noSpace().MatchString(said.String()):
		return fmt.Errorf("%w: %s", jail.ErrMachine, strings.TrimSpace(said.String()))
	case r.Stop == jail.Cancelled:
		return context.Cause(ctx)
	case r.Stop == jail.Wall: // a tool does not sleep
		return fmt.Errorf("%w: no processor was free: go tool %s was not done after %v", jail.ErrMachine, name, r.Took.Round(time.Second))
	case r.Stop == jail.CPU:
		return &limitError{where, fmt.Sprintf("the compiler was not done with this code after %v", most.Round(time.Second))}
	case r.Stop == jail.Output:
		return &limitError{where, fmt.Sprintf("the compiler says more than %d KiB of this code", runOutput>>10)}
	case r.Exit != 0 && tooLarge().MatchString(said.String()):
		return &limitError{where, fmt.Sprintf("compiled, this code and what it imports are larger than %d MiB: look at its variables", buildFile>>20)}
	case r.Stop != "" || process.NoMemory(said.String()) || strings.Contains(said.String(), "cannot allocate memory"):
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
var noSpace = lazyregexp.New(`(?m)^[^/].*: no space left on device$`)

// tooLarge matches what a tool says when it may not write as much, or when the
// linker counts more than an address of four bytes reaches.
var tooLarge = lazyregexp.New(`(?m): file too large$|too much data|section too large`)
