package process

import (
	"os"
	"time"
)

// Gulps reads what gathers in a pipe within a few milliseconds at once, until the
// program is over. A test says a dozen words, one by one, and to wake a reader for
// each took a tenth of a short test's time. So its end of the pipe is not one that
// the Go runtime watches, see [Pipe]: that is woken by every word, whether it is waited
// for or not. What says much is not kept waiting.
type Gulps struct {
	Pipe     *os.File
	Over     <-chan struct{} // closed when the program is
	Patience time.Duration   // for how long is read after the end

	until time.Time // after the end
	more  bool      // there was much to read
}

const (
	gulp  = 4 * time.Millisecond
	gulpy = 8 << 10 // bytes that are much: a pipe holds at least 64 KiB
)

// Read reads from the pipe. The error is [os.ErrDeadlineExceeded] if somebody holds it
// open after the end of the program.
func (g *Gulps) Read(b []byte) (int, error) {
	if !g.more {
		select {
		case <-time.After(gulp):
		case <-g.Over:
		}
	}
	for !g.late() {
		if readable(g.Pipe, time.Second) {
			n, err := g.Pipe.Read(b)
			g.more = n >= gulpy || n == len(b)
			return n, err
		}
	}
	return 0, os.ErrDeadlineExceeded
}

// late reports whether the program has been over for so long that what still comes
// is not its own: one that it started has left its group, and writes on.
func (g *Gulps) late() bool {
	select {
	case <-g.Over:
	default:
		return false
	}
	if g.until.IsZero() {
		g.until = time.Now().Add(g.Patience)
	}
	return time.Now().After(g.until)
}
