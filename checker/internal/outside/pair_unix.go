//go:build unix

package outside

import (
	"context"
	"crypto/rand"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"

	"nodebook/checker/internal/build"
	"nodebook/checker/internal/outside/harness"
	"nodebook/checker/internal/process"
	"nodebook/checker/internal/verdict"
	"nodebook/checker/internal/workbook"
	"nodebook/fixtures/draw"
)

// Run is one run of a judge's program and a child.
type Run struct {
	Root  string // that the learner's files seem to be below, in stacks
	Plan  *Plan
	Tests []workbook.Test // of one package
	Seed  uint64
	Time  time.Duration // that all tests together may take
	Quiet time.Duration // after Do: for how long tests that ran out of time had done nothing but wait for the child

	// Child runs the child to its end, with the files as its descriptors [wire.From]
	// and [wire.To] and the mark in [wire.MarkVariable]. It gives out what the
	// child prints. The outcome is [process.Cancelled] if the context ended it.
	Child func(ctx context.Context, ends []*os.File, mark string, out func([]byte)) (process.Outcome, error)
}

const (
	startTime = 10 * time.Second // of a program on a busy machine
	rawOutput = 64 << 20         // bytes of what the judge's program says
	rawMemory = 1 << 30          // bytes of the judge's program: a child can make it keep what it sends
	patience  = 2 * time.Second  // with a child whose judge has ended
)

// Do runs both programs to their end. Each ends when the other does: the child
// because there is nothing more to read, or because it is killed.
func (r *Run) Do(ctx context.Context) (*verdict.Trace, error) {
	mark := rand.Text()
	h := newHearing(r.Root, mark, r.Tests)
	ours, theirs, err := pipes()
	defer closeAll(ours)
	defer closeAll(theirs)
	if err != nil {
		return nil, err
	}
	own, kill := context.WithCancel(ctx)
	defer kill()
	type end struct {
		o   process.Outcome
		err error
	}
	childEnd := make(chan end, 1)
	go func() {
		o, err := r.Child(own, theirs, mark, func(b []byte) { h.out = append(h.out, b...) })
		closeAll(theirs) // the judge sees the end now
		childEnd <- end{o, err}
	}()
	cmd := r.judge()
	cmd.ExtraFiles = ours
	judge, err := process.Run(ctx, cmd, process.Limits{Wall: startTime + r.Time + startTime, Memory: rawMemory, Output: rawOutput}, h.line)
	closeAll(ours)
	if h.over || err != nil {
		kill()
	}
	var child end
	select {
	case child = <-childEnd:
	case <-time.After(patience): // it does not look at its stream
		kill()
		child = <-childEnd
	}
	if err == nil {
		err = child.err
	}
	if err == nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		return nil, err
	}
	if child.o.Stop == process.Cancelled { // by us, when it was of no more use
		child.o.Stop = ""
	}
	h.close(judge, child.o)
	if h.last != nil {
		r.Quiet = time.Duration(h.last.Quiet * float64(time.Second))
	}
	return h.trace, nil
}

func (r *Run) judge() *exec.Cmd {
	var names []string
	for _, t := range r.Tests {
		names = append(names, t.Name)
	}
	cmd := exec.Command(r.Plan.Judge())
	// Judge and child take turns: with a second processor, each call wakes another
	// thread to find that there is nothing to do. And one that a test is taken from in the
	// middle of reading a slice could find it changed by a frame when it continues.
	cmd.Env = append(build.Environ(), draw.Variable+"="+strconv.FormatUint(r.Seed, 10), harness.RunVariable+"="+strings.Join(names, " "),
		harness.TimeVariable+"="+r.Time.String(), "GOMAXPROCS=1", "GODEBUG=asyncpreemptoff=1,tracebacklabels=1")
	return cmd
}

// pipes are what each of two programs reads from and writes to. A pair of sockets
// would do, but whoever reads from one wakes the other, who waits for an answer, to
// say that there is room again: a call costs half as much again.
func pipes() (a, b []*os.File, err error) {
	var there, back [2]*os.File
	if there, err = pipe(); err == nil {
		back, err = pipe()
	}
	if err != nil {
		closeAll(append(there[:], back[:]...))
		return nil, nil, err
	}
	return []*os.File{back[0], there[1]}, []*os.File{there[0], back[1]}, nil
}

// pipe is an [os.Pipe] whose ends stay what Go's poller can watch, in the programs
// that they are given to as well.
func pipe() (ends [2]*os.File, err error) {
	var fds [2]int
	syscall.ForkLock.RLock()
	if err = syscall.Pipe(fds[:]); err == nil {
		syscall.CloseOnExec(fds[0])
		syscall.CloseOnExec(fds[1])
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return ends, os.NewSyscallError("pipe", err)
	}
	for i, fd := range fds {
		if e := syscall.SetNonblock(fd, true); e != nil {
			err = e
		}
		ends[i] = os.NewFile(uintptr(fd), "pipe")
	}
	return ends, err
}

func closeAll(files []*os.File) {
	for _, f := range files {
		f.Close() // nil is closed
	}
}
