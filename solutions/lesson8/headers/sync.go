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
// It sends getheaders, with a [Locator] of the best chain the first time and later of
// the branch that ends at the last header received, and takes the next headers
// message; others before it do not count. A message of fewer than [MaxHeaders] is
// the last.
//
// A peer could send headers forever. So once most of its headers were new, the last
// one of each message must have at least the work least, and so must the last one of
// all.
//
// Errors: [ErrSilent] if an answer takes longer than [Answer]; [ErrEcho] for a full
// message without a new header; [ErrLowWork]; those of the peer, of [ReadHeaders] and
// of [Tree.Add]; ctx's, if it ended.
func SyncHeaders(ctx context.Context, p Peer, t *Tree, least *big.Int, most int) error {
	// BEGIN SOLUTION
	tip := t.Best()
	for total := 0; ; {
		hs, err := ask(ctx, p, tip)
		if err != nil || len(hs) == 0 {
			return err
		}
		added, err := t.Add(hs, time.Now().Unix())
		if err != nil {
			return err
		}
		total += added
		tip = t.Node(hs[len(hs)-1].Hash())
		last := len(hs) < MaxHeaders
		if (last || total >= most) && tip.Work.Cmp(least) < 0 {
			return fmt.Errorf("%w: %d headers", ErrLowWork, total)
		}
		if last {
			return nil
		}
		if added == 0 {
			return ErrEcho
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
