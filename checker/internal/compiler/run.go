package compiler

import (
	"context"
	"crypto/rand"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"nodebook/checker/internal/build"
	"nodebook/checker/internal/process"
	"nodebook/checker/internal/verdict"
	"nodebook/checker/internal/workbook"
	"nodebook/fixtures/draw"
)

const (
	startTime = 10 * time.Second // of a program on a busy machine
	rawOutput = 64 << 20         // bytes
)

// run runs some tests of a package's test program.
func run(ctx context.Context, j verdict.Job, file string, of *workbook.Package, tests []workbook.Test, env []string) (*verdict.Trace, error) {
	lim := j.Tree.Lesson.Limits
	mark := "NODEBOOK_RUN=" + rand.Text()
	cmd := exec.Command(file, "-test.v=test2json", "-test.paniconexit0", "-test.timeout="+lim.Timeout.String(), "-test.run="+pattern(tests))
	cmd.Dir = filepath.Join(j.Tree.Root, "lessons", filepath.FromSlash(of.Dir))
	cmd.Env = append(append(build.Environ(), "PWD="+cmd.Dir, mark, draw.Variable+"="+strconv.FormatUint(j.Seed, 10)), env...)
	t := verdict.NewEvents(j.Tree.Root, tests, lim.Output)
	over := false
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	lines := verdict.NewLines(build.Workbook+of.Dir, func(e verdict.Event) {
		if t.Add(e) {
			over = true
			cancel()
		}
	})
	outcome, err := process.Stream(ctx, cmd, process.Limits{
		Wall: startTime + lim.Timeout, Memory: lim.Memory, Watch: lim.Race, Output: rawOutput, Files: lim.Files, Mark: mark,
	}, lines.Write)
	if err != nil {
		return nil, err
	}
	lines.Close(outcome)
	t.Stopped(outcome, over)
	t.Began()
	return t, nil
}

// pattern is the -test.run expression that matches exactly these tests.
func pattern(tests []workbook.Test) string {
	var names []string
	for _, t := range tests {
		names = append(names, regexp.QuoteMeta(t.Name))
	}
	return "^(" + strings.Join(names, "|") + ")$"
}
