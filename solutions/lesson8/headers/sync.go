package headers

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"time"

	"nodebook/solutions/lesson7/block"
)

// Answer is how long a peer may take to answer getheaders.
const Answer = 30 * time.Second

var (
	// ErrSilent is wrapped if a peer takes longer than [Answer].
	ErrSilent = errors.New("no headers in time")

	// ErrEcho is wrapped if a peer sends a full message of headers that we have.
	ErrEcho = errors.New("sends the same headers again")

	// ErrLowWork is wrapped if a peer's chain has less work than is wanted.
	ErrLowWork = errors.New("too little work")
)

// SyncHeaders asks a peer for headers and adds them to t until the peer has no more.
// It returns the node of the last header received, which says what the peer has, or
// nil if none was received.
//
// It sends getheaders with a [Locator] and takes the next headers message; others
// before it do not count. The first locator is that of the branch that ends at the parent of the
// best node: so a peer with the same chain as we has a header to answer. Later ones are those
// of the branch that ends at the last header received. A message of fewer than
// [MaxHeaders] is the last.
//
// A peer could send headers forever. So once most of its headers were new, the last
// one of each message must have at least the work least, and so must the last one of
// all.
//
// Errors: [ErrSilent] if an answer takes longer than [Answer]; [ErrEcho] for a full
// message without a new header; [ErrLowWork]; those of the peer, of [ReadHeaders] and
// of [Tree.Add]; ctx's, if it ended.
func SyncHeaders(ctx context.Context, p Peer, t *Tree, least *big.Int, most int) (*Node, error) {
	// BEGIN SOLUTION
	// UNTESTED "A peer could send": it is the reason of the next sentence.
	from, last := t.Best(), (*Node)(nil)
	if from.Parent != nil {
		from = from.Parent
	}
	for total := 0; ; {
		hs, err := ask(ctx, p, from)
		if err != nil || len(hs) == 0 {
			return last, err
		}
		added, err := t.Add(hs, time.Now().Unix())
		if err != nil {
			return last, err
		}
		total += added
		last = t.Node(hs[len(hs)-1].Hash())
		from = last
		done := len(hs) < MaxHeaders
		if (done || total >= most) && last.Work.Cmp(least) < 0 {
			return last, fmt.Errorf("%w: headers: %d", ErrLowWork, total)
		}
		if done {
			return last, nil
		}
		if added == 0 {
			return last, ErrEcho
		}
	}
	// END SOLUTION
}

// hashesOf returns what [Locator] wants to know of n's branch.
func hashesOf(n *Node) func(height int) block.Hash {
	at := n
	return func(height int) block.Hash {
		if height > at.Height {
			at = n
		}
		at = at.Ancestor(height)
		return at.Hash
	}
}
