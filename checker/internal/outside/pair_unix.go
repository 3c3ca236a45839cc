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

	// Child runs the child to its end, with the socket as its descriptor
	// [wire.Descriptor] and the mark in [wire.MarkVariable]. It gives out what the
	// child prints. The outcome is [process.Cancelled] if the context ended it.
	Child func(ctx context.Context, socket *os.File, mark string, out func([]byte)) (process.Outcome, error)
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
	ends, err := sockets()
	if err != nil {
		return nil, err
	}
	defer ends[0].Close()
	defer ends[1].Close()
	own, kill := context.WithCancel(ctx)
	defer kill()
	type end struct {
		o   process.Outcome
		err error
	}
	childEnd := make(chan end, 1)
	go func() {
		o, err := r.Child(own, ends[1], mark, func(b []byte) { h.out = append(h.out, b...) })
		ends[1].Close() // the judge sees the end now
		childEnd <- end{o, err}
	}()
	cmd := r.judge()
	cmd.ExtraFiles = ends[:1]
	judge, err := process.Run(ctx, cmd, process.Limits{Wall: startTime + r.Time + startTime, Memory: rawMemory, Output: rawOutput}, h.line)
	ends[0].Close()
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

// sockets are the two ends of a stream.
func sockets() (ends [2]*os.File, err error) {
	syscall.ForkLock.RLock()
	fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err == nil {
		syscall.CloseOnExec(fds[0])
		syscall.CloseOnExec(fds[1])
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return ends, os.NewSyscallError("socketpair", err)
	}
	for i, fd := range fds {
		if err := syscall.SetNonblock(fd, true); err != nil {
			return ends, err
		}
		ends[i] = os.NewFile(uintptr(fd), "socket")
	}
	return ends, nil
}
