package interpreter

import (
	"context"
	"os"
	"os/exec"
	"slices"
	"sync"
	"time"

	"nodebook/checker/internal/build"
	"nodebook/checker/internal/process"
	"nodebook/checker/internal/workbook"
)

// What a child is started for: the value of childVariable.
const (
	forTests   = "tests" // that are interpreted
	forCode    = "code"  // under tests that are compiled
	forProgram = "program"
)

// noRaces keeps a checker that was built with the race detector from looking for
// races in what it interprets: these are for the compiler to tell.
const noRaces = "GORACE=report_bugs=0"

// started is a child process that waits for its request.
type started struct {
	purpose string
	limits  process.Limits
	in      *os.File
	cancel  context.CancelFunc
	done    chan struct{} // closed by leave
	over    chan struct{} // closed at its end, when outcome and err are there
	outcome process.Outcome
	err     error

	mu   sync.Mutex
	line func([]byte)
}

// start starts a child. The time that it waits for its request is not limited.
func (g *Engine) start(purpose, dir string, lim process.Limits, env ...string) (*started, error) {
	self := g.Self
	if self == "" {
		var err error
		if self, err = os.Executable(); err != nil {
			return nil, err
		}
	}
	in, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(self)
	cmd.Dir = dir
	cmd.Stdin = in
	cmd.Env = append(append(build.Environ(), env...), childVariable+"="+purpose, "YAEGI_FAST_CHAN=1", noRaces)
	ctx, cancel := context.WithCancel(context.Background())
	s := &started{purpose: purpose, limits: lim, in: w, cancel: cancel, done: make(chan struct{}), over: make(chan struct{})}
	lim.Wall = 0
	go func() {
		defer close(s.over)
		defer in.Close()
		s.outcome, s.err = process.Run(ctx, cmd, lim, s.output)
	}()
	return s, nil
}

func (s *started) output(b []byte) {
	s.mu.Lock()
	line := s.line
	s.mu.Unlock()
	if line != nil {
		line(b)
	}
}

// ask sends a child its request, gives line what it writes, and waits for its
// end.
func (s *started) ask(ctx context.Context, request []byte, line func([]byte)) (process.Outcome, error) {
	s.mu.Lock()
	s.line = line
	s.mu.Unlock()
	wall := make(<-chan time.Time)
	if s.limits.Wall > 0 {
		t := time.NewTimer(s.limits.Wall)
		defer t.Stop()
		wall = t.C
	}
	go func() {
		s.in.Write(request)
		s.in.Close()
	}()
	stop := process.Stop("")
	select {
	case <-s.over:
	case <-s.done:
		s.cancel()
		return process.Outcome{}, nil
	case <-ctx.Done():
		stop = process.Cancelled
	case <-wall:
		stop = process.Wall
	}
	s.end()
	if s.outcome.Stop == process.Cancelled && stop != "" {
		s.outcome.Stop = stop
	}
	return s.outcome, s.err
}

// leave makes ask return with success, and throws away what the child still says:
// line knows how it ends. To give its memory back takes it as long as to run a few
// tests.
func (s *started) leave() {
	s.mu.Lock()
	s.line = nil
	s.mu.Unlock()
	close(s.done)
}

// end ends a child and waits until it has.
func (s *started) end() {
	s.cancel()
	<-s.over
}

// Warm starts the children that the next run of a lesson's tests will use, as far
// as they do not wait yet: they load what tests import while nothing else is to do.
func (g *Engine) Warm(l *workbook.Lesson) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.sort(l)
	for len(g.spare) < children(l) {
		s, err := g.start(purpose(l), "", Limits(l))
		if err != nil {
			return // the run starts its own, and says why it cannot
		}
		g.spare = append(g.spare, s)
	}
}

// purpose is what the children of a lesson are started for.
func purpose(l *workbook.Lesson) string {
	if isCompiled(l) {
		return forCode
	}
	return forTests
}

// sort drops the children that wait for something else, under other limits or no
// longer.
func (g *Engine) sort(l *workbook.Lesson) {
	g.spare = slices.DeleteFunc(g.spare, func(s *started) bool {
		if s.purpose == purpose(l) && s.limits == Limits(l) && s.waits() {
			return false
		}
		s.drop()
		return true
	})
}

// waits reports whether a child has not ended.
func (s *started) waits() bool {
	select {
	case <-s.over:
		return false
	default:
		return true
	}
}

func (s *started) drop() {
	s.in.Close()
	s.end()
}

// Close ends the children that wait.
func (g *Engine) Close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, s := range g.spare {
		s.drop()
	}
	g.spare = nil
}

// tests is a child for a run of a lesson's tests.
func (g *Engine) tests(l *workbook.Lesson) (*started, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.sort(l)
	if n := len(g.spare); n > 0 {
		s := g.spare[n-1]
		g.spare = g.spare[:n-1]
		return s, nil
	}
	return g.start(purpose(l), "", Limits(l))
}
