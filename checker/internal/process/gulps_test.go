//go:build unix

package process

import (
	"errors"
	"io"
	"os"
	"testing"
	"time"
)

// What a program has started may leave its group and write for ever, or hold the
// pipe and say nothing. Neither keeps its reader.
func TestGulps_end(t *testing.T) {
	over := make(chan struct{})
	close(over)
	for name, write := range map[string]func(w *os.File) error{
		"writes for ever": func(w *os.File) error { _, err := w.Write(make([]byte, 4096)); return err },
		"says nothing":    nil,
	} {
		t.Run(name, func(t *testing.T) {
			r, w, err := pipe()
			if err != nil {
				t.Fatal(err)
			}
			ended := make(chan struct{})
			go func() {
				defer close(ended)
				for write != nil && write(w) == nil {
				}
			}()
			n, err := io.Copy(io.Discard, &gulps{pipe: r, over: over, until: time.Now().Add(20 * time.Millisecond)})
			if !errors.Is(err, os.ErrDeadlineExceeded) {
				t.Errorf("got %v, want os.ErrDeadlineExceeded", err)
			}
			if (n > 0) != (write != nil) {
				t.Errorf("%d bytes read", n)
			}
			r.Close() // ends the writer
			<-ended
			w.Close()
		})
	}
}
