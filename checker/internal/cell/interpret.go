package cell

import (
	"context"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"nodebook/checker/internal/interpreter"
	"nodebook/checker/internal/process"
)

// outVariable is the variable that holds the name of the pipe to which an
// interpreted program writes.
const outVariable = "NODEBOOK_OUT"

// Interpreter runs cells in a tenth of the time that the compiler takes to
// start. What it does not run to a good end is run again, compiled, and that run
// is the one that counts: a program that is beyond its walls, that does not
// compile, that crashes, or that computes for long.
type Interpreter struct {
	Engine *interpreter.Engine

	mu   sync.Mutex
	left map[string]bool // cells that the compiler has had to run
}

const (
	mostLeft = 256
	hurry    = time.Second / 2 // of processor time, after which the compiler is started
	quiet    = time.Second     // without any
)

// leaves reports whether a program is left to the compiler: it runs, or replays, a
// cell that was.
func (in *Interpreter) leaves(p *Program) bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	return slices.ContainsFunc(p.texts, func(text string) bool { return in.left[text] })
}

// leave leaves the cell that p runs to the compiler from now on.
func (in *Interpreter) leave(p *Program) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.left == nil || len(in.left) >= mostLeft {
		in.left = map[string]bool{}
	}
	in.left[p.texts[len(p.texts)-1]] = true
}

// interpreted is one interpreted run.
type interpreted struct {
	mu   sync.Mutex
	d    *decoder
	most int64 // bytes of output
	over func()
}

// write takes output; all that comes once there is too much of it is dropped.
func (x *interpreted) write(b []byte) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.most -= int64(len(b)); x.most < 0 {
		x.over()
		return
	}
	x.d.write(b)
}

// pid is the process of the program, once it has said so.
func (x *interpreted) pid() int {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.d.pid
}

// interpret runs p and reports whether that run counts. binary is p compiled,
// where the run took so long that the compiler has overtaken it.
func (r *Runner) interpret(ctx context.Context, dir string, p *Program, sink func(Event)) (how string, counts bool, binary string) {
	compiler := Compiler()
	if r.Interpreter == nil || compiler && (r.Interpreter.leaves(p) || r.Input != nil && p.Reads()) {
		return "", false, ""
	}
	in, out, err := pipe(dir)
	if err != nil {
		return "", false, "" // no such pipes on this system
	}
	defer in.Close()
	mark := newMark()
	run, cancel := context.WithCancel(ctx)
	defer cancel()
	flood := false
	x := &interpreted{d: r.decoder(mark, sink), most: r.Limits.Output, over: func() { flood = true; cancel() }}
	sink(Event{Kind: Engine, Text: "interpreted"})
	var work sync.WaitGroup
	work.Go(func() { copyTo(x.write, in) })
	if compiler {
		work.Go(func() { binary = r.overtake(run, cancel, dir, p, x) })
	}
	lim := r.limits(mark)
	env := append(r.environ(mark), outVariable+"="+out.Name())
	res, err := r.Interpreter.Engine.Run(run, interpreter.Program{Root: r.Root, Source: p.Led, Overlay: r.Overlay, Env: env}, lim, func(b []byte) {
		x.write(append(b[:len(b):len(b)], '\n'))
	})
	cancel()
	out.Close()
	in.SetReadDeadline(time.Now().Add(time.Second)) // one that left the group may hold the pipe
	work.Wait()
	switch {
	case ctx.Err() != nil:
		x.d.finish(false)
		return Interrupted, true, ""
	case err != nil:
		return "", false, ""
	case flood:
		res.Stop = process.Output
	case !compiler:
		how, problems := r.ended(x.d, res.Outcome, sink, true), alone(res, x.d.at)
		for i := range problems {
			how = Failed
			sink(Event{Kind: Error, Problem: &problems[i]})
		}
		return how, true, ""
	case binary != "", res.Beyond != "":
		r.Interpreter.leave(p)
		return "", false, binary
	case len(res.Problems) > 0 || crashed(res):
		return "", false, ""
	}
	return r.ended(x.d, res.Outcome, sink, false), true, ""
}

// crashed tells a program that the runtime ended from one that ended itself:
// for its words, and its place, the compiler is asked.
func crashed(res *interpreter.Result) bool {
	return res.Stop == "" && res.Exit != 0 && (res.Exit < 0 || strings.Contains(res.Err, "panic: ") || strings.Contains(res.Err, "fatal error: "))
}

// overtake has the compiler overtake an interpreter that computes for long; it
// returns the name of the compiled program, or "". A program that waits, for a
// clock or a peer, would not be helped by starting again; one that waits and can
// be woken by nothing outside of it has deadlocked, which a compiled program's
// runtime tells, and ours cannot.
func (r *Runner) overtake(ctx context.Context, stop func(), dir string, p *Program, x *interpreted) string {
	before, still := time.Duration(-1), time.Now()
	for start := still; ; {
		select {
		case <-ctx.Done():
			return ""
		case <-time.After(hurry / 4):
		}
		spent, known := computed(x.pid())
		if spent != before || !asleep(x.pid()) {
			before, still = spent, time.Now()
		}
		if time.Since(still) > quiet && p.closed() {
			break
		}
		if !known {
			spent = time.Since(start)
		}
		if spent > hurry {
			break
		}
	}
	binary, problems, err := r.build(ctx, dir, p)
	if err != nil || ctx.Err() != nil || len(problems) > 0 {
		return ""
	}
	stop()
	return binary
}

func copyTo(write func([]byte), in *os.File) {
	buf := make([]byte, 32<<10)
	for {
		n, err := in.Read(buf)
		if n > 0 {
			write(buf[:n])
		}
		if err != nil {
			return
		}
	}
}
