package trial

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"nodebook/checker/internal/jail"
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

// toolchain is the Go that builds.
type toolchain struct {
	command, version, tools, cache, modules, cc string
}

// findGo asks the go command where its things are.
func findGo(ctx context.Context) (toolchain, error) {
	command, err := exec.LookPath("go")
	if err != nil {
		return toolchain{}, err
	}
	out, err := exec.CommandContext(ctx, command, "env", "-json", "GOVERSION", "GOTOOLDIR", "GOCACHE", "GOMODCACHE", "CC").Output()
	if err != nil {
		return toolchain{}, fmt.Errorf("go env: %w", err)
	}
	var m map[string]string
	if err := json.Unmarshal(out, &m); err != nil {
		return toolchain{}, fmt.Errorf("go env: %w", err)
	}
	return toolchain{command, m["GOVERSION"], m["GOTOOLDIR"], m["GOCACHE"], m["GOMODCACHE"], m["CC"]}, nil
}

// kit is what all submissions of a lesson share: compiled packages and rules.
type kit struct {
	once     sync.Once
	open     bool
	err      error
	lesson   *workbook.Lesson
	policies map[string]*preflight.Policy // by lesson
	dir      string                       // holds the compiled packages
	config   string                       // a line of the import configuration for each
	limits   workbook.Limits
	libgcc   string // "" without the race detector
	pid      int    // of a test binary in its jail; 0 without one
	mu       sync.Mutex
	archives map[string]string // of references, by key
	tests    map[string][]file // by package folder
}

func (k *kit) make(ctx context.Context, e *Engine, l *workbook.Lesson) error {
	k.lesson, k.limits, k.policies, k.archives = l, e.o.Limits(l), map[string]*preflight.Policy{}, map[string]string{}
	k.tests = map[string][]file{}
	k.open = e.o.Open
	if e.o.Jail.Name() != jail.None {
		k.pid = jail.Pid
	}
	k.dir = filepath.Join(e.o.Work, "kit-"+l.Name)
	for _, name := range append(e.o.Book.Before(l), l.Name) {
		each, err := e.o.Book.Lesson(name)
		if err != nil {
			return err
		}
		if k.policies[name], err = preflight.For(e.o.Book, each); err != nil {
			return err
		}
	}
	if k.limits.Race {
		var err error
		if k.libgcc, err = e.go_.libgcc(ctx); err != nil {
			return err
		}
	}
	roots, slim, err := k.roots(e.o.Book)
	if err != nil {
		return err
	}
	module := filepath.Join(k.dir, "module")
	if err := k.write(e, module, slim); err != nil {
		return err
	}
	return k.list(ctx, e, module, roots)
}

// roots are the packages that a submission's code, its tests and their main may
// import. slim says that no test needs the whole of testify.
func (k *kit) roots(b *workbook.Book) (roots []string, slim bool, err error) {
	all := map[string]bool{"runtime": true}
	slim = true
	add := func(src []byte) {
		for _, p := range imports(src) {
			if !strings.HasPrefix(p, workbookPath+"lesson") {
				all[p] = true
				slim = slim && !strings.HasPrefix(p, testify)
			}
		}
	}
	add(channelSource)
	all[channelPath] = true
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
				return nil, false, err
			}
			add(stub.Retarget(src))
		}
	}
	all[workbookPath+"todo"] = true
	if k.limits.Race {
		all["runtime/race"] = true
	}
	for name := range all {
		if name != "unsafe" {
			roots = append(roots, name)
		}
	}
	slices.Sort(roots)
	return roots, slim, nil
}

const testify = "github.com/stretchr/testify/"

// equality is the one function of testify that the fixtures use. Linking all of
// testify, with an HTTP server and a YAML parser, takes longer than all else.
const equality = `package assert

import (
	"bytes"
	"reflect"
)

func ObjectsAreEqual(expected, actual any) bool {
	if expected == nil || actual == nil {
		return expected == actual
	}
	exp, ok := expected.([]byte)
	if !ok {
		return reflect.DeepEqual(expected, actual)
	}
	act, ok := actual.([]byte)
	if !ok {
		return false
	}
	if exp == nil || act == nil {
		return exp == nil && act == nil
	}
	return bytes.Equal(exp, act)
}
`

// write writes the module that the shared packages are compiled from.
func (k *kit) write(e *Engine, module string, slim bool) error {
	files := map[string][]byte{"fixtures/assert/assert.go": []byte(equality), "fixtures/channel/channel.go": channelSource,
		"fixtures/channel/first/first.go": firstSource}
	for name, src := range e.o.Module {
		top, _, _ := strings.Cut(name, "/")
		switch {
		case strings.HasSuffix(name, "_test.go") && top != "vendor":
			continue
		case top == "fixtures" && slim && strings.HasSuffix(name, ".go") && onlyEquality(src):
			src = bytes.ReplaceAll(src, []byte(`"`+testify+`assert"`), []byte(`"nodebook/fixtures/assert"`))
		case name == "lessons/todo/todo.go", name == "go.mod", name == "go.sum", top == "vendor", top == "fixtures":
		default:
			continue
		}
		files[name] = src
	}
	for name, src := range files {
		at := filepath.Join(module, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(at), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(at, src, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// onlyEquality tells whether a file uses nothing else of testify.
func onlyEquality(src []byte) bool {
	return bytes.Count(src, []byte("assert.")) == bytes.Count(src, []byte("assert.ObjectsAreEqual("))
}

type listed struct {
	ImportPath, Export string
}

// list compiles the shared packages and notes where each is.
func (k *kit) list(ctx context.Context, e *Engine, module string, roots []string) error {
	args := []string{"list", "-deps", "-export", "-json=ImportPath,Export"}
	cgo := "0"
	if k.limits.Race {
		args, cgo = append(args, "-race"), "1"
	}
	cmd := exec.CommandContext(ctx, e.go_.command, append(args, roots...)...)
	cmd.Dir = module
	cmd.Env = []string{"GOENV=off", "GOFLAGS=", "GOWORK=off", "GOTOOLCHAIN=local", "GOPROXY=off", "GOSUMDB=off", "CGO_ENABLED=" + cgo,
		"GOCACHE=" + e.go_.cache, "GOMODCACHE=" + e.go_.modules, "HOME=" + k.dir, "PATH=" + os.Getenv("PATH"), "TMPDIR=" + k.dir} // which goes, when this is killed too
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("the packages that all submissions share cannot be compiled: %w\n%s", err, errs.String())
	}
	if err := os.MkdirAll(filepath.Join(k.dir, "pkg"), 0o700); err != nil {
		return err
	}
	var config strings.Builder
	exports := map[string]string{}
	for dec := json.NewDecoder(&out); ; {
		var p listed
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if p.Export == "" {
			continue
		}
		name := fmt.Sprintf("%d.a", len(exports))
		exports[p.ImportPath] = filepath.Join(k.dir, "pkg", name)
		if err := copyFile(p.Export, exports[p.ImportPath]); err != nil {
			return err
		}
		fmt.Fprintf(&config, "packagefile %s=/pkg/%s\n", p.ImportPath, name)
	}
	k.config = config.String()
	return k.share(exports)
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

// share tells the policies which variables of the standard packages refer to
// something that a test may use as well.
func (k *kit) share(exports map[string]string) error {
	imp := importer.ForCompiler(token.NewFileSet(), "gc", func(p string) (io.ReadCloser, error) {
		if exports[p] == "" {
			return nil, fmt.Errorf("no package %s", p)
		}
		return os.Open(exports[p])
	})
	failure := types.Universe.Lookup("error").Type()
	for _, policy := range k.policies {
		for _, name := range policy.Standard() {
			pkg, err := imp.Import(name)
			if err != nil {
				return err
			}
			for _, n := range pkg.Scope().Names() {
				v, ok := pkg.Scope().Lookup(n).(*types.Var)
				if !ok || types.Identical(v.Type(), failure) {
					continue
				}
				switch v.Type().Underlying().(type) {
				case *types.Pointer, *types.Slice, *types.Map, *types.Chan, *types.Interface:
					policy.Share(name, n)
				}
			}
		}
	}
	return nil
}

// libgcc is the part of the C compiler's library that the race detector needs.
func (t toolchain) libgcc(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, t.cc, "-print-libgcc-file-name").Output()
	at := strings.TrimSpace(string(out))
	if err != nil || !filepath.IsAbs(at) {
		return "", fmt.Errorf("a lesson with the race detector needs a C compiler (%s): %w", t.cc, err)
	}
	return at, nil
}

// tool is the path of one of Go's tools.
func (t toolchain) tool(name string) string {
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	return filepath.Join(t.tools, name)
}

// within is a path in a folder of the jail.
func within(dir, file string) string { return path.Join(dir, filepath.ToSlash(file)) }
