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
	"nodebook/checker/internal/workbook"
)

// Built are test programs that are built once and judge many jobs. They are
// asked, not the jobs' own trees, which are only where a report looks for its
// words: whoever builds a program for several jobs sees to it that the
// environment tells it which of them it is.
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
	if _, err := g.say(ctx, t.Root, append([]string{"test"}, args...)...); err != nil {
		return nil, err
	}
	b.test2json, err = g.say(ctx, t.Root, "tool", "-n", "test2json")
	return b, err
}

// say runs a go command that prints little.
func (g *Engine) say(ctx context.Context, root string, args ...string) (string, error) {
	var errs bytes.Buffer
	cmd := exec.CommandContext(ctx, g.command(), args...)
	cmd.Dir, cmd.Env, cmd.Stderr = root, Environ(), &errs
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("go %s: %w\n%s", args[0], err, clip(errs.String()+string(out)))
	}
	return strings.TrimSpace(string(out)), nil
}

// Close removes the programs.
func (b *Built) Close() error { return os.RemoveAll(b.dir) }

// Judge judges a job by programs that find env, "NAME=value", in their
// environment.
func (b *Built) Judge(ctx context.Context, j Job, env string) (*report.Lesson, error) {
	return Collect(ctx, j, "go", b.dir, func(ctx context.Context, left []workbook.Test) ([]*Trace, error) {
		var all []*Trace
		for _, dir := range packages(left) {
			tests := slices.DeleteFunc(slices.Clone(left), func(t workbook.Test) bool { return t.Package.Dir != dir })
			r, err := b.run(ctx, j, dir, tests, env)
			if err != nil {
				return nil, err
			}
			all = append(all, &Trace{r})
		}
		return all, nil
	})
}

func (b *Built) run(ctx context.Context, j Job, dir string, tests []workbook.Test, env string) (*run, error) {
	lim := j.Tree.Lesson.Limits
	cmd := exec.Command(b.test2json, "-t", "-p", "nodebook/lessons/"+dir, filepath.Join(b.dir, path.Base(dir)+".test"),
		"-test.v=test2json", "-test.paniconexit0", "-test.timeout="+lim.Timeout.String(), "-test.run="+pattern(tests))
	cmd.Dir = filepath.Join(j.Tree.Root, "lessons", filepath.FromSlash(dir))
	r, err := follow(ctx, cmd, j, tests, 10*time.Second, env)
	if err == nil {
		r.began = true
	}
	return r, err
}
