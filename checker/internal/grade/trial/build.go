package trial

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"nodebook/checker/internal/build"
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
	c        *build.Code
	dir      string            // of the job: src and out
	tools    *build.Builder    // whose tools run in the jail
	archives build.Exports     // compiled packages of the workbook
	failed   map[string]error  // of packages that ran into a limit, by import path
	binaries map[string]string // by package folder
	building sync.Mutex        // guards all that follows, and the folder
	burning  sync.Mutex        // held while an exercise runs that needs more than idleTime
	burnt    time.Duration     // of processors, by such exercises
	hung     atomic.Bool       // an exercise has used up its time
	used     time.Duration     // of processors, by the compiler and the linker
	types    map[*build.Package]*typed
	written  int64 // bytes of the submission's compiled packages
}

func (s *Session) builder(k *kit, c *build.Code, dir string) *builder {
	b := &builder{e: s.e, k: k, c: c, dir: dir, archives: build.Exports{}, failed: map[string]error{}, binaries: map[string]string{}, types: map[*build.Package]*typed{}}
	b.tools = &build.Builder{Run: b.tool, Seen: b.seen, Lang: build.Lang(filepath.Join(k.dir, "module")), Race: k.limits.Race, Libgcc: k.libgcc}
	if b.bare() {
		b.tools.Seen, b.tools.Lies = nil, outside
	}
	return b
}

// seen is where a file lies in the jail.
func (b *builder) seen(file string) string {
	for dir, as := range map[string]string{filepath.Join(b.k.dir, "pkg"): "/pkg", filepath.Join(b.k.dir, "tests"): outside,
		filepath.Join(b.dir, "src"): outside, filepath.Join(b.dir, "out"): "/out"} {
		if rel, err := filepath.Rel(dir, file); err == nil && filepath.IsLocal(rel) {
			return path.Join(as, filepath.ToSlash(rel))
		}
	}
	return "/libgcc.a"
}

// allowed is the processor time that one more exercise has which needs more than a
// moment.
func (b *builder) allowed() time.Duration {
	most := b.k.limits.Timeout
	if b.burnt < burnTime {
		return most
	}
	return min(most, max(leastTime, most/10))
}

// limitError is a build that ran into a limit.
type limitError struct {
	where string // the package's folder; "" is its tests
	what  string
}

func (e *limitError) Error() string { return e.what }

// binary is the test binary of a package.
func (b *builder) binary(ctx context.Context, t *source.Tree, p *workbook.Package) (string, error) {
	b.building.Lock()
	defer b.building.Unlock()
	if at := b.binaries[p.Dir]; at != "" {
		return at, nil
	}
	if err := b.needs(ctx, t, p); err != nil {
		return "", err
	}
	src, tests, err := b.k.testFiles(t, p)
	if err != nil {
		return "", err
	}
	at, err := b.program(ctx, tests, src, "test-"+strings.ReplaceAll(p.Dir, "/", "-"))
	if err == nil {
		b.binaries[p.Dir] = at
	}
	return at, err
}

// needs compiles what a package and its tests import.
func (b *builder) needs(ctx context.Context, t *source.Tree, p *workbook.Package) error {
	for _, dir := range []string{"src", "out"} {
		if err := os.MkdirAll(filepath.Join(b.dir, dir), 0o700); err != nil {
			return fmt.Errorf("%w: %w", jail.ErrMachine, err)
		}
	}
	needs := t.Needs(p)
	for _, q := range b.c.Packages {
		if !needs[q.Dir] {
			continue
		}
		if err := b.archive(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

// program compiles a unit whose files are below src, and links it.
func (b *builder) program(ctx context.Context, u build.Unit, src, main string) (string, error) {
	archive, have := filepath.Join(b.dir, "out", main+".a"), b.have()
	if err := machine(b.tools.Compile(ctx, u, src, have, archive)); err != nil {
		return "", err
	}
	if err := machine(b.tools.Link(ctx, archive, have, filepath.Join(b.dir, "out", main))); err != nil {
		return "", err
	}
	at := filepath.Join(b.dir, "out", main)
	// Nobody can read it, the jailed program itself included.
	if err := os.Chmod(at, 0o111); err != nil {
		return "", fmt.Errorf("%w: %w", jail.ErrMachine, err)
	}
	return at, nil
}

// machine says that it is not the code's fault if a file cannot be written.
func machine(err error) error {
	if file := (*fs.PathError)(nil); errors.As(err, &file) && !errors.Is(err, jail.ErrMachine) {
		return fmt.Errorf("%w: %w", jail.ErrMachine, err)
	}
	return err
}

// have is all that this job has compiled, or finds compiled.
func (b *builder) have() build.Exports {
	all := maps.Clone(b.k.exports)
	maps.Copy(all, b.archives)
	return all
}

// archive compiles a package of the workbook; a reference only once for all
// submissions. What the compiler gives up on is not given to it again: with each
// package that imports it, it would take the time of the others.
func (b *builder) archive(ctx context.Context, p *build.Package) error {
	importPath := build.Workbook + p.Dir
	if b.archives[importPath] != "" {
		return nil
	}
	if err := b.failed[importPath]; err != nil {
		return err
	}
	err := b.compile(ctx, p, importPath)
	if x := (*limitError)(nil); errors.As(err, &x) {
		b.failed[importPath] = err
	}
	return err
}

func (b *builder) compile(ctx context.Context, p *build.Package, importPath string) error {
	if !p.Reference || !b.onlyReferences(p) {
		// Not all that a folder may be called is fit for a file, nor is a/b to be a-b.
		at, err := b.steady(ctx, p, fmt.Sprintf("%x.a", sha256.Sum256([]byte(p.Dir))))
		if err != nil {
			return err
		}
		info, err := os.Stat(at)
		if err != nil {
			return machine(err)
		}
		b.written += info.Size()
		if !p.Reference && !b.e.o.Open {
			if x := b.typesOf(p); len(x.refused) > 0 {
				return &refusedError{x.refused}
			} else if x.err != nil {
				return &limitError{"lessons/" + p.Dir, fmt.Sprintf("refused when a class is graded: its types cannot be found out: %v", x.err)}
			}
		}
		b.archives[importPath] = at
		return nil
	}
	key := fmt.Sprintf("ref-%x.a", p.Key[:12])
	b.k.mu.Lock()
	defer b.k.mu.Unlock()
	at := filepath.Join(b.k.dir, "pkg", key)
	if !b.k.references[key] {
		made, err := b.pack(ctx, p.Dir, p.Files, key)
		if err != nil {
			return err
		}
		if err := os.Rename(made, at); err != nil {
			return fmt.Errorf("%w: %w", jail.ErrMachine, err)
		}
		b.k.references[key] = true
	}
	b.archives[importPath] = at
	return nil
}

// onlyReferences reports whether all that a package imports is ours too.
func (b *builder) onlyReferences(p *build.Package) bool {
	for _, q := range p.Imports {
		if !q.Reference || !b.onlyReferences(q) {
			return false
		}
	}
	return true
}

// bare reports whether there is no jail, whose paths files could have.
func (b *builder) bare() bool { return b.e.o.Jail.Name() == jail.None }

// steady compiles a package of a submission. One that shares a process with tests is
// compiled with what the compiler would read twice copied, see [once]; what the
// compiler says is always about the files as they were handed in.
func (b *builder) steady(ctx context.Context, p *build.Package, name string) (archive string, err error) {
	if !p.Reference && len(b.k.inside) > 0 {
		if files, ok := once(p); ok {
			at, err := b.pack(ctx, p.Dir, files, name)
			if said := (*build.Failure)(nil); err == nil || !errors.As(err, &said) {
				return at, err
			}
			if _, err := b.pack(ctx, p.Dir, p.Files, name); err != nil {
				return "", err
			}
			return "", &limitError{"lessons/" + p.Dir, "refused when a class is graded: an argument of make, append or copy cannot be copied first: put it into a variable"}
		}
	}
	return b.pack(ctx, p.Dir, p.Files, name)
}

// pack compiles a package into a file of that name.
func (b *builder) pack(ctx context.Context, dir string, files []build.File, name string) (archive string, err error) {
	src := filepath.Join(b.dir, "src")
	if err := build.WriteFiles(src, files); err != nil {
		return "", machine(err)
	}
	archive = filepath.Join(b.dir, "out", name)
	return archive, machine(b.tools.Compile(ctx, build.Unit{Path: build.Workbook + dir, Files: files}, src, b.have(), archive))
}

// tool runs one of Go's tools. All that it does for one job is bounded as well as
// each time that it runs: a hundred packages may be handed in.
func (b *builder) tool(ctx context.Context, c build.Call) error {
	var said bytes.Buffer
	name, where := c.Tool, "" // the tests
	if c.Path != "main" {
		where = "lessons/" + strings.TrimPrefix(c.Path, build.Workbook)
	}
	read := map[string]string{"/tool": b.e.tools.Compile, "/pkg": filepath.Join(b.k.dir, "pkg")}
	if name == "link" {
		read["/tool"] = b.e.tools.Link
	} else {
		read[outside] = c.Source
	}
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
		Argv:  append([]string{"/tool"}, c.Args...),
		Env:   []string{"GOGC=off", "GOMEMLIMIT=1GiB", "GOMAXPROCS=1", "TMPDIR=/tmp", "HOME=/tmp"},
		Read:  read,
		Write: map[string]string{"/out": filepath.Join(b.dir, "out")},
		Tmp:   buildFile,
		Dir:   "/tmp",
		Limits: jail.Limits{Wall: buildWall * b.e.o.Build, CPU: most, Memory: buildMemory, Tasks: runTasks, Output: runOutput,
			FileSize: max(1, size), Files: runFiles * 4},
		Out: func(p []byte) { said.Write(p) },
	})
	b.used += r.Used
	if b.bare() && c.Source != "" {
		text := strings.ReplaceAll(said.String(), c.Source, outside)
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
		return &build.Failure{Call: c, Said: said.String()}
	}
	return nil
}

// noSpace matches what a tool says of a full disk; what it says of code begins
// with a place in that.
var noSpace = lazyregexp.New(`(?m)^[^/].*: no space left on device$`)

// tooLarge matches what a tool says when it may not write as much, or when the
// linker counts more than an address of four bytes reaches.
var tooLarge = lazyregexp.New(`(?m): file too large$|too much data|section too large`)
