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
	pipe *os.File
	over <-chan struct{}
	late time.Time // set behind the end
}

func (g *gulps) Read(b []byte) (int, error) {
	select {
	case <-time.After(time.Millisecond):
	case <-g.over:
	}
	for !readable(g.pipe, time.Second) {
		select {
		case <-g.over:
			if g.late.IsZero() {
				g.late = time.Now().Add(patience)
			} else if time.Now().After(g.late) {
				return 0, os.ErrDeadlineExceeded
			}
		default:
		}
	}
	return g.pipe.Read(b)
}
