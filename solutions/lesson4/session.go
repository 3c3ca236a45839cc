package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"syscall"
	"time"

	"nodebook/fixtures/unwritten"
	"nodebook/lessons/todo"
	"nodebook/solutions/lesson1/framing"
	"nodebook/solutions/lesson4/crawl"
)

// session is one run of the lesson.
type session struct {
	options
	peers   *peers
	least   least
	out     io.Writer
	report  report
	results []crawl.Result // of the pool
}

// caller calls peers of this session.
func (s *session) caller() crawl.Caller {
	return crawl.Caller{Dialer: s.peers.dialer, Limit: s.limit, Version: crawl.Ours(time.Now()), Network: framing.Magic(s.network.Number())}
}

// pool asks all that are listed.
func (s *session) pool(ctx context.Context) error {
	stop, err := startProfile(s.profile)
	if err != nil {
		return err
	}
	start := time.Now()
	b, p := newBar(s.out), crawl.Progress{Total: len(s.peers.addresses)}
	asking, enough := context.WithCancel(ctx)
	defer enough()
	var missing error
	for r := range crawl.Pool(asking, s.caller().GetVersion, s.peers.addresses, s.workers) {
		if errors.Is(r.Err, context.Canceled) { // Ctrl-C: what we did not wait for is not a failure
			continue
		}
		if errors.Is(r.Err, todo.Err) { // of the next peer it would be the same
			missing = r.Err
			enough()
			continue
		}
		s.results = append(s.results, r)
		if r.Err == nil {
			p.Received++
		} else {
			p.Failures++
		}
		p.Elapsed = time.Since(start)
		b.show(p, start.Add(p.Elapsed))
	}
	if missing != nil {
		s.results = nil
		return errors.Join(missing, stop())
	}
	b.end(p)
	if err := stop(); err != nil {
		return err
	}
	s.report.Took = p.Elapsed.Seconds()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	s.report.Bound = s.bound(s.results, s.least.answer, p.Elapsed)
	s.failures()
	return s.doubtful()
}

// bound says how far a time was from what cannot be done better, which it
// returns in seconds. If it is not known how long a peer must take, what it
// did take stands in.
func (s *session) bound(results []crawl.Result, known map[string]time.Duration, took time.Duration) float64 {
	var waits []time.Duration
	var sum time.Duration
	for _, r := range results {
		d, ok := known[r.Address]
		if !ok {
			d = r.End.Sub(r.Start)
		}
		waits = append(waits, d)
		sum += d
	}
	bound := crawl.Bound(waits, s.workers)
	fmt.Fprintf(s.out, "%d peers in %.2fs with %d workers\n", len(results), took.Seconds(), s.workers)
	fmt.Fprintf(s.out, "the bound is %.2fs: %.0fs of waiting, shared among the workers (%.2fs if evenly)\n",
		bound.Seconds(), sum.Seconds(), sum.Seconds()/float64(s.workers))
	if bound > 0 {
		fmt.Fprintf(s.out, "that is %.2f times the bound\n", float64(took)/float64(bound))
	}
	return bound.Seconds()
}

// failures counts what went wrong, the most frequent first.
func (s *session) failures() {
	count := map[string]int{}
	for _, r := range s.results {
		if r.Err != nil {
			count[cause(r.Err)]++
		}
	}
	causes := make([]string, 0, len(count))
	for c := range count {
		causes = append(causes, c)
	}
	slices.SortFunc(causes, func(a, b string) int { return 2*(count[b]-count[a]) + strings.Compare(a, b) })
	for _, c := range causes[:min(len(causes), 8)] {
		fmt.Fprintf(s.out, "%7d  %s\n", count[c], c)
	}
}

// cause is an error's text without what differs from peer to peer.
func cause(err error) string {
	var timeout interface{ Timeout() bool }
	step, _, _ := strings.Cut(err.Error(), ":")
	switch {
	case errors.Is(err, syscall.EMFILE):
		return step + ": too many open files"
	case errors.As(err, &timeout) && timeout.Timeout():
		return step + ": time is up"
	case errors.Is(err, syscall.ECONNREFUSED):
		return step + ": connection refused"
	case errors.Is(err, syscall.ECONNRESET):
		return step + ": connection reset"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return step + ": the peer hung up"
	case step == "read":
		return "read: not what a version message looks like"
	}
	return crawl.Printable(err.Error())
}

// errNobody is the error of a run in which not one peer answered.
var errNobody = errors.New("no peer has answered")

// doubtful is an error if not one peer answered: it is not the peers then.
func (s *session) doubtful() error {
	silent := len(s.results) > 0
	for _, r := range s.results {
		if r.Err == nil {
			return nil
		}
		silent = silent && hungUp(r.Err)
	}
	if silent && !s.simulated() {
		return errNobody
	}
	return nil
}

// hungUp reports whether an error is that of a peer that was there and ended the
// connection without a message.
func hungUp(err error) bool {
	return strings.HasPrefix(err.Error(), "read:") && (errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, framing.ErrMagic))
}

// hint says what helps with an error.
func (s *session) hint(err error) string {
	if errors.Is(err, errNobody) {
		return s.network.Hint()
	}
	return unwritten.Note(err)
}
