package crawl

import (
	"context"
)

// Pool asks all peers with n workers: n goroutines, and one or two besides,
// however many peers there are. Never are more than n asked at a time. A worker
// that is done with one peer takes the next: a slow peer holds up its own worker
// and no other. An n below 1 counts as 1.
//
// Everything else is as with [Stream]: Pool returns at once; each result arrives
// as soon as it is there; the channel has room for all of them and is closed
// after the last. Once ctx has ended, the peers that are left are not asked:
// ctx's error is theirs.
func Pool(ctx context.Context, ask Ask, addresses []string, n int) <-chan Result {
	return nil
}
