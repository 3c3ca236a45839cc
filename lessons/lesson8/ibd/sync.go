package ibd

import (
	"context"
	"math/big"

	"nodebook/lessons/lesson8/headers"

	"nodebook/lessons/todo"
)

// Config is what [Sync] works with.
type Config struct {
	Chain    *Chain
	Peers    []headers.Peer
	Least    *big.Int // work that a peer's chain must have
	Headers  int      // that a peer may send before it has shown that work
	Ahead    int      // blocks in the window
	PerPeer  int      // blocks that one peer may owe
	Progress func()   // called after each block that was connected; may be nil
}

// Result is what a [Sync] has seen.
type Result struct {
	Dropped map[int]error // peers by index, and why they were dropped
	Fetched int           // blocks that were received and put
}

// Sync brings a chain to the best block that its peers have, and flushes it. In
// rounds, until no peer has more:
//
//  1. headers.SyncHeaders with each peer, which says what it has. One that returns an error is dropped.
//  2. The goal is on the way to the best of the peers' tips: the lowest of their tips there that is not in the chain yet. Only peers with the goal's block are asked for blocks: to lack a block is no crime.
//  3. Blocks on the way that the file has already are connected, and not asked for.
//  4. The others are got with fetch.Fetch, put, and connected as they come. A peer that it drops stays dropped.
//
// A block that is invalid is condemned in the tree, and the next round has another
// goal. If ctx ends or no peer is left, the chain is flushed too, so that nothing that
// was checked is lost.
//
// Errors: fetch.ErrNobody if no peer is left; block.ErrCannotJudge; those of the disk,
// after which nothing is written any more; ctx's, if it ended.
func Sync(ctx context.Context, cfg Config) (Result, error) {
	return Result{}, todo.Err
}
