package cell

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"nodebook/checker/internal/build"
	"nodebook/checker/internal/lazyregexp"
	"nodebook/checker/internal/process"
	"nodebook/checker/internal/workbook"
	"nodebook/fixtures/unwritten"
)

// Program runs a lesson's own program, as go run does.
func (r *Runner) Program(ctx context.Context, l *workbook.Lesson, args []string, sink func(Event)) error {
	start := time.Now()
	dir, err := process.Folder()
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	how := Failed
	binary, env, problems, err := r.BuildProgram(ctx, dir, l)
	for i := range problems {
		sink(Event{Kind: Error, Problem: &problems[i]})
	}
	if err == nil && ctx.Err() == nil && len(problems) == 0 {
		all := *r
		all.whole = true
		cmd := exec.Command(binary, args...)
		cmd.Env = env
		how, err = all.execute(ctx, cmd, sink)
	}
	if ctx.Err() != nil {
		how, err = Interrupted, nil
	}
	if err == nil {
		sink(Event{Kind: End, Text: how, Millis: time.Since(start).Milliseconds()})
	}
	return noGo(err)
}

// BuildProgram compiles a lesson's own program into dir. Env is what it must
// find in its environment besides: it looks for what is not written in the source
// that it was built from.
func (r *Runner) BuildProgram(ctx context.Context, dir string, l *workbook.Lesson) (binary string, env []string, problems []Problem, err error) {
	env = []string{unwritten.Overlay + "="}
	if len(r.Overlay) > 0 {
		env[0] += filepath.Join(dir, overlayFile)
	}
	binary, problems, err = r.goBuild(ctx, dir, "./lessons/"+l.Name)
	return binary, env, problems, err
}

const overlayFile = "overlay.json"

const compileTime = 3 * time.Minute // a first build of the standard library on a slow machine

// build compiles p; the problems are the compiler's.
func (r *Runner) build(ctx context.Context, dir string, p *Program) (binary string, problems []Problem, err error) {
	binary = filepath.Join(dir, "cell")
	if !r.plain {
		if problems, err = r.direct(ctx, binary, p); err == nil || ctx.Err() != nil {
			return binary, problems, nil
		}
	}
	file := filepath.Join(dir, "main.go")
	if err := os.WriteFile(file, []byte(p.Source), 0o600); err != nil {
		return "", nil, err
	}
	binary, problems, err = r.goBuild(ctx, dir, file)
	for i := range problems {
		problems[i].imported(p, file)
	}
	return binary, problems, err
}

// direct compiles p without the go command.
func (r *Runner) direct(ctx context.Context, binary string, p *Program) ([]Problem, error) {
	main := build.File{Name: "main.go", Src: []byte(p.Source)}
	w, err := build.NewWork(ctx, build.Options{Reader: build.Reader{Root: r.Root, Overlay: r.Overlay}, For: []build.File{main}})
	if err != nil {
		return nil, err
	}
	defer w.Close()
	err = w.Program(ctx, build.Unit{Path: "main", Files: []build.File{main}}, binary)
	var said *build.Failure
	if errors.As(err, &said) && !errors.Is(err, build.ErrIndirect) {
		return compileProblems(strings.ReplaceAll(said.Said, w.Source()+string(filepath.Separator), "")), nil
	}
	return nil, err
}

var noPackage = lazyregexp.New(`\bpackage ([^\s:;]+)`)

// imported reports a package that does not exist, at the import of the cell: the
// go command names the file that we made of it.
func (p *Problem) imported(of *Program, file string) {
	m := noPackage().FindStringSubmatch(p.Message)
	if filepath.Base(p.File) != filepath.Base(file) || m == nil { // it may be a path from the workbook
		return
	}
	for i, text := range of.texts {
		if before, _, ok := strings.Cut(text, strconv.Quote(m[1])); ok {
			*p = Problem{Cell: of.Cells[i], Line: 1 + strings.Count(before, "\n"), Column: 1 + len(before) - (strings.LastIndexByte(before, '\n') + 1),
				Message: "there is no package " + m[1] + " here: a cell imports the standard library's, the lessons' and fixtures'"}
			return
		}
	}
}

// goBuild has go build compile a file or a package into dir.
func (r *Runner) goBuild(ctx context.Context, dir, target string) (binary string, problems []Problem, err error) {
	binary = filepath.Join(dir, "program")
	args := []string{"build", "-ldflags=-s -w", "-o", binary}
	if len(r.Overlay) > 0 {
		overlay, err := r.writeOverlay(dir)
		if err != nil {
			return "", nil, err
		}
		args = append(args, "-overlay="+overlay)
	}
	cmd := exec.Command("go", append(args, target)...)
	cmd.Dir, cmd.Env = r.Root, append(build.Environ(), build.WorkIn(dir)...)
	var out []byte
	o, err := process.Stream(ctx, cmd, process.Limits{Wall: compileTime, Output: 1 << 20}, func(b []byte) { out = append(out, b...) })
	if err != nil || o.Stop == process.Cancelled {
		return "", nil, err
	}
	if o.Exit != 0 {
		return "", compileProblems(string(out)), nil
	}
	return binary, nil, nil
}

func (r *Runner) writeOverlay(dir string) (string, error) {
	replace := map[string]string{}
	for name, src := range r.Overlay {
		at := filepath.Join(r.Root, filepath.FromSlash(name))
		if src == nil {
			replace[at] = ""
			continue
		}
		tmp, err := os.CreateTemp(dir, "over-*.go")
		if err != nil {
			return "", err
		}
		if _, err := tmp.Write(src); err != nil {
			tmp.Close()
			return "", err
		}
		if err := tmp.Close(); err != nil {
			return "", err
		}
		replace[at] = tmp.Name()
	}
	b, err := json.Marshal(struct{ Replace map[string]string }{replace})
	if err != nil {
		return "", err
	}
	file := filepath.Join(dir, overlayFile)
	return file, os.WriteFile(file, b, 0o600)
}
