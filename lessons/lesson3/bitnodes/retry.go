package bitnodes

import (
	"context"
	"net/http"
	"time"

	"nodebook/lessons/todo"
)

// Policy says how often FetchWithRetry asks, and how it waits in between.
type Policy struct {
	Tries   int           // requests in all; less than 1 counts as 1
	Backoff time.Duration // the first wait; it doubles after every try
	Longest time.Duration // no wait is longer

	// Sleep waits for d, or until ctx ends: then it returns ctx's error. Outside
	// tests it is [Sleep].
	Sleep func(ctx context.Context, d time.Duration) error
}

// Sleep waits for d, or until ctx ends: then it returns ctx's error.
func Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// FetchWithRetry is [FetchSnapshot], tried again where that can help: after
// [ErrThrottled], [ErrServer] and io.ErrUnexpectedEOF. Any other error ends it
// immediately, and so does an error of Sleep, which is then returned, wrapped.
//
// The wait after the first try is p.Backoff, after the second twice that, and so
// on, but never more than p.Longest. After a [ThrottledError] that names a time
// the wait is that time instead; if it is more than p.Longest, nobody should
// wait that long, and the error is returned immediately. After the last try
// there is no wait: its error is returned, wrapped.
func FetchWithRetry(ctx context.Context, client *http.Client, url string, p Policy) (Snapshot, error) {
	return Snapshot{}, todo.Err
}
