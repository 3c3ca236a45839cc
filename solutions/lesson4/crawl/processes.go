package crawl

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os/exec"
	"sync"
)

// MaxDeaths is how many workers an address may cost before it is given up.
const MaxDeaths = 3

// Work is what a worker process does: it reads addresses from in, one per line,
// asks each peer, and writes the [Result] to out as one line of JSON before it
// reads the next. It returns nil at the end of in. Once ctx has ended, the peers
// that are left are not asked: they get ctx's error.
//
// Errors: those of in and out, wrapped.
func Work(ctx context.Context, in io.Reader, out io.Writer, ask Ask) error {
	// BEGIN SOLUTION of Processes
	lines := bufio.NewScanner(in)
	answers := json.NewEncoder(out) // ends each value with a newline
	for lines.Scan() {
		if err := answers.Encode(ask.Do(ctx, lines.Text())); err != nil {
			return fmt.Errorf("work: %w", err)
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("work: %w", err)
	}
	return nil
	// END SOLUTION
}

// Processes asks all peers with n worker processes, each of which asks one peer
// at a time; each call of command returns the command of a new worker. An n
// below 1 counts as 1, and there are never more processes than addresses.
//
// Result i is for addresses[i]. A worker that fails ([Worker.Ask]) or cannot be
// started loses nothing: another one is started in its place, and the address is
// asked again. An address at which this happens MaxDeaths times is given up: its
// Result has [ErrWorker].
//
// Once ctx has ended, no more peers are asked: they get ctx's error. When
// Processes returns, every worker has been closed.
func Processes(ctx context.Context, command func() *exec.Cmd, addresses []string, n int) []Result {
	// BEGIN SOLUTION
	results := make([]Result, len(addresses))
	jobs := make(chan int)
	var keepers sync.WaitGroup // each keeps one process alive
	for range min(max(n, 1), len(addresses)) {
		keepers.Go(func() {
			var w *Worker
			defer func() {
				if w != nil {
					w.Close()
				}
			}()
			ask := func(address string) (Result, error) {
				if w == nil {
					started, err := StartWorker(command())
					if err != nil {
						return Result{}, fmt.Errorf("%w: %w", ErrWorker, err)
					}
					w = started
				}
				r, err := w.Ask(ctx, address)
				if err != nil {
					w.Close()
					w = nil
				}
				return r, err
			}
			for i := range jobs {
				for range MaxDeaths {
					r, err := Result{}, ctx.Err()
					if err == nil {
						r, err = ask(addresses[i])
					}
					if err == nil {
						results[i] = r
						break
					}
					results[i] = Result{Address: addresses[i], Err: err}
				}
			}
		})
	}
	for i := range addresses {
		jobs <- i
	}
	close(jobs)
	keepers.Wait()
	return results
	// END SOLUTION
}
