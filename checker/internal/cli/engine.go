package cli

import (
	"context"
	"errors"
	"io/fs"
	"os/exec"
	"time"

	"nodebook/checker/internal/compiler"
	"nodebook/checker/internal/gotest"
	"nodebook/checker/internal/judge"
	"nodebook/checker/internal/outside"
	"nodebook/checker/internal/process"
	"nodebook/checker/internal/report"
)

// The engines of --engine.
const (
	autoEngine    = "auto"
	goEngine      = "go"
	gotestEngine  = "gotest"
	outsideEngine = "outside"
	yaegiEngine   = "yaegi"
)

// engines is the help of --engine.
func engines(auto string) string {
	return "who checks: go (the compiler), gotest (the go test command), yaegi (an interpreter), or auto (" + auto + ")"
}

// interprets reports whether an engine needs the interpreter.
func interprets(engine string) bool { return engine == autoEngine || engine == yaegiEngine }

// engine is the engine to use where one was asked for, or where only one can
// answer; both are used where this is auto.
func (a *app) engine(asked string, live bool) (string, error) {
	switch asked {
	case goEngine, gotestEngine, outsideEngine, yaegiEngine:
		return asked, nil
	case autoEngine:
	default:
		return "", misuse(`run "checker --help"`, "--engine: no engine %q: use auto, go, gotest, outside or yaegi", asked)
	}
	if _, err := exec.LookPath("go"); err != nil {
		return yaegiEngine, nil
	}
	if !live {
		return goEngine, nil
	}
	return autoEngine, nil
}

// answers judges with an engine and gives each answer when it is there. With
// auto the interpreted one comes first, if it is the first to be there, and the
// compiled one last: that decides.
func (a *app) answers(ctx context.Context, q judge.Request, engine string, answer func(*report.Lesson)) error {
	switch engine {
	case goEngine:
		q.Engine = &compiler.Engine{}
	case gotestEngine:
		q.Engine = &gotest.Engine{}
	case outsideEngine:
		q.Engine = &outside.Engine{Book: q.Book, Inside: &compiler.Engine{}}
	case yaegiEngine:
		q.Engine = &a.interpreter
	default:
		return both(ctx, q, &a.interpreter, &compiler.Engine{}, answer)
	}
	rep, err := judge.Lesson(ctx, q)
	if err != nil {
		return err
	}
	if _, err := exec.LookPath("go"); err != nil {
		rep.Notes = append(rep.Notes, withoutGo)
	}
	answer(rep)
	return nil
}

const withoutGo = "there is no go command on PATH, so this was interpreted: data races are not looked for, and what an interpreter cannot run is not checked.\nInstall Go from https://go.dev/dl to have everything checked."

// headStart is how much later the engine that decides may begin, for the quick
// one's sake: with few processors the compiler would take them from it, and its
// own answer does not come sooner for having begun while another is at work.
const headStart = 150 * time.Millisecond

// both runs two engines beside each other: one that is quick, and one that
// decides. The quick one's answer comes first or not at all; the other begins
// when it is there, or the quick one has had its head start.
func both(ctx context.Context, q judge.Request, quick, decides judge.Engine, answer func(*report.Lesson)) error {
	ctx, stop := context.WithCancel(ctx)
	first := make(chan *report.Lesson, 1)
	over := make(chan struct{}) // closed when the quick one has ended
	defer func() {
		stop()
		<-first
	}()
	go func() {
		defer close(first)
		defer close(over)
		q := q
		q.Engine = quick
		if rep, err := judge.Lesson(ctx, q); err == nil {
			rep.Interim = true
			first <- rep
		}
	}()
	type result struct {
		rep *report.Lesson
		err error
	}
	last := make(chan result, 1)
	go func() {
		select {
		case <-over:
		case <-ctx.Done():
		case <-time.After(headStart):
		}
		q := q
		q.Engine = decides
		rep, err := judge.Lesson(ctx, q)
		last <- result{rep, err}
	}()
	var r result
	select {
	case rep, ok := <-first:
		if ok {
			answer(rep)
		}
		r = <-last
	case r = <-last:
	}
	if r.err == nil {
		answer(r.rep)
	}
	return r.err
}

// noGo turns what keeps the compiler away into what to do about it.
func noGo(err error) error {
	if errors.Is(err, exec.ErrNotFound) {
		return misuse("install Go from https://go.dev/dl and open a new terminal, or use --engine=yaegi", "the go command is not on PATH")
	}
	if errors.Is(err, process.ErrStart) && errors.Is(err, fs.ErrPermission) {
		return misuse("set GOTMPDIR to a folder that programs can be started from", "%w", err)
	}
	return err
}
