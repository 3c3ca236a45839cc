package bitnodes_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson3/bitnodes"
)

// silent is a server that does not answer, or, where it has an answer, not to
// its end. As the network does, it gives up when the request's context ends.
type silent struct {
	answers bool
	hangUp  chan struct{} // the test is over
	began   chan struct{} // has one for each request that waits
	ended   chan struct{} // and for each that does no more
}

// patience is for what happens at once if it happens.
const patience = 10 * time.Second

// soon reports whether something comes from c.
func soon(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	case <-time.After(patience):
		return false
	}
}

// asks reports whether a request begins before all is done.
func asks(began, done <-chan struct{}) bool {
	select {
	case <-done: // it may have begun before
		return len(began) > 0
	case <-began:
		return true
	case <-time.After(patience):
		return false
	}
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
	s.began <- struct{}{}
	defer func() { s.ended <- struct{}{} }()
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
		var asked, returned, left bool
		synctest.Test(t, func(t *testing.T) { // where to be patient takes no time
			s := &silent{answers: answers, hangUp: make(chan struct{}), began: make(chan struct{}, 100), ended: make(chan struct{}, 100)}
			ctx, cancel := context.WithCancel(context.Background())
			done := make(chan struct{})
			go func() {
				_, err = bitnodes.FetchSnapshot(ctx, &http.Client{Transport: s}, url)
				close(done)
			}()
			asked = asks(s.began, done)
			cancel()
			returned = soon(done)
			left = asked && !soon(s.ended)
			close(s.hangUp)
			<-done
		})
		try := expect.Tried(t, "FetchSnapshot(ctx, client, %q) of a server that %s; ctx is cancelled while FetchSnapshot waits", url, what)
		try.Why("only a request that carries ctx ends when ctx ends")
		try.True(asked, "no request that waits for the server", "a request that waits for the server")
		try.True(returned, "FetchSnapshot that goes on waiting", "FetchSnapshot to return")
		try.ErrorIs(err, context.Canceled, "context.Canceled")
		try.Why("to return is not enough: a request that nobody waits for any more keeps its goroutine and its connection. It has to be made with ctx; context.WithoutCancel(ctx) and context.Background() never end")
		try.True(!left, "FetchSnapshot returned, and its request goes on", "the request to end as well")
	}
}
