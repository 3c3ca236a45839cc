package trial

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"fmt"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"nodebook/checker/internal/build"
	"nodebook/checker/internal/jail"
	apart "nodebook/checker/internal/outside"
	"nodebook/checker/internal/preflight"
	"nodebook/checker/internal/stub"
	"nodebook/checker/internal/workbook"
)

//go:embed channel.go.txt
var channelSource []byte

//go:embed first.go.txt
var firstSource []byte

// channelPath is where the main of the test binaries is compiled from. No policy
// lets a submission import it.
const channelPath = "nodebook/fixtures/channel"

// kit is what all submissions of a lesson share: compiled packages and rules.
type kit struct {
	once       sync.Once
	open       bool
	err        error
	lesson     *workbook.Lesson
	policies   map[string]*preflight.Policy // by lesson
	dir        string                       // holds the compiled packages
	exports    build.Exports                // where they are
	limits     workbook.Limits
	libgcc     string // "" without the race detector
	pid        int    // of a test binary in its jail; 0 without one
	mu         sync.Mutex
	references map[string]bool       // that are compiled, by their file's name
	tests      map[string]build.Unit // by package folder
	plans      map[*workbook.Package]*apart.Plan
	lang       string                       // of the module: go1.26
	std        map[string]*types.Package    // what may be imported
	types      map[[sha256.Size]byte]*typed // of references that have been looked at, by key
	outside    map[string]bool              // tests, by package folder and name, that are judged from outside
	inside     map[string]string            // why exercises are not
}

func (k *kit) make(ctx context.Context, e *Engine, l *workbook.Lesson) error {
	k.lesson, k.limits, k.references = l, e.o.Limits(l), map[string]bool{}
	k.tests = map[string]build.Unit{}
	k.open = e.o.Open
	if e.o.Jail.Name() != jail.None {
		k.pid = jail.Pid
	}
	k.dir = filepath.Join(e.o.Work, "kit-"+l.Name)
	if err := k.rules(e.o.Book); err != nil {
		return err
	}
	if k.limits.Race {
		if k.libgcc = e.tools.Libgcc; k.libgcc == "" {
			return fmt.Errorf("a lesson with the race detector needs a C compiler (%s)", e.tools.CC)
		}
	}
	module := filepath.Join(k.dir, "module")
	defer func() { k.lang = build.Lang(module) }()
	if err := k.write(e, module); err != nil {
		return err
	}
	if err := k.plan(ctx, e, module); err != nil {
		return err
	}
	roots, err := k.roots(e.o.Book)
	if err != nil {
		return err
	}
	return k.list(ctx, e, module, roots)
}

// rules reads what the code of the lesson and of those before it may use.
func (k *kit) rules(b *workbook.Book) (err error) {
	k.policies = map[string]*preflight.Policy{}
	for _, name := range append(b.Before(k.lesson), k.lesson.Name) {
		each, err := b.Lesson(name)
		if err != nil {
			return err
		}
		if k.policies[name], err = preflight.For(b, each); err != nil {
			return err
		}
	}
	return k.processes(b)
}

// processes keeps packages of earlier lessons from starting processes, unless what
// is graded needs such a package: the references say which that is.
func (k *kit) processes(b *workbook.Book) error {
	needed := map[string]bool{k.lesson.Name: true}
	var add func(l *workbook.Lesson) error
	add = func(l *workbook.Lesson) error {
		for _, p := range l.Packages {
			for _, name := range slices.Concat(p.Files, p.Tests) {
				src, err := fs.ReadFile(b.Solutions, name)
				if err != nil {
					return err
				}
				own, _ := build.Imports(stub.Retarget(src))
				for _, dir := range own {
					name, _, _ := cutDir(dir)
					if needed[name] {
						continue
					}
					needed[name] = true
					each, err := b.Lesson(name)
					if err == nil {
						err = add(each)
					}
					if err != nil {
						return err
					}
				}
			}
		}
		return nil
	}
	if err := add(k.lesson); err != nil {
		return err
	}
	for name, p := range k.policies {
		if !needed[name] {
			p.Keep()
		}
	}
	return nil
}

// roots are the packages that a submission's code, its tests and their main may
// import. slim says that no test needs the whole of testify.
func (k *kit) roots(b *workbook.Book) (roots []string, err error) {
	all := map[string]bool{"runtime": true}
	add := func(src []byte) {
		_, outside := build.Imports(src)
		for _, p := range outside {
			all[p] = true
		}
	}
	add(channelSource)
	all[channelPath] = true
	for p, plan := range k.plans {
		for _, f := range plan.ChildUnit(p, wirePath).Files {
			add(f.Src)
		}
	}
	if k.open {
		for _, name := range strings.Fields("os os/exec os/signal syscall net net/http reflect runtime runtime/debug plugin embed flag testing") {
			all[name] = true
		}
	}
	for _, p := range k.policies {
		for _, name := range p.Standard() {
			all[name] = true
		}
	}
	for _, p := range k.lesson.Packages {
		for _, name := range p.Tests {
			src, err := fs.ReadFile(b.Solutions, name)
			if err != nil {
				return nil, err
			}
			add(stub.Retarget(src))
		}
	}
	all[build.Workbook+"todo"] = true
	if k.limits.Race {
		all["runtime/race"] = true
	}
	for name := range all {
		if name != "unsafe" {
			roots = append(roots, name)
		}
	}
	slices.Sort(roots)
	return roots, nil
}

// write writes the module that the shared packages are compiled from.
func (k *kit) write(e *Engine, module string) error {
	files := map[string][]byte{"fixtures/channel/channel.go": channelSource, "fixtures/channel/first/first.go": firstSource}
	wire, err := apart.Wire(wirePath)
	if err != nil {
		return err
	}
	for name, src := range wire {
		files["fixtures/outside/"+name] = src
	}
	sources, err := k.sources(e.o.Book)
	if err != nil {
		return err
	}
	for _, src := range files {
		sources = append(sources, src)
	}
	for name, src := range needed(handedOut(e.o.Module), sources) {
		files[name] = src
	}
	for _, name := range []string{"lessons/todo/todo.go", "go.mod", "go.sum", "vendor/modules.txt"} {
		if src, ok := e.o.Module[name]; ok {
			files[name] = src
		}
	}
	var all []build.File
	for name, src := range files {
		all = append(all, build.File{Name: name, Src: src})
	}
	return build.WriteFiles(module, all)
}

// handedOut is the files of a module's fixtures and of what is vendored, without the
// fixtures' own tests.
func handedOut(module map[string][]byte) map[string][]byte {
	out := map[string][]byte{}
	for name, src := range module {
		switch top, _, _ := strings.Cut(name, "/"); {
		case top == "vendor", top == "fixtures" && !strings.HasSuffix(name, "_test.go"):
			out[name] = src
		}
	}
	return out
}

// sources is the code and the tests of the lesson's references, and of those before
// it, and a file that imports what else a submission may.
func (k *kit) sources(b *workbook.Book) (all [][]byte, err error) {
	for _, name := range append(b.Before(k.lesson), k.lesson.Name) {
		l, err := b.Lesson(name)
		if err != nil {
			return nil, err
		}
		for _, p := range l.Packages {
			for _, name := range slices.Concat(p.Files, p.Tests) {
				src, err := fs.ReadFile(b.Solutions, name)
				if err != nil {
					return nil, err
				}
				all = append(all, src)
			}
		}
	}
	var allowed strings.Builder
	allowed.WriteString("package allowed\n")
	for _, p := range k.policies {
		for _, name := range p.Standard() {
			fmt.Fprintf(&allowed, "import _ %q\n", name)
		}
	}
	return append(all, []byte(allowed.String())), nil
}

// list compiles the shared packages and notes where each is.
func (k *kit) list(ctx context.Context, e *Engine, module string, roots []string) error {
	lister := &build.Lister{Toolchain: e.tools, Root: module, Race: k.limits.Race, Fresh: true, Lean: true,
		Env: []string{"GOTOOLCHAIN=local", "GOPROXY=off", "GOSUMDB=off"}}
	listed, err := lister.Exports(ctx, roots)
	if err != nil {
		return fmt.Errorf("the packages that all submissions share cannot be compiled: %w", err)
	}
	if err := os.MkdirAll(filepath.Join(k.dir, "pkg"), 0o700); err != nil {
		return err
	}
	k.exports = build.Exports{}
	for p, file := range listed {
		k.exports[p] = filepath.Join(k.dir, "pkg", fmt.Sprintf("%d.a", len(k.exports)))
		if err := copyFile(file, k.exports[p]); err != nil {
			return err
		}
	}
	return k.share(roots)
}

func copyFile(from, to string) error {
	os.Remove(to)
	if os.Link(from, to) == nil {
		return nil
	}
	b, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, b, 0o600)
}

// share reads the types of the shared packages, all at once: the importer is not
// fit to be asked by several submissions at the same time, what it has read is.
func (k *kit) share(roots []string) error {
	k.types, k.std = map[[sha256.Size]byte]*typed{}, map[string]*types.Package{"unsafe": types.Unsafe}
	if k.open {
		return nil
	}
	imp := importer.ForCompiler(token.NewFileSet(), "gc", func(p string) (io.ReadCloser, error) {
		if k.exports[p] == "" {
			return nil, fmt.Errorf("no package %s", p)
		}
		return os.Open(k.exports[p])
	})
	for _, name := range roots {
		pkg, err := imp.Import(name)
		if err != nil {
			return err
		}
		k.std[name] = pkg
	}
	return nil
}
