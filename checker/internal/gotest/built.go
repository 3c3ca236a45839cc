package gotest

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"nodebook/checker/internal/process"
	"nodebook/checker/internal/report"
	"nodebook/checker/internal/source"
	"nodebook/checker/internal/verdict"
	"nodebook/checker/internal/workbook"
)

const startTime = 10 * time.Second // of a program on a busy machine

// Built is a set of test programs, compiled once, that judge many jobs. A job's
// own tree is not compiled: only its words are used in the report. The caller
// tells the programs in their environment which job it is.
type Built struct {
	dir       string
	test2json string
}

// Build builds the test programs of some packages of a tree, named by their
// folders below lessons/. The caller closes it.
func (g *Engine) Build(ctx context.Context, t *source.Tree, dirs []string) (_ *Built, err error) {
	overlay, cleanup, err := writeOverlay(t)
	if err != nil {
		return nil, err
	}
	defer cleanup()
	b := &Built{}
	if b.dir, err = process.Folder(); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			b.Close()
		}
	}()
	args := append(flags(t, overlay), "-c", "-o="+b.dir+string(filepath.Separator))
	for _, dir := range dirs {
		args = append(args, "./lessons/"+dir)
	}
	if _, err := g.say(ctx, t.Root, b.dir, append([]string{"test"}, args...)...); err != nil {
		return nil, err
	}
	b.test2json, err = g.say(ctx, t.Root, b.dir, "tool", "-n", "test2json")
	return b, err
}

// say runs a go command that prints little and works in tmp.
func (g *Engine) say(ctx context.Context, root, tmp string, args ...string) (string, error) {
	var errs bytes.Buffer
	cmd := exec.CommandContext(ctx, g.command(), args...)
	cmd.Dir, cmd.Env, cmd.Stderr = root, append(Environ(), WorkIn(tmp)...), &errs
	out, err := cmd.Output()
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	if err != nil {
		return "", fmt.Errorf("go %s: %w\n%s", args[0], err, verdict.Clip(errs.String()+string(out)))
	}
	return strings.TrimSpace(string(out)), nil
}

// Close removes the programs.
func (b *Built) Close() error { return os.RemoveAll(b.dir) }

// Judge judges a job by programs that find env, "NAME=value", in their
// environment.
func (b *Built) Judge(ctx context.Context, j verdict.Job, env string) (*report.Lesson, error) {
	return verdict.Collect(ctx, j, "go", b.dir, func(ctx context.Context, left []workbook.Test) ([]*verdict.Trace, error) {
		var all []*verdict.Trace
		for _, dir := range packages(left) {
			tests := slices.DeleteFunc(slices.Clone(left), func(t workbook.Test) bool { return t.Package.Dir != dir })
			t, err := b.run(ctx, j, dir, tests, env)
			if err != nil {
				return nil, err
			}
			all = append(all, t)
		}
		return all, nil
	})
}

func (b *Built) run(ctx context.Context, j verdict.Job, dir string, tests []workbook.Test, env string) (*verdict.Trace, error) {
	lim := j.Tree.Lesson.Limits
	cmd := exec.Command(b.test2json, "-t", "-p", "nodebook/lessons/"+dir, filepath.Join(b.dir, path.Base(dir)+".test"),
		"-test.v=test2json", "-test.paniconexit0", "-test.timeout="+lim.Timeout.String(), "-test.run="+pattern(tests))
	cmd.Dir = filepath.Join(j.Tree.Root, "lessons", filepath.FromSlash(dir))
	t, err := follow(ctx, cmd, j, tests, startTime, env)
	if err == nil {
		t.Began() // there is no go test to say so
	}
	return t, err
}
