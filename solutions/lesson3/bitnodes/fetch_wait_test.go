package bitnodes_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson3/bitnodes"
)

// silent is a server that does not answer, or, where it has an answer, not to
// its end. As the network does, it gives up when the request's context ends.
type silent struct {
	answers  bool
	hangUp   chan struct{} // the test is over
	requests atomic.Int32  // those that have not ended
}

func (s *silent) RoundTrip(r *http.Request) (*http.Response, error) {
	if s.answers {
		rest := rest(func() error { return s.wait(r.Context()) })
		return response(r, http.StatusOK, &body{Reader: io.MultiReader(text(`{"nodes": {`), rest)}), nil
	}
	return nil, s.wait(r.Context())
}

// wait waits for the end of the request.
func (s *silent) wait(ctx context.Context) error {
	s.requests.Add(1)
	defer s.requests.Add(-1)
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-s.hangUp:
		return errors.New("the server hung up")
	}
}

// rest is the part of an answer that never comes.
type rest func() error

func (r rest) Read([]byte) (int, error) { return 0, r() }

func TestFetchSnapshot_ends(t *testing.T) {
	url := drawURL(draw.From(t))
	for _, answers := range []bool{false, true} {
		what := map[bool]string{false: "does not answer", true: "stops in the middle of its answer"}[answers]
		var err error
		var asked, returned bool
		var left int32
		synctest.Test(t, func(t *testing.T) {
			s := &silent{answers: answers, hangUp: make(chan struct{})}
			ctx, cancel := context.WithCancel(context.Background())
			done := make(chan error, 1)
			go func() {
				_, err := bitnodes.FetchSnapshot(ctx, &http.Client{Transport: s}, url)
				done <- err
			}()
			synctest.Wait()
			asked = s.requests.Load() > 0
			cancel()
			synctest.Wait()
			returned, left = len(done) > 0, s.requests.Load()
			close(s.hangUp)
			err = <-done
		})
		try := expect.Tried(t, "FetchSnapshot(ctx, client, %q) of a server that %s; ctx is cancelled while FetchSnapshot waits", url, what)
		try.Why("only a request that carries ctx ends when ctx ends")
		try.True(asked, "no request that waits for the server", "a request that waits for the server")
		try.True(returned, "FetchSnapshot that goes on waiting", "FetchSnapshot to return")
		try.ErrorIs(err, context.Canceled, "context.Canceled")
		try.Why("to return is not enough: a request that nobody waits for any more keeps its goroutine and its connection. It has to be made with ctx; context.WithoutCancel(ctx) and context.Background() never end")
		try.True(left == 0, "FetchSnapshot returned, and its request goes on", "the request to end as well")
	}
}
