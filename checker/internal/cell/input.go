package cell

import (
	"context"
	"os"
	"os/exec"
	"sync"
	"time"

	"nodebook/checker/internal/lazyregexp"
)

var reading = lazyregexp.New(`\bos\.Stdin\b|\bfmt\.Scan`)

// Reads reports whether a program mentions its standard input.
func (p *Program) Reads() bool { return reading().MatchString(p.Source) }

const (
	look  = 25 * time.Millisecond // how often it is looked whether a program waits for input
	looks = 4                     // in a row that find it waiting: what it printed before has arrived by then
)

// feed gives cmd lines of r.Input as it asks for them: when the pipe is empty and
// every thread of it waits, for some time. A program that waits for something else at that moment
// finds its line later. state says whether the cell's own code has started, and in
// which process. The caller calls stop once the program has ended.
func (r *Runner) feed(ctx context.Context, cmd *exec.Cmd, state func() (pid int, begun bool)) (stop func(), err error) {
	if r.Input == nil {
		return func() {}, nil
	}
	in, out, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	cmd.Stdin = in
	ctx, cancel := context.WithCancel(ctx)
	var work sync.WaitGroup
	work.Go(func() {
		defer out.Close()
		tick := time.NewTicker(look)
		defer tick.Stop()
		for waiting := 0; ; {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			pid, begun := state()
			if waiting++; pid == 0 || !waitsForInput(pid) {
				waiting = 0
			}
			if waiting < looks {
				continue
			}
			waiting = 0
			line, ok := r.Input(ctx, !begun)
			if !ok {
				return
			}
			if _, err := out.WriteString(line + "\n"); err != nil {
				return // the program has ended
			}
		}
	})
	return func() {
		cancel()
		in.Close() // first: a long line may be waiting for a reader
		work.Wait()
	}, nil
}
