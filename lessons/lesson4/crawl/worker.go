package crawl

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"

	"nodebook/lessons/todo"
)

// ErrWorker is the error of a worker process that died, or that answered
// something other than it was asked.
var ErrWorker = errors.New("the worker process failed")

// maxLine is the longest line of a worker that is read, in bytes.
const maxLine = 1 << 20

// Worker is a process that asks peers for us. It reads addresses, one per line,
// from its standard input, and for each writes a [Result] to its standard
// output: JSON, one line.
type Worker struct {
	cmd *exec.Cmd
	In  io.Writer      // to the process
	Out *bufio.Scanner // from the process, line by line
}

// StartWorker starts cmd as a worker. The caller closes it.
//
// Errors: that of starting, wrapped.
func StartWorker(cmd *exec.Cmd) (*Worker, error) {
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("worker: %w", err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("worker: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("worker: %w", err)
	}
	w := &Worker{cmd: cmd, In: in, Out: bufio.NewScanner(out)}
	w.Out.Buffer(nil, maxLine)
	return w, nil
}

// Kill ends the process immediately. Reading from it and writing to it then
// fail.
func (w *Worker) Kill() { w.cmd.Process.Kill() }

// Close kills the process and waits for it.
func (w *Worker) Close() {
	w.Kill()
	w.cmd.Wait()
}

// Ask has the process ask one peer: it writes the address and a newline to w.In,
// and reads one line from w.Out. If ctx ends before that line is there, it kills
// the process; after that, the end of ctx does nothing to the process.
//
// Errors: ctx's, if it ended; otherwise [ErrWorker], wrapped with the reason:
// writing failed, no line came, the line is not a Result, or it is the Result of
// another address. The process is useless after that. (The error of a peer is
// not an error here: it is in the Result.)
func (w *Worker) Ask(ctx context.Context, address string) (Result, error) {
	return Result{}, todo.Err
}
