package trial

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"nodebook/checker/internal/build"
	"nodebook/checker/internal/jail"
	apart "nodebook/checker/internal/outside"
	"nodebook/checker/internal/outside/wire"
	"nodebook/checker/internal/process"
	"nodebook/checker/internal/source"
	"nodebook/checker/internal/verdict"
	"nodebook/checker/internal/workbook"
)

// wirePath is where the packages are compiled from that the children of tests
// outside are linked with. No policy lets a submission import them.
const wirePath = "nodebook/fixtures/outside/"

func testKey(t workbook.Test) string { return t.Package.Dir + "." + t.Name }

// plan finds out what of the lesson is judged from outside: its tests run in a
// program of ours, beside the jail, and the jail holds the submission and nothing
// that knows an answer.
func (k *kit) plan(ctx context.Context, e *Engine, module string) error {
	if err := k.where(ctx, e.o.Book, module, e.o.Inside); err != nil {
		return err
	}
	for p, plan := range k.plans {
		own, err := plan.In(filepath.Join(k.dir, "judges", strings.ReplaceAll(p.Dir, "/", "-")))
		if err != nil {
			return err
		}
		k.plans[p] = own
	}
	return nil
}

// child is the program of a package whose tests run outside.
func (b *builder) child(ctx context.Context, t *source.Tree, p *workbook.Package) (string, error) {
	b.building.Lock()
	defer b.building.Unlock()
	name := "child-" + strings.ReplaceAll(p.Dir, "/", "-")
	if at := b.binaries[name]; at != "" {
		return at, nil
	}
	if err := b.needs(ctx, t, p); err != nil {
		return "", err
	}
	u := b.k.plans[p].ChildUnit(p, wirePath)
	src := filepath.Join(b.dir, "src")
	if err := build.WriteFiles(src, u.Files); err != nil {
		return "", machine(err)
	}
	at, err := b.program(ctx, u, src, name)
	if err == nil {
		b.binaries[name] = at
	}
	return at, err
}

// apart runs tests of a package outside of the jail, and the submission in it.
func (s *Session) apart(ctx context.Context, b *builder, j verdict.Job, asked []workbook.Test, alone bool) (*verdict.Trace, error) {
	p, start := asked[0].Package, time.Now()
	binary, err := b.child(ctx, j.Tree, p)
	built := time.Since(start)
	if t := notBuilt(err, p, asked); t != nil {
		t.Excuse(built)
		return t, nil
	}
	if err != nil {
		return nil, err
	}
	try := func(wall, cpu time.Duration) (*verdict.Trace, jail.Result, bool, error) {
		var r jail.Result
		run := &apart.Run{Root: outside, Plan: b.k.plans[p], Tests: asked, Seed: j.Seed, Time: wall,
			Child: func(ctx context.Context, ends []*os.File, mark string, out func([]byte)) (process.Outcome, error) {
				var err error
				r, err = s.e.o.Jail.Run(ctx, b.childSpec(p, binary, ends, mark, out, wall, cpu))
				return process.Outcome{Stop: stops[r.Stop], Exit: r.Exit}, err
			}}
		t, err := run.Do(ctx)
		return t, r, run.Quiet >= wall/2, err
	}
	return b.timed(alone, built, try)
}

// stops are the limits of a jail in the words of package process.
var stops = map[jail.Stop]process.Stop{jail.Wall: process.Wall, jail.CPU: process.Wall, jail.Memory: process.Memory, jail.Tasks: process.Processes,
	jail.Output: process.Output, jail.Channel: process.Output, jail.Cancelled: process.Cancelled}

// childSpec is the jail of a child. It holds no seed, no name of a test and nothing
// that a test expects.
func (b *builder) childSpec(p *workbook.Package, binary string, ends []*os.File, mark string, out func([]byte), wall, cpu time.Duration) *jail.Spec {
	lim, procs := b.k.limits, "GOMAXPROCS=1" // as the judge's
	if b.k.policy(p.Dir).Concurrent {
		procs = "GOMAXPROCS=2" // a call takes ten times as long, and two writers of one map meet
	}
	return &jail.Spec{
		Argv: []string{"/t"},
		Env: []string{wire.MarkVariable + "=" + mark, wire.ThreadsVariable + "=" + strconv.Itoa(runTasks), procs,
			"GODEBUG=tracebacklabels=1", "TMPDIR=/tmp", "HOME=/tmp"},
		Dir:  "/tmp",
		Read: map[string]string{"/t": binary},
		Tmp:  runTmp,
		Limits: jail.Limits{Wall: wall + graceTime, CPU: cpu, Memory: lim.Memory, Tasks: runTasks, Output: lim.Output,
			FileSize: runFile, Files: lim.Files},
		Ends: ends,
		Out:  out,
	}
}
