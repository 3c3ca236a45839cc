//go:build unix

package process

import (
	"errors"
	"io"
	"os"
	"testing"
	"time"
)

// What a program has started may leave its group and write forever, or hold the
// pipe and say nothing. Neither keeps its reader.
func TestGulps_end(t *testing.T) {
	over := make(chan struct{})
	close(over)
	for name, write := range map[string]func(w *os.File) error{
		"writes forever": func(w *os.File) error { _, err := w.Write(make([]byte, 4096)); return err },
		"says nothing":   nil,
	} {
		t.Run(name, func(t *testing.T) {
			r, w, err := Pipe()
			if err != nil {
				t.Fatal(err)
			}
			ended := make(chan struct{})
			go func() {
				defer close(ended)
				for write != nil && write(w) == nil {
				}
			}()
			g := &Gulps{Pipe: r, Over: over, until: time.Now()}
			if write != nil {
				g.until = time.Now().Add(time.Hour) // until something has been read: see heard
			}
			n, err := io.Copy(heard{g}, g)
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

// heard makes it late as soon as something has been read.
type heard struct{ g *Gulps }

func (h heard) Write(b []byte) (int, error) {
	h.g.until = time.Now()
	return len(b), nil
}
