// Package trial judges code that nobody trusts.
//
// It is an engine like the others (package judge asks it, package verdict gives
// the verdicts and their words), with another way to build and to run. The
// compiler and the linker are called directly, in a jail, on files that package
// preflight has let through; what all submissions share is compiled once. The
// test binary runs in a jail with nothing but itself. Its main, written here,
// sends each test's result over a socket that the code under test cannot reach;
// what the code prints is shown and never believed.
package trial

import (
	"context"
	"crypto/sha256"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"nodebook/checker/internal/build"
	"nodebook/checker/internal/jail"
	apart "nodebook/checker/internal/outside"
	"nodebook/checker/internal/preflight"
	"nodebook/checker/internal/report"
	"nodebook/checker/internal/verdict"
	"nodebook/checker/internal/workbook"
)

// Options are an engine's surroundings.
type Options struct {
	Book   *workbook.Book
	Module map[string][]byte // a workbook as it is handed out, by path: what its fixtures are compiled from
	Work   string            // a folder of the engine's own, which it fills
	Jail   jail.Jail
	Limits func(*workbook.Lesson) workbook.Limits // nil takes [Limits]
	Build  time.Duration                          // of processor time, for the compiler and the linker each; 0 is a minute
	Open   bool                                   // let everything past preflight: for tests of the jail alone
	Inside bool                                   // judge everything in one process: to measure what two cost
}

// The limits of a build.
const (
	buildTime   = 60 * time.Second
	buildsTime  = 3  // times as long, for all packages of a lesson and their tests together
	buildWall   = 10 // times as long on the clock: a busy machine is not the code's fault
	buildMemory = 2 << 30
	buildFile   = 128 << 20 // and all packages of a submission together; a linked program has twice that
)

// The limits of a run, where a lesson does not say more.
const (
	runMemory = 512 << 20
	runOutput = 1 << 20
	runTasks  = 128
	runFile   = 16 << 20
	runTmp    = 16 << 20
	runFiles  = 256
	runReport = 32 << 20        // bytes of results
	graceTime = 5 * time.Second // after the test binary's own alarm
)

// The time of an exercise. The lesson's limit is that of each exercise, in processor
// time; one that waits, and uses none, has idleTime on the clock. The first time that
// one hangs, all others are run by themselves, abreast at a time: so a submission
// that does nothing but sleep takes a few times idleTime. One that does nothing but
// compute has burnTime at that rate; then an exercise has leastTime, or a tenth of
// the lesson's limit if that is more.
const (
	idleTime  = 4 * time.Second
	idlePart  = 5 // the part of its time that a program uses at most that waits
	burnTime  = time.Minute
	leastTime = 2 * time.Second
	abreast   = 24
)

// Limits are those of a lesson when it is graded: tighter where the lesson's
// tests do not ask for what they have.
func Limits(l *workbook.Lesson) workbook.Limits {
	lim := l.Limits
	if lim.Memory == workbook.DefaultLimits.Memory {
		lim.Memory = runMemory
	}
	if lim.Output == workbook.DefaultLimits.Output {
		lim.Output = runOutput
	}
	if lim.Files == 0 {
		lim.Files = runFiles
	}
	return lim
}

// Engine judges jobs. It is safe for concurrent use.
type Engine struct {
	o     Options
	tools *build.Toolchain
	mu    sync.Mutex
	kits  map[string]*kit
}

// New makes an engine.
func New(ctx context.Context, o Options) (*Engine, error) {
	if o.Build == 0 {
		o.Build = buildTime
	}
	if o.Limits == nil {
		o.Limits = Limits
	}
	work, err := filepath.Abs(o.Work)
	if err != nil {
		return nil, err
	}
	o.Work = work
	tc, err := build.Find(ctx, "")
	if err != nil {
		return nil, err
	}
	return &Engine{o: o, tools: tc, kits: map[string]*kit{}}, os.MkdirAll(o.Work, 0o700)
}

// Toolchain names the Go that builds, as results record it.
func (e *Engine) Toolchain() string { return e.tools.Version }

// Prepare compiles what all submissions of a lesson share.
func (e *Engine) Prepare(ctx context.Context, l *workbook.Lesson) error {
	_, err := e.kit(ctx, l)
	return err
}

func (e *Engine) kit(ctx context.Context, l *workbook.Lesson) (*kit, error) {
	e.mu.Lock()
	k := e.kits[l.Name]
	if k == nil {
		k = &kit{}
		e.kits[l.Name] = k
	}
	e.mu.Unlock()
	k.once.Do(func() { k.err = k.make(ctx, e, l) })
	return k, k.err
}

// Session is an engine for one submission: what has been judged once is not
// judged again. It is not safe for concurrent use.
type Session struct {
	e    *Engine
	done map[[sha256.Size]byte]*report.Lesson
	hung map[string]bool // lessons of which an exercise has hung
}

// Session begins a submission.
func (e *Engine) Session() *Session {
	return &Session{e, map[[sha256.Size]byte]*report.Lesson{}, map[string]bool{}}
}

// Name is the engine's name in reports.
func (*Session) Name() string { return "go" }

// Judge gives every exercise of a job its verdict. An error is the machine's
// fault and no verdict.
func (s *Session) Judge(ctx context.Context, j verdict.Job) (*report.Lesson, error) {
	k, err := s.e.kit(ctx, j.Tree.Lesson)
	if err != nil {
		return nil, err
	}
	c := collect(j.Tree)
	key := keyOf(c, j)
	whole := s.done[key]
	if whole == nil {
		all := j
		all.Exercises = j.Tree.Lesson.Exercises
		if whole, err = s.judge(ctx, k, all, c); err != nil {
			return nil, err
		}
		if err := s.whose(ctx, k, all, c, whole); err != nil {
			return nil, err
		}
		s.done[key] = whole
	}
	return some(whole, j), nil
}

// some is the part of a report that a job asked for.
func some(whole *report.Lesson, j verdict.Job) *report.Lesson {
	rep := *whole
	rep.Exercises = nil
	compiled := true
	for _, e := range j.Exercises {
		if x := whole.Exercise(e.Name); x != nil {
			rep.Exercises = append(rep.Exercises, *x)
			compiled = compiled && x.Verdict != report.NotCompiled
		}
	}
	if compiled {
		rep.Problems, rep.Notes = nil, nil
	}
	rep.Count()
	return &rep
}

func (s *Session) judge(ctx context.Context, k *kit, j verdict.Job, c *build.Code) (*report.Lesson, error) {
	j.Look = j.Look.With(s.refused(k, c)) // none of what needs these is built
	dir, err := os.MkdirTemp(s.e.o.Work, "job-")
	if err != nil {
		return nil, fmt.Errorf("%w: %w", jail.ErrMachine, err)
	}
	defer os.RemoveAll(dir)
	b := s.builder(k, c, dir)
	j.Alone, j.Abreast, j.Whole = s.hung[j.Tree.Lesson.Name], abreast, true
	j.Tree = apart.Needs(j.Tree, slices.Collect(maps.Keys(k.plans)))
	rep, err := verdict.Collect(ctx, j, s.Name(), outside, func(ctx context.Context, left []workbook.Test, alone bool) ([]*verdict.Trace, error) {
		t, err := s.run(ctx, b, j, left, alone)
		if err != nil {
			return nil, err
		}
		return []*verdict.Trace{t}, nil
	})
	if err != nil {
		return nil, err
	}
	if b.hung.Load() {
		s.hung[j.Tree.Lesson.Name] = true
	}
	for i := range rep.Exercises {
		rep.Exercises[i].Inside = k.inside[rep.Exercises[i].Name]
	}
	return rep, nil
}

// outside is the folder that a submission's files seem to lie in, for the
// compiler and in the stacks of panics.
const outside = "/w"

// refused is what preflight says of the text of the submission's own packages.
func (s *Session) refused(k *kit, c *build.Code) []report.Problem {
	if s.e.o.Open {
		return nil
	}
	var all []report.Problem
	for _, p := range c.Packages {
		if p.Reference {
			continue
		}
		for _, f := range p.Files {
			all = append(all, k.policy(p.Dir).Check(f.Name, f.Src)...)
		}
	}
	return all
}

// policy is that of the lesson which a package belongs to. That it is one of the
// course's, and not a later one, whoever imports it has to keep to.
func (k *kit) policy(dir string) *preflight.Policy {
	name, _, _ := cutDir(dir)
	if p := k.policies[name]; p != nil {
		return p
	}
	return k.policies[k.lesson.Name]
}
