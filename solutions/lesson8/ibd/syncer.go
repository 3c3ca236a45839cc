// REFERENCE ONLY

package ibd

import (
	"context"
	"errors"

	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson8/fetch"
	"nodebook/solutions/lesson8/headers"
)

// syncer is a Sync that runs.
type syncer struct {
	cfg    Config
	chain  *Chain
	result Result
	tips   map[int]*headers.Node // what each peer that is left has
}

// round is one round, and reports whether it was the last.
func (s *syncer) round(ctx context.Context) (done bool, err error) {
	if err := s.headers(ctx); err != nil {
		return false, err
	}
	to, index := s.goal()
	if to == nil {
		return true, s.chain.Flush()
	}
	return false, s.blocks(ctx, to, index)
}

// headers asks all peers for headers.
func (s *syncer) headers(ctx context.Context) error {
	s.tips = map[int]*headers.Node{}
	for i, p := range s.cfg.Peers {
		if s.result.Dropped[i] != nil {
			continue
		}
		tip, err := headers.SyncHeaders(ctx, p, s.chain.Tree, s.cfg.Least, s.cfg.Headers)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			s.result.Dropped[i] = err
			continue
		}
		s.tips[i] = tip
	}
	if len(s.result.Dropped) == len(s.cfg.Peers) {
		return fetch.ErrNobody
	}
	return nil
}

// goal returns the node to go to in this round, and the peers that have its block:
// on the way to the best of all peers' tips, the first that some peer ends with, so
// that all which have it are asked. It is nil if no peer has more than we do.
func (s *syncer) goal() (to *headers.Node, index []int) {
	best := s.chain.Tip()
	for _, tip := range s.tips {
		if tip != nil && tip.Work.Cmp(best.Work) > 0 {
			best = tip
		}
	}
	if best == s.chain.Tip() {
		return nil, nil
	}
	_, up := headers.Route(s.chain.Tip(), best)
	for i := range s.cfg.Peers {
		tip := s.tips[i]
		if tip == nil || tip.Height < up[0].Height || tip.Height > best.Height || best.Ancestor(tip.Height) != tip {
			continue
		}
		index = append(index, i)
		if to == nil || tip.Height < to.Height {
			to = tip
		}
	}
	return to, index
}

// blocks leads to a node. Peers are those that have its block.
func (s *syncer) blocks(ctx context.Context, to *headers.Node, index []int) error {
	_, up := headers.Route(s.chain.Tip(), to)
	var wanted []*headers.Node
	for _, n := range up {
		if !s.chain.Has(n.Hash) {
			wanted = append(wanted, n)
			continue
		}
		if len(wanted) > 0 {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := s.moveTo(n); err != nil {
			return err
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	return s.fetch(ctx, wanted, index)
}

func (s *syncer) moveTo(n *headers.Node) error {
	err := s.chain.MoveTo(n)
	if err == nil && s.cfg.Progress != nil {
		s.cfg.Progress()
	}
	return err
}

// fetch connects blocks as they come, which is in the order of wanted.
func (s *syncer) fetch(ctx context.Context, wanted []*headers.Node, index []int) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	hashes := make([]block.Hash, len(wanted))
	for i, n := range wanted {
		hashes[i] = n.Hash
	}
	var peers []headers.Peer
	for _, i := range index {
		peers = append(peers, s.cfg.Peers[i])
	}
	blocks := make(chan block.Block, 8) // to change goroutines for each block takes longer than to pass it on
	var dropped map[int]error
	var err error
	done := make(chan struct{})
	go func() {
		defer close(done)
		dropped, err = fetch.Fetch(ctx, peers, fetch.NewWindow(hashes, s.cfg.Ahead, s.cfg.PerPeer), blocks)
		close(blocks)
	}()
	var failed error
	for b := range blocks {
		if failed = s.take(wanted, b); failed != nil {
			cancel()
			break
		}
		wanted = wanted[1:]
	}
	<-done
	for i, why := range dropped {
		s.result.Dropped[index[i]] = why
	}
	if failed != nil {
		return failed
	}
	if errors.Is(err, fetch.ErrNobody) {
		return nil // others may be left: the next round sees
	}
	return err
}

// take puts a block, which is that of the first node that is wanted, and connects it.
func (s *syncer) take(wanted []*headers.Node, b block.Block) error {
	if len(wanted) == 0 {
		return fetch.ErrUnasked
	}
	if err := s.chain.Put(b); err != nil {
		return err
	}
	s.result.Fetched++
	return s.moveTo(wanted[0])
}
