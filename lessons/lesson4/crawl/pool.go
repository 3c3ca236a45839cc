package crawl

import (
	"context"
)

// Pool asks all peers with n workers: n goroutines and one or two more, however
// many peers there are. No more than n are asked at the same time. A worker that
// is done with one peer takes the next: a slow peer holds up its own worker and
// no other. An n below 1 counts as 1.
//
// Everything else is as with [Stream]: Pool returns immediately; each result
// arrives as soon as it is known; the channel has room for all of them and is
// closed after the last. Once ctx has ended, the peers that are left are not
// asked: they get ctx's error.
func Pool(ctx context.Context, ask Ask, addresses []string, n int) <-chan Result {
	return nil
}
