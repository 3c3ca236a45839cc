package bitnodes_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"nodebook/fixtures/bitnodes/synthetic"
	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson3/bitnodes"
)

// reply is one answer of a scenario: a status, and perhaps a body or a time.
type reply struct {
	code  int
	after time.Duration
	body  string
	err   error
}

func (r reply) String() string {
	switch {
	case r.err != nil:
		return fmt.Sprintf("error %q", r.err)
	case r.after > 0:
		return fmt.Sprintf("%d (Retry-After %v)", r.code, r.after)
	case r.code == 200 && !strings.HasPrefix(r.body, `{"`):
		return "200 with HTML"
	case r.code == 200 && !strings.HasSuffix(r.body, "}"):
		return "200 cut off"
	}
	return fmt.Sprint(r.code)
}

// scenario runs FetchWithRetry against replies, the last of them repeated, in a
// bubble where a clock that was not injected costs no time either.
type scenario struct {
	replies  []reply
	policy   bitnodes.Policy
	cancelAt int   // ctx is cancelled during this wait, from 1; before the call if -1; 0: never
	alarm    error // what Sleep returns; nil: ctx's error

	requests int
	slept    []time.Duration
	foreign  bool // Sleep was called with another context
	snapshot bitnodes.Snapshot
	err      error
}

func (s *scenario) run(t *testing.T) {
	client := mock(s.answer)
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.WithValue(context.Background(), key{}, s))
		defer cancel()
		if s.cancelAt < 0 {
			cancel()
		}
		s.policy.Sleep = func(ctx context.Context, d time.Duration) error {
			s.slept = append(s.slept, d)
			s.foreign = s.foreign || ctx.Value(key{}) != s
			if len(s.slept) == s.cancelAt {
				cancel()
			}
			if s.alarm != nil {
				return s.alarm
			}
			return ctx.Err()
		}
		s.snapshot, s.err = bitnodes.FetchWithRetry(ctx, client, "http://127.0.0.1:1/", s.policy)
	})
}

func (s *scenario) answer(r *http.Request) (*http.Response, error) {
	a := s.replies[min(s.requests, len(s.replies)-1)]
	s.requests++
	if s.requests > 100 {
		return nil, errors.New("more than 100 requests")
	}
	if a.err != nil {
		return nil, a.err
	}
	resp := response(r, a.code, text(a.body))
	if a.after > 0 {
		resp.Header.Set("Retry-After", fmt.Sprint(int(a.after/time.Second)))
	}
	return resp, nil
}

func (s *scenario) try(t *testing.T) *expect.Try {
	return expect.Tried(t, "FetchWithRetry(ctx, client, url, Policy{Tries: %d, Backoff: %v, Longest: %v, Sleep: ...}), where the answers are %v",
		s.policy.Tries, s.policy.Backoff, s.policy.Longest, s.replies)
}

// waits wants that many requests and these waits.
func (s *scenario) waits(try *expect.Try, requests int, waits ...time.Duration) {
	try.True(slices.Equal(s.slept, waits), fmt.Sprintf("p.Sleep called for %v", s.slept), fmt.Sprintf("p.Sleep called for %v", waits))
	try.Equal("requests", s.requests, requests)
}

// good is an answer with a drawn snapshot, of total nodes.
func good(d *draw.Source) (ok reply, total int) {
	doc := drawDoc(d, synthetic.New)
	return reply{code: 200, body: string(doc.JSON())}, len(doc.Nodes)
}

func TestFetchWithRetry(t *testing.T) {
	d := draw.From(t)
	ok, total := good(d)
	s := &scenario{replies: []reply{ok}, policy: bitnodes.Policy{Tries: 5, Backoff: time.Second, Longest: time.Minute}}
	s.run(t)
	try := s.try(t).Why("what works at once needs no second try")
	try.NoError(s.err)
	s.waits(try, 1)
	try.Equal("TotalNodes", s.snapshot.TotalNodes, total)
}

func TestFetchWithRetry_backoff(t *testing.T) {
	d := draw.From(t)
	ok, total := good(d)
	b := time.Duration(d.Between(1, 9)) * time.Second
	longest := 7 * b
	s := &scenario{replies: []reply{{code: 500}, {code: 502}, {code: 429}, {code: 503}, {code: 599}, ok}, policy: bitnodes.Policy{Tries: 9, Backoff: b, Longest: longest}}
	s.run(t)
	try := s.try(t).Why("the first wait is Backoff, each one after it twice the one before, none longer than Longest")
	try.NoError(s.err)
	s.waits(try, 6, b, 2*b, 4*b, longest, longest)
	try.Equal("TotalNodes", s.snapshot.TotalNodes, total)

	s = &scenario{replies: []reply{{code: 500}, {code: 500}, ok}, policy: bitnodes.Policy{Tries: 9, Backoff: 10 * b, Longest: longest}}
	s.run(t)
	try = s.try(t).Why("no wait is longer than Longest, the first one neither")
	try.NoError(s.err)
	s.waits(try, 3, longest, longest)
}

func TestFetchWithRetry_told(t *testing.T) {
	d := draw.From(t)
	ok, _ := good(d)
	told := time.Duration(d.Between(20, 300)) * time.Second
	s := &scenario{replies: []reply{{code: 500}, {code: 429, after: told}, {code: 500}, ok}, policy: bitnodes.Policy{Tries: 9, Backoff: time.Second, Longest: time.Hour}}
	s.run(t)
	try := s.try(t).Why("the server knows best when to come back; and the backoff doubles after every try, also one that it was not used for")
	try.NoError(s.err)
	s.waits(try, 4, time.Second, told, 4*time.Second)

	s = &scenario{replies: []reply{{code: 429, after: told}, ok}, policy: bitnodes.Policy{Tries: 9, Backoff: time.Second, Longest: told}}
	s.run(t)
	try = s.try(t).Why("Longest itself is not too long")
	try.NoError(s.err)
	s.waits(try, 2, told)
}

func TestFetchWithRetry_toldTooLong(t *testing.T) {
	d := draw.From(t)
	ok, _ := good(d)
	longest := time.Duration(d.Between(20, 300)) * time.Second
	s := &scenario{replies: []reply{{code: 429, after: longest + time.Second}, ok}, policy: bitnodes.Policy{Tries: 9, Backoff: time.Second, Longest: longest}}
	s.run(t)
	try := s.try(t).Why("asking sooner than told is rude and of no use, and no user waits for a program that long: give up and say so")
	try.ErrorIs(s.err, bitnodes.ErrThrottled, "ErrThrottled")
	s.waits(try, 1)
}

func TestFetchWithRetry_cutOff(t *testing.T) {
	d := draw.From(t)
	ok, _ := good(d)
	cut := reply{code: 200, body: ok.body[:d.Between(2, len(ok.body)-1)]}
	s := &scenario{replies: []reply{cut, ok}, policy: bitnodes.Policy{Tries: 2, Backoff: time.Second, Longest: time.Minute}}
	s.run(t)
	try := s.try(t).Why("an answer that was cut off may well be whole the next time")
	try.NoError(s.err)
	s.waits(try, 2, time.Second)

	s = &scenario{replies: []reply{{err: io.ErrUnexpectedEOF}, ok}, policy: bitnodes.Policy{Tries: 2, Backoff: time.Second, Longest: time.Minute}}
	s.run(t)
	try = s.try(t).Why("an answer may be cut off in its header too: then client.Do returns io.ErrUnexpectedEOF, wrapped, and the next try may bring the whole")
	try.NoError(s.err)
	s.waits(try, 2, time.Second)
}

func TestFetchWithRetry_hopeless(t *testing.T) {
	d := draw.From(t)
	ok, _ := good(d)
	refused := errors.New("no such host: " + d.Word(6))
	for _, tt := range []struct {
		reply reply
		want  error
		name  string
	}{
		{reply{code: 404}, bitnodes.ErrNotFound, "ErrNotFound"},
		{reply{code: 301}, bitnodes.ErrMoved, "ErrMoved"},
		{reply{code: 403}, bitnodes.ErrStatus, "ErrStatus"},
		{reply{code: 200, body: html}, bitnodes.ErrJSON, "ErrJSON"},
		{reply{err: refused}, refused, "the client's error"},
		{reply{err: io.EOF}, io.EOF, "io.EOF"},
		{reply{err: &net.OpError{Op: "dial", Net: "tcp", Err: refused}}, refused, "the error of the dial"},
		{reply{err: context.DeadlineExceeded}, context.DeadlineExceeded, "context.DeadlineExceeded"},
	} {
		s := &scenario{replies: []reply{tt.reply, ok}, policy: bitnodes.Policy{Tries: 9, Backoff: time.Second, Longest: time.Minute}}
		s.run(t)
		try := s.try(t).Why("only a throttled request, a server's own error and an answer that was cut off are worth another try")
		try.ErrorIs(s.err, tt.want, tt.name)
		s.waits(try, 1)
	}
}

func TestFetchWithRetry_tries(t *testing.T) {
	d := draw.From(t)
	for _, tries := range []int{1, 2, d.Between(3, 6), 0, -1} {
		s := &scenario{replies: []reply{{code: 503}}, policy: bitnodes.Policy{Tries: tries, Backoff: time.Second, Longest: time.Second}}
		s.run(t)
		requests := max(tries, 1)
		try := s.try(t).Why("Tries counts requests, the first one too; after the last there is nothing to wait for")
		try.ErrorIs(s.err, bitnodes.ErrServer, "ErrServer")
		try.Equal("requests", s.requests, requests)
		try.Equal("calls of p.Sleep", len(s.slept), requests-1)
	}
	s := &scenario{replies: []reply{{code: 500}, {code: 200, body: `{"nodes": `}}, policy: bitnodes.Policy{Tries: 2, Backoff: time.Second, Longest: time.Second}}
	s.run(t)
	try := s.try(t).Why("the error that is returned is that of the last try")
	try.ErrorIs(s.err, io.ErrUnexpectedEOF, "io.ErrUnexpectedEOF")
}

func TestFetchWithRetry_context(t *testing.T) {
	last := draw.From(t).Between(1, 4)
	s := &scenario{replies: []reply{{code: 503}}, cancelAt: last, policy: bitnodes.Policy{Tries: 9, Backoff: time.Second, Longest: time.Minute}}
	s.run(t)
	try := s.try(t).Why("only a Sleep that is given ctx wakes up when ctx ends")
	try.True(!s.foreign, "Sleep called with another context", "Sleep called with ctx, or a context derived from it")
	try.Why("ctx was cancelled during wait %d: Sleep, given that ctx, returns its error, and that is the end", last)
	try.ErrorIs(s.err, context.Canceled, "context.Canceled")
	try.Equal("calls of p.Sleep", len(s.slept), last)
	try.Equal("requests", s.requests, last)
}

func TestFetchWithRetry_sleepError(t *testing.T) {
	alarm := errors.New("woken by " + draw.From(t).Word(6))
	s := &scenario{replies: []reply{{code: 503}}, alarm: alarm, policy: bitnodes.Policy{Tries: 9, Backoff: time.Second, Longest: time.Minute}}
	s.run(t)
	try := s.try(t).Why("Sleep returned the error %q: it is passed on, wrapped, and there is no other try", alarm)
	try.ErrorIs(s.err, alarm, "Sleep's error")
	s.waits(try, 1, time.Second)
}

func TestFetchWithRetry_cancelled(t *testing.T) {
	s := &scenario{replies: []reply{{code: 503}}, cancelAt: -1, policy: bitnodes.Policy{Tries: 9, Backoff: time.Second, Longest: time.Minute}}
	s.run(t)
	try := s.try(t).Why("ctx had been cancelled before the call: a request that carries it fails at once, and is not worth another try")
	try.ErrorIs(s.err, context.Canceled, "context.Canceled")
	s.waits(try, 0)
}

func TestFetchWithRetry_manyTries(t *testing.T) {
	d := draw.From(t)
	tries, longest := d.Between(80, 90), time.Duration(d.Between(100, 3000))*time.Second
	s := &scenario{replies: []reply{{code: 503}}, policy: bitnodes.Policy{Tries: tries, Backoff: time.Second, Longest: longest}}
	s.run(t)
	try := s.try(t).Why("every wait is twice the one before, until it is Longest; what goes on doubling beyond that does not fit an int64 after 34 tries, and a wait below 0 is none")
	wait := time.Second
	for i, slept := range s.slept {
		try.True(slept == wait, fmt.Sprintf("wait %d = %v", i+1, slept), fmt.Sprintf("wait %d = %v", i+1, wait))
		wait = min(2*wait, longest)
	}
	try.Equal("requests", s.requests, tries)
	try.Equal("calls of p.Sleep", len(s.slept), tries-1)
}
