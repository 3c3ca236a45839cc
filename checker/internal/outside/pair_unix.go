//go:build unix

package outside

import (
	"context"
	"crypto/rand"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"nodebook/checker/internal/build"
	"nodebook/checker/internal/outside/harness"
	"nodebook/checker/internal/outside/wire"
	"nodebook/checker/internal/process"
	"nodebook/checker/internal/verdict"
	"nodebook/checker/internal/workbook"
	"nodebook/fixtures/draw"
)

// pair is a judge's program and a child, and the socket between them.
type pair struct {
	judge, child *exec.Cmd
	ends         [2]*os.File // the judge's and the child's
	limits       process.Limits
	hearing      *hearing
}

const (
	startTime = 10 * time.Second // of a program on a busy machine
	rawOutput = 64 << 20         // bytes of what the judge's program says
)

// newPair prepares a run of some tests of a package.
func newPair(j verdict.Job, plan *Plan, child string, tests []workbook.Test) (*pair, error) {
	lim := j.Tree.Lesson.Limits
	mark := rand.Text()
	p := &pair{hearing: newHearing(j.Tree.Root, mark, tests)}
	var err error
	if p.ends, err = sockets(); err != nil {
		return nil, err
	}
	var names []string
	for _, t := range tests {
		names = append(names, t.Name)
	}
	p.judge = exec.Command(plan.Judge())
	p.judge.Env = append(build.Environ(), draw.Variable+"="+strconv.FormatUint(j.Seed, 10), harness.RunVariable+"="+strings.Join(names, " "),
		harness.TimeVariable+"="+lim.Timeout.String())
	p.judge.ExtraFiles = p.ends[:1]
	p.child = exec.Command(child)
	p.child.Dir = filepath.Join(j.Tree.Root, "lessons", filepath.FromSlash(tests[0].Package.Dir))
	own := "NODEBOOK_RUN=" + rand.Text()
	p.child.Env = append(build.Environ(), "PWD="+p.child.Dir, wire.MarkVariable+"="+mark, own)
	p.child.ExtraFiles = p.ends[1:]
	p.limits = process.Limits{Wall: startTime + lim.Timeout, Memory: lim.Memory, Output: lim.Output, Files: lim.Files, Mark: own}
	return p, nil
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

// run runs both programs to their end. Each ends when the other does: the child
// because nothing can be read any more, or because it is killed.
func (p *pair) run(ctx context.Context) (*verdict.Trace, error) {
	defer p.ends[0].Close()
	defer p.ends[1].Close()
	own, kill := context.WithCancel(ctx)
	defer kill()
	type end struct {
		o   process.Outcome
		err error
	}
	childEnd := make(chan end, 1)
	go func() {
		o, err := process.Stream(own, p.child, p.limits, func(b []byte) { p.hearing.out = append(p.hearing.out, b...) })
		p.ends[1].Close() // the judge sees the end now
		childEnd <- end{o, err}
	}()
	judge, err := process.Run(ctx, p.judge, process.Limits{Wall: startTime + p.limits.Wall, Output: rawOutput}, p.hearing.line)
	p.ends[0].Close()
	if p.hearing.over || err != nil {
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
	if err != nil {
		return nil, err
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if child.o.Stop == process.Cancelled { // by us, when it was of no more use
		child.o.Stop = ""
	}
	p.hearing.close(judge, child.o)
	return p.hearing.trace, nil
}

const patience = 2 * time.Second // with a child whose judge has ended
