package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"nodebook/solutions/lesson2/version"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson7/rules"
	"nodebook/solutions/lesson8/fetch"
	"nodebook/solutions/lesson8/headers"
	"nodebook/solutions/lesson8/ibd"
	"nodebook/solutions/lesson8/swift"
)

// swiftSync downloads a simulated chain with the hints of a friend who has it: no coin
// is looked up, nothing is kept, no signature is checked.
func swiftSync(ctx context.Context, o options, out, errs io.Writer) error {
	s, err := newSource(o)
	if err != nil {
		return err
	}
	hints, err := hintsOf(o, s, out)
	if err != nil {
		return err
	}
	n, err := meet(ctx, o, s, errs)
	defer n.close()
	if err != nil {
		return err
	}
	start, busy := time.Now(), cpuTime()
	var salt swift.Salt
	rand.Read(salt[:]) // it never fails
	d := &swiftDownload{tree: headers.NewTree(s.genesis.Header, s.params), network: n, state: swift.NewState(salt), hints: hints, dropped: map[int]error{}}
	if err := d.state.Connect(s.genesis, 0, hints[0]); err != nil { // no peer is asked for it
		return fmt.Errorf("block 0: %w", err)
	}
	if err := d.headers(ctx, s); err != nil {
		return err
	}
	tip := d.tree.Best()
	tip = tip.Ancestor(min(tip.Height, len(hints)-1))
	if err := d.blocks(ctx, o, tip); err != nil {
		return err
	}
	if err := d.state.Done(); err != nil {
		if of := d.tree.Best().Height + 1; len(hints) != of {
			err = fmt.Errorf("%w; there are hints for %s blocks, the chain has %s: hints are only good for the block that they were made at",
				err, grouped(int64(len(hints))), grouped(int64(of)))
		}
		return err
	}
	report{source: s, tip: tip, best: tip.Height, hints: len(hints), network: n, result: ibd.Result{Dropped: d.dropped},
		took: time.Since(start), busy: cpuTime() - busy}.print(out)
	if o.svg != "" {
		if err := writeTimeline(o.svg, n, ibd.Result{Dropped: d.dropped}); err != nil {
			return err
		}
	}
	set := d.state.Coins
	tally{len(set), set.Total(), set.Digest()}.print(out)
	return nil
}

// hintsOf returns the hints of each block: those of the file that the options name,
// or else those of a friend, who writes them there.
func hintsOf(o options, s source, out io.Writer) ([]swift.Hints, error) {
	if o.hints == "" {
		return friend(s)
	}
	b, err := os.ReadFile(o.hints)
	switch {
	case err == nil:
		hints, err := readHints(b)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", o.hints, err)
		}
		fmt.Fprintf(out, "hints     read from %s\n", o.hints)
		return hints, nil
	case !errors.Is(err, fs.ErrNotExist):
		return nil, err
	case s.chain == nil:
		return nil, fmt.Errorf("%w; for mainnet, a run without -connect writes it", err)
	}
	hints, err := friend(s)
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(o.hints, appendHints(nil, hints), 0o644); err != nil {
		return nil, err
	}
	fmt.Fprintf(out, "hints     written to %s\n", o.hints)
	return hints, nil
}

// appendHints appends the hints of each block, each after its length.
func appendHints(b []byte, hints []swift.Hints) []byte {
	for _, h := range hints {
		b = append(version.AppendCompactSize(b, uint64(len(h))), h...)
	}
	return b
}

func readHints(b []byte) (hints []swift.Hints, err error) {
	for c := version.NewCursor(b); c.Len() > 0; {
		n, err := version.ReadCompactSize(c)
		if err != nil || n > uint64(c.Len()) {
			return nil, fmt.Errorf("hints of block %d: %w", len(hints), io.ErrUnexpectedEOF)
		}
		h, err := c.Take("hints", int(n))
		if err != nil {
			return nil, err
		}
		hints = append(hints, h)
	}
	if len(hints) == 0 {
		return nil, errors.New("no hints in the file")
	}
	return hints, nil
}

// friend has the chain and its coins, and writes the hints of each block.
func friend(s source) ([]swift.Hints, error) {
	end := rules.MemCoins{}
	blocks := make([]block.Block, s.chain.Height()+1)
	for height := range blocks {
		b, err := block.ReadBlock(s.chain.Block(height))
		if err != nil {
			return nil, err
		}
		if _, err := rules.Connect(end, b, height, s.params, func(block.Spend) error { return nil }); err != nil {
			return nil, fmt.Errorf("block %d: %w", height, err)
		}
		blocks[height] = b
	}
	hints := make([]swift.Hints, len(blocks))
	for height, b := range blocks {
		hints[height] = swift.HintsOf(b, height, end)
	}
	return hints, nil
}

// swiftDownload is a download with hints.
type swiftDownload struct {
	tree    *headers.Tree
	network *network
	state   *swift.State
	hints   []swift.Hints // by height
	index   []int         // of the peers that are asked for blocks
	dropped map[int]error
}

// headers asks all peers for headers. Those that have the best chain are asked for
// its blocks.
func (d *swiftDownload) headers(ctx context.Context, s source) error {
	tips := map[int]*headers.Node{}
	for i, l := range d.network.links {
		tip, err := headers.SyncHeaders(ctx, l, d.tree, s.least, maxHeaders)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			d.dropped[i] = err
		default:
			tips[i] = tip
		}
	}
	for i := range d.network.links {
		if tips[i] == d.tree.Best() {
			d.index = append(d.index, i)
		}
	}
	if len(d.index) == 0 {
		return fetch.ErrNobody
	}
	return nil
}

// blocks connects the blocks up to a node.
func (d *swiftDownload) blocks(ctx context.Context, o options, tip *headers.Node) error {
	_, up := headers.Route(tip.Ancestor(0), tip)
	var wanted []block.Hash
	for _, n := range up {
		wanted = append(wanted, n.Hash)
	}
	var peers []headers.Peer
	for _, i := range d.index {
		peers = append(peers, d.network.links[i])
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	blocks := make(chan block.Block)
	var dropped map[int]error
	var err error
	go func() {
		defer close(blocks)
		dropped, err = fetch.Fetch(ctx, peers, fetch.NewWindow(wanted, o.window, o.perPeer), blocks)
	}()
	var failed error
	for b := range blocks { // to its end: Fetch has returned then
		if failed != nil {
			continue
		}
		if failed = d.connect(up[0], b); failed != nil {
			cancel()
		}
		up = up[1:]
	}
	for i, why := range dropped {
		d.dropped[d.index[i]] = why
	}
	if failed != nil {
		return failed
	}
	return err
}

func (d *swiftDownload) connect(n *headers.Node, b block.Block) error {
	err := rules.CheckBlock(b, n.Height, rules.MedianTime(n.Parent.Last(11)), d.tree.Params)
	if err == nil {
		err = d.state.Connect(b, n.Height, d.hints[n.Height])
	}
	if err != nil {
		return fmt.Errorf("block %d: %w", n.Height, err)
	}
	return nil
}
