package fetch

import (
	"context"
	"errors"

	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson8/headers"
)

var (
	// ErrNobody is wrapped if no peer is left and blocks are missing.
	ErrNobody = errors.New("no peer is left")

	// ErrStalled is why a peer was dropped that kept the others waiting.
	ErrStalled = errors.New("stalled")

	// ErrNotFound is why a peer was dropped that does not have a block.
	ErrNotFound = errors.New("does not have the block")
)

// Fetch gets all blocks of w from peers and sends them to out, in the order of the
// list. A peer's number is its index. All are asked at the same time: a peer that
// owes at most half of what it may is sent a getdata message with what [Window.Next]
// returns.
//
// A peer is dropped, and neither asked nor listened to any more, if
//
//   - its Send or Receive returns an error
//   - it sends a block that block.ReadBlock or [Window.Arrived] refuses
//   - it sends notfound: [ErrNotFound]
//   - [Window.Stalled], which is called at least once a second, names it: [ErrStalled]
//
// Others are asked for what it owes. Messages of other commands do not count. While
// as many blocks as the window is long wait for out's receiver, no peer is asked for more.
//
// Fetch returns when all blocks are sent, with who was dropped and why. Out is not
// closed, peers that were not dropped can be used again, and no goroutine is left.
//
// Errors: [ErrNobody] if all peers are dropped, after the blocks that had arrived in
// order were sent; ctx's, if it ended.
func Fetch(ctx context.Context, peers []headers.Peer, w *Window, out chan<- block.Block) (dropped map[int]error, err error) {
	// BEGIN SOLUTION
	// UNTESTED "A peer is dropped": the list of reasons says when.
	f := newFetcher(ctx, peers, w)
	defer f.close()
	for {
		if len(f.ready) == 0 && w.Done() {
			return f.dropped, nil
		}
		if len(f.ready) == 0 && len(f.dropped) == len(peers) {
			return f.dropped, ErrNobody
		}
		f.askAll()
		send, first := (chan<- block.Block)(nil), block.Block{}
		if len(f.ready) > 0 {
			send, first = out, f.ready[0]
		}
		select {
		case send <- first:
			f.ready = f.ready[1:]
		case e := <-f.events:
			f.handle(e)
		case now := <-f.ticker.C:
			for _, peer := range w.Stalled(now) {
				f.drop(peer, ErrStalled)
			}
		case <-ctx.Done():
			return f.dropped, ctx.Err()
		}
	}
	// END SOLUTION
}
