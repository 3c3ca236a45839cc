//go:build unix

package jail

import (
	"bufio"
	"context"
	"io"
	"os/exec"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"nodebook/checker/internal/process"
)

// follower reads what a program writes, holds it to its limits and waits for
// its end.
type follower struct {
	cmd   *exec.Cmd
	spec  *Spec
	ends  *ends
	first []byte // the first of its output
	stop  atomic.Value
	over  chan struct{}
	start time.Time
	init  atomic.Int64 // the jail's first process
	work  sync.WaitGroup

	// Nanoseconds of all processes that were seen: on a processor, and waiting for one.
	cpu, waited atomic.Int64
}

const (
	firstKept = 4 << 10
	lateTime  = 2 * time.Second // for what still comes after the end
)

// follow begins to follow a program that has just been started.
func follow(ctx context.Context, cmd *exec.Cmd, s *Spec, e *ends) *follower {
	f := &follower{cmd: cmd, spec: s, ends: e, over: make(chan struct{}), start: time.Now()}
	f.work.Go(f.readOut)
	if e.channel != nil {
		f.work.Go(f.readChannel)
	}
	f.work.Go(func() { f.clock(ctx) })
	return f
}

// kill ends the program and everything that it started.
func (f *follower) kill(why Stop) {
	if why != "" {
		f.stop.CompareAndSwap(nil, why)
	}
	if pid := f.init.Load(); pid > 0 {
		syscall.Kill(int(pid), syscall.SIGKILL)
	}
	syscall.Kill(-f.cmd.Process.Pid, syscall.SIGKILL)
}

func (f *follower) clock(ctx context.Context) {
	var wall <-chan time.Time
	if f.spec.Wall > 0 {
		t := time.NewTimer(f.spec.Wall)
		defer t.Stop()
		wall = t.C
	}
	select {
	case <-f.over:
	case <-ctx.Done():
		f.kill(Cancelled)
	case <-wall:
		f.kill(Wall)
	}
}

func (f *follower) readOut() {
	buf := make([]byte, 32<<10)
	out := &process.Gulps{Pipe: f.ends.out, Over: f.over, Patience: lateTime}
	var n int64
	for {
		k, err := out.Read(buf)
		if len(f.first) < firstKept {
			f.first = append(f.first, buf[:min(k, firstKept-len(f.first))]...)
		}
		n += int64(k)
		if most := f.spec.Output; most > 0 && n > most {
			f.kill(Output)
		} else if k > 0 && f.spec.Out != nil {
			f.spec.Out(buf[:k])
		}
		if err != nil {
			return
		}
	}
}

func (f *follower) readChannel() {
	if _, err := f.ends.channel.Write(f.spec.Hello); err != nil {
		return // it has ended already
	}
	r := bufio.NewReaderSize(&capped{f.ends.channel, f.spec.Limits.Channel, func() { f.kill(Channel) }}, 64<<10)
	for {
		line, err := r.ReadBytes('\n')
		if err != nil {
			return // a line without an end is no line
		}
		f.spec.Line(line)
	}
}

// capped is a reader that ends after a number of bytes, and says so.
type capped struct {
	r    io.Reader
	left int64
	over func()
}

func (c *capped) Read(p []byte) (int, error) {
	if c.left <= 0 {
		c.over()
		return 0, io.EOF
	}
	n, err := c.r.Read(p[:min(int64(len(p)), c.left)])
	c.left -= int64(n)
	return n, err
}

// wait waits for the end.
func (f *follower) wait() Result {
	f.cmd.Wait()
	close(f.over)
	f.kill("")
	// Nothing of the jail is left to write; what stays open anyway is not waited for.
	if f.ends.channel != nil {
		f.ends.channel.SetReadDeadline(time.Now().Add(lateTime))
	}
	f.work.Wait()
	r := Result{Exit: f.cmd.ProcessState.ExitCode(), Took: time.Since(f.start), Waited: time.Duration(f.waited.Load())}
	if r.Exit > 128 {
		r.Exit = -1
	}
	if why, ok := f.stop.Load().(Stop); ok {
		r.Stop = why
	}
	// The system counts those that were waited for, the watch those that it saw: a
	// program whose children are killed with it was busy as well.
	r.Used = max(f.cmd.ProcessState.UserTime()+f.cmd.ProcessState.SystemTime(), time.Duration(f.cpu.Load()))
	if r.Stop == "" && outOfTime(f.spec.Limits, r.Used, r.Exit) {
		r.Stop = CPU
	}
	return r
}

// outOfTime reports whether a program that failed had used up its processor time:
// where the watch was late, the system's own limit has ended it.
func outOfTime(l Limits, used time.Duration, exit int) bool {
	return l.CPU > 0 && exit != 0 && used >= l.CPU
}
