package cell

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"

	"nodebook/checker/internal/gotest"
	"nodebook/checker/internal/process"
)

// Tools compiles cells with the compiler and the linker alone. Most of what "go
// build" does for a cell is to find out that nothing has changed: Tools asks it
// once for the compiled packages that a set of imports needs, and again when a
// file of the workbook has changed. What it cannot do is left to go build.
type Tools struct {
	mu      sync.Mutex
	compile string
	link    string
	configs map[string]string // importcfg by imports and the state of the files
}

const mostConfigs = 64

// errSlow says that go build must do it.
var errSlow = errors.New("left to go build")

// build compiles p into binary; the problems are the compiler's.
func (t *Tools) build(ctx context.Context, root, dir, binary string, p *Program) ([]Problem, error) {
	config, err := t.config(ctx, root, p.Imports)
	if err != nil {
		return nil, err
	}
	object, cfg := filepath.Join(dir, "main.a"), filepath.Join(dir, "importcfg")
	if err := os.WriteFile(cfg, []byte(config+"packagefile main="+object+"\n"), 0o600); err != nil {
		return nil, err
	}
	out, ok := runTool(ctx, root, t.compile, "-o", object, "-p", "main", "-complete", "-pack", "-importcfg", cfg, filepath.Join(dir, "main.go"))
	if !ok {
		if ctx.Err() != nil || !strings.Contains(out, "cell") {
			return nil, errSlow
		}
		return compileProblems(out), nil
	}
	if _, ok := runTool(ctx, root, t.link, "-s", "-w", "-o", binary, "-importcfg", cfg, object); !ok {
		return nil, errSlow
	}
	return nil, nil
}

// config is the importcfg for a set of imports.
func (t *Tools) config(ctx context.Context, root string, imports []string) (string, error) {
	state, err := stateOf(root)
	if err != nil {
		return "", err
	}
	key := strings.Join(imports, " ") + "\n" + state
	t.mu.Lock()
	defer t.mu.Unlock()
	if c, ok := t.configs[key]; ok {
		return c, nil
	}
	if t.compile == "" {
		var okC, okL bool
		var c, l string
		if c, okC = runTool(ctx, root, "go", "tool", "-n", "compile"); okC {
			l, okL = runTool(ctx, root, "go", "tool", "-n", "link")
		}
		if !okC || !okL {
			return "", errSlow
		}
		t.compile, t.link = strings.TrimSpace(c), strings.TrimSpace(l)
	}
	args := append([]string{"list", "-export", "-deps", "-f", "{{if .Export}}packagefile {{.ImportPath}}={{.Export}}{{end}}", "os", "strconv"}, imports...)
	out, ok := runTool(ctx, root, "go", args...)
	if !ok {
		return "", errSlow
	}
	if len(t.configs) >= mostConfigs || t.configs == nil {
		t.configs = map[string]string{}
	}
	t.configs[key] = out
	return out, nil
}

// runTool runs a tool of Go and returns what it printed.
func runTool(ctx context.Context, root, name string, args ...string) (string, bool) {
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Env = root, gotest.Environ()
	var out []byte
	o, err := process.Stream(ctx, cmd, process.Limits{Wall: compileTime, Output: 4 << 20}, func(b []byte) { out = append(out, b...) })
	return string(out), err == nil && o.Stop == "" && o.Exit == 0
}

// stateOf tells two states of a workbook's files apart, by their names, sizes
// and times.
func stateOf(root string) (string, error) {
	sum := sha256.New()
	for _, dir := range []string{"go.mod", "lessons", "fixtures"} {
		err := filepath.WalkDir(filepath.Join(root, dir), func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			info, err := d.Info()
			if errors.Is(err, fs.ErrNotExist) {
				return nil // an editor's file that is gone already
			}
			if err == nil {
				fmt.Fprintln(sum, name, info.Size(), info.ModTime().UnixNano())
			}
			return err
		})
		if err != nil {
			return "", err
		}
	}
	return string(sum.Sum(nil)), nil
}
