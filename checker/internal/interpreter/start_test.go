package interpreter

import (
	"os"
	"testing"

	"nodebook/checker/internal/process"
)

// A caller that leaves a child has its answer before the child's end, and hears no more of it.
func TestStarted_leave(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	cancelled := false
	s := &started{in: w, cancel: func() { cancelled = true }, done: make(chan struct{}), over: make(chan struct{})}
	heard := make(chan string, 3)
	go func() {
		request := make([]byte, 8)
		n, _ := r.Read(request)
		s.output(request[:n])
		s.output([]byte("more"))
		close(heard)
	}()
	o, err := s.ask(t.Context(), []byte("last"), func(line []byte) {
		heard <- string(line)
		s.leave()
	})
	if err != nil || o != (process.Outcome{}) || !cancelled {
		t.Errorf("got %+v, %v, cancelled %v; want success, and the child told to end", o, err, cancelled)
	}
	for line := range heard {
		if line != "last" {
			t.Errorf("heard %q after the last word", line)
		}
	}
}
