// Package process runs a program that may misbehave, and ends it.
//
// The program gets its own process group, which is killed whole when the
// program ends, when the context does, or when a limit is passed. Its output is
// read as it comes and counted.
package process

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"time"
)

// Limits bound a program.
type Limits struct {
	Wall   time.Duration // from start to end; 0 is no limit
	Memory int64         // bytes, of each process or (Watch) of the group; 0 is no limit
	Watch  bool          // measure the group's resident memory instead of limiting its address space, as race-detector builds need
	Output int64         // bytes on standard output; 0 is no limit
	Files  uint64        // open files; 0 leaves the system's limit

	// Mark is a variable, "NAME=value", that the program finds in its environment.
	// A process that carries it belongs to the program even outside its group; it
	// is counted against Processes and killed at the end (Linux).
	Mark      string
	Processes int // at once; 0 is no limit; needs a Mark
}

// Stop says which limit ended a program; the zero Stop is none.
type Stop string

// What can stop a program.
const (
	Wall      Stop = "wall"
	Memory    Stop = "memory"
	Output    Stop = "output"
	Processes Stop = "processes"
	Cancelled Stop = "cancelled"
)

// Outcome is how a program ended.
type Outcome struct {
	Stop Stop
	Exit int    // -1 when a signal ended it
	How  string // "exit status 2", "signal: killed"
	Err  string // the last of its standard error
}

// ErrStart wraps what kept a program from starting.
var ErrStart = errors.New("cannot start")

const stderrKept = 64 << 10

// patience is how long what a program has written is read behind its end, which
// takes seconds on a machine at its limits.
const patience = 10 * time.Second

// Run runs cmd and gives line each line of its standard output, without the
// newline; lines longer than 1 MiB come in pieces. The error is for what kept
// it from running at all: how it ended is in the Outcome.
func Run(ctx context.Context, cmd *exec.Cmd, lim Limits, line func([]byte)) (Outcome, error) {
	errs, errsW, err := os.Pipe()
	if err != nil {
		return Outcome{}, err
	}
	defer errs.Close()
	cmd.Stderr = errsW
	var last tail
	o, err := follow(ctx, cmd, lim, errs, func(r io.Reader) { io.Copy(&last, r) }, func(r io.Reader, over func()) {
		readLines(r, lim.Output, line, over)
	})
	o.Err = last.String()
	return o, err
}

// follow starts cmd, reads what it writes and waits for its end. errs, where it
// is not nil, is the other end of cmd's standard error.
func follow(ctx context.Context, cmd *exec.Cmd, lim Limits, errs *os.File, readErrs func(io.Reader), read func(r io.Reader, over func())) (Outcome, error) {
	out, outW, err := Pipe()
	if err != nil {
		closeStderr(cmd, errs)
		return Outcome{}, err
	}
	defer out.Close()
	cmd.Stdout = outW
	if errs == nil {
		cmd.Stderr = outW
	}
	group(cmd)
	err = cmd.Start()
	outW.Close()
	closeStderr(cmd, errs)
	if err != nil {
		return Outcome{}, fmt.Errorf("%w %s: %w", ErrStart, cmd.Path, err)
	}
	restrict(cmd.Process.Pid, lim)

	var stop atomic.Value
	end := func(why Stop) {
		stop.CompareAndSwap(nil, why)
		killGroup(cmd)
	}
	var work sync.WaitGroup
	done := make(chan struct{})
	work.Go(func() { watch(ctx, cmd, lim, done, end) })
	if errs != nil {
		work.Go(func() { readErrs(errs) })
	}
	work.Go(func() { read(&Gulps{Pipe: out, Over: done, Patience: patience}, func() { end(Output) }) })
	// The group is killed as soon as its first process has ended: a child that
	// holds a pipe open cannot hold us up.
	err = cmd.Wait()
	killGroup(cmd)
	close(done)
	killMarked(lim.Mark)
	// One that left the group cannot either: what it writes is not waited for.
	if errs != nil {
		errs.SetReadDeadline(time.Now().Add(patience))
	}
	work.Wait()

	o := Outcome{Exit: cmd.ProcessState.ExitCode(), How: cmd.ProcessState.String()}
	if why, ok := stop.Load().(Stop); ok {
		o.Stop = why
	}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return o, err
	}
	return o, nil
}

// closeStderr closes our copy of the writing end that only the program needs.
func closeStderr(cmd *exec.Cmd, errs *os.File) {
	if w, ok := cmd.Stderr.(*os.File); ok && errs != nil {
		w.Close()
	}
}

// watch ends the program at its limits; it returns when done is closed.
func watch(ctx context.Context, cmd *exec.Cmd, lim Limits, done <-chan struct{}, end func(Stop)) {
	var wall <-chan time.Time
	if lim.Wall > 0 {
		t := time.NewTimer(lim.Wall)
		defer t.Stop()
		wall = t.C
	}
	var poll <-chan time.Time
	if lim.Memory > 0 && (lim.Watch || !canRestrict) || lim.Processes > 0 {
		t := time.NewTicker(100 * time.Millisecond)
		defer t.Stop()
		poll = t.C
	}
	for {
		select {
		case <-done:
			return
		case <-ctx.Done():
			end(Cancelled)
			return
		case <-wall:
			end(Wall)
			return
		case <-poll:
			if lim.Processes > 0 && running(lim.Mark) > lim.Processes {
				end(Processes)
				return
			}
			if lim.Memory > 0 && (lim.Watch || !canRestrict) && resident(cmd.Process.Pid) > lim.Memory {
				end(Memory)
				return
			}
		}
	}
}

// running is how many processes carry mark.
func running(mark string) int {
	pids, _ := marked(mark)
	return len(pids)
}

// readLines reads until the end of r; past most bytes it calls over once and
// throws the rest away.
func readLines(r io.Reader, most int64, line func([]byte), over func()) {
	br := bufio.NewReaderSize(r, 1<<20)
	var n int64
	for {
		b, _, err := br.ReadLine()
		if err != nil {
			return
		}
		n += int64(len(b)) + 1
		if most > 0 && n > most {
			over()
			io.Copy(io.Discard, br)
			return
		}
		line(b)
	}
}

// tail keeps the last bytes written to it.
type tail struct{ b []byte }

func (t *tail) Write(p []byte) (int, error) {
	t.b = append(t.b, p...)
	if len(t.b) > 2*stderrKept {
		t.b = append(t.b[:0], t.b[len(t.b)-stderrKept:]...)
	}
	return len(p), nil
}

func (t *tail) String() string { return string(t.b[max(0, len(t.b)-stderrKept):]) }
