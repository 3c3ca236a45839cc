// Package gotest is the engine that runs the go test command over a learner's
// packages, with the hidden tests laid over them. What it prints becomes verdicts
// in package verdict.
//
// It is slower than package compiler, and can do what that cannot know: cgo,
// embedded files, unusual platforms. It is the fallback, and in tests the oracle.
package gotest

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"nodebook/checker/internal/build"
	"nodebook/checker/internal/process"
	"nodebook/checker/internal/report"
	"nodebook/checker/internal/source"
	"nodebook/checker/internal/verdict"
	"nodebook/checker/internal/workbook"
	"nodebook/fixtures/draw"
)

// Engine runs go test.
type Engine struct {
	Go string // the go command; "" finds it on PATH
}

// Name is the engine's name in reports.
func (*Engine) Name() string { return "go" }

const (
	compileTime = 3 * time.Minute // a first build of the standard library on a slow machine
	rawOutput   = 64 << 20        // bytes of go test's JSON
)

// Judge gives every exercise of a job its verdict. The error is for what kept
// the judge from judging at all.
func (g *Engine) Judge(ctx context.Context, j verdict.Job) (*report.Lesson, error) {
	overlay, cleanup, err := writeOverlay(j.Tree)
	if err != nil {
		return nil, err
	}
	defer cleanup()
	return verdict.Collect(ctx, j, "go", filepath.Dir(overlay), func(ctx context.Context, left []workbook.Test, _ bool) ([]*verdict.Trace, error) {
		t, err := g.run(ctx, j, overlay, left)
		return []*verdict.Trace{t}, err
	})
}

// run is go test over the tests named.
func (g *Engine) run(ctx context.Context, j verdict.Job, overlay string, tests []workbook.Test) (*verdict.Trace, error) {
	args := append([]string{"test", "-json", "-count=1", "-timeout=" + j.Tree.Lesson.Limits.Timeout.String(), "-run=" + pattern(tests)},
		flags(j.Tree, overlay)...)
	for _, dir := range packages(tests) {
		args = append(args, "./lessons/"+dir)
	}
	lim, mark := j.Tree.Lesson.Limits, "NODEBOOK_RUN="+rand.Text()
	cmd := exec.Command(cmp.Or(g.Go, "go"), args...)
	cmd.Dir = j.Tree.Root
	cmd.Env = append(append(build.Environ(), mark, draw.Variable+"="+strconv.FormatUint(j.Seed, 10)), build.WorkIn(filepath.Dir(overlay))...)
	if lim.Race {
		cmd.Env = append(cmd.Env, "CGO_ENABLED=1")
	}
	t := verdict.NewEvents(j.Tree.Root, tests, lim.Output)
	over := false
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	outcome, err := process.Run(ctx, cmd, process.Limits{
		Wall: compileTime + lim.Timeout, Memory: lim.Memory, Watch: lim.Race, Output: rawOutput, Files: lim.Files, Mark: mark,
	}, func(b []byte) {
		var e verdict.Event
		if json.Unmarshal(b, &e) == nil && t.Add(e) {
			over = true
			cancel()
		}
	})
	if err != nil {
		return nil, err
	}
	t.Stopped(outcome, over)
	return t, nil
}

// flags are how go test builds. What a debugger reads is left out: linking takes
// half the time then, and stacks name their lines anyway.
func flags(t *source.Tree, overlay string) []string {
	flags := []string{"-vet=off", "-ldflags=-s -w", "-overlay=" + overlay}
	if t.Lesson.Limits.Race {
		flags = append(flags, "-race")
	}
	return flags
}

// pattern is the -run expression that matches just these tests.
func pattern(tests []workbook.Test) string {
	var names []string
	for _, t := range tests {
		names = append(names, regexp.QuoteMeta(t.Name))
	}
	return "^(" + strings.Join(names, "|") + ")$"
}

// packages are the folders of the tests' packages, each once.
func packages(tests []workbook.Test) []string {
	var dirs []string
	seen := map[string]bool{}
	for _, t := range tests {
		if !seen[t.Package.Dir] {
			seen[t.Package.Dir] = true
			dirs = append(dirs, t.Package.Dir)
		}
	}
	return dirs
}

// writeOverlay writes a tree's overlay into its own folder, laid out like
// the workbook: the compiler names files there, and [compileFaults] cuts the
// folder off again. Stacks of a running program name the workbook's files.
func writeOverlay(t *source.Tree) (file string, cleanup func(), err error) {
	dir, err := process.Folder()
	if err != nil {
		return "", nil, err
	}
	cleanup = func() { os.RemoveAll(dir) }
	defer func() {
		if err != nil {
			cleanup()
		}
	}()
	replace := map[string]string{}
	for name, src := range t.Overlay {
		at := filepath.Join(t.Root, filepath.FromSlash(name))
		if src == nil {
			replace[at] = ""
			continue
		}
		tmp := filepath.Join(dir, filepath.FromSlash(name))
		if err = os.MkdirAll(filepath.Dir(tmp), 0o700); err != nil {
			return "", nil, err
		}
		if err = os.WriteFile(tmp, src, 0o600); err != nil {
			return "", nil, err
		}
		replace[at] = tmp
	}
	b, err := json.Marshal(struct{ Replace map[string]string }{replace})
	if err != nil {
		return "", nil, err
	}
	file = filepath.Join(dir, "overlay.json")
	return file, cleanup, os.WriteFile(file, b, 0o600)
}
