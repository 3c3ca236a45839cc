package process

import (
	"os"
	"time"
)

// gulps reads what has gathered in a pipe within a millisecond at once, until the
// program is over. A test says a dozen words, one by one, and to wake a reader for
// each took a tenth of a short test's time. So its end of the pipe is not one that
// the Go runtime watches: that is woken by every word, whether it is waited for
// or not.
type gulps struct {
	pipe  *os.File
	over  <-chan struct{}
	until time.Time // after the end: how long is read
}

func (g *gulps) Read(b []byte) (int, error) {
	select {
	case <-time.After(time.Millisecond):
	case <-g.over:
	}
	for !g.late() {
		if readable(g.pipe, time.Second) {
			return g.pipe.Read(b)
		}
	}
	return 0, os.ErrDeadlineExceeded
}

// late reports whether the program has been over for so long that what still comes
// is not its own: one that it started has left its group, and writes on.
func (g *gulps) late() bool {
	select {
	case <-g.over:
	default:
		return false
	}
	if g.until.IsZero() {
		g.until = time.Now().Add(patience)
	}
	return time.Now().After(g.until)
}
