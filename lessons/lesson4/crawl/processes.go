package crawl

import (
	"context"
	"io"
	"os/exec"

	"nodebook/lessons/todo"
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
	return todo.Err
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
	return nil
}
