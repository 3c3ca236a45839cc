package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson7/script"
	"nodebook/solutions/lesson8/headers"
	"nodebook/solutions/lesson8/ibd"
)

// verifyAt is how many signatures are checked together: a twentieth of a second of work.
const verifyAt = 1_000

// maxHeaders is how many headers a peer may send before it has shown enough work.
const maxHeaders = 2_000_000

// afterBlock is called after each block; tests end the process there.
var afterBlock = func(height int) {}

// work does what the options ask for.
func work(ctx context.Context, o options, out, errs io.Writer) (err error) {
	s, err := newSource(o)
	if err != nil {
		return err
	}
	d, err := openDisk(o.data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.close()) }()
	chain, err := ibd.Open(headers.NewTree(s.genesis.Header, s.params), d.Disk, s.magic, ibd.Options{
		Run: script.Run, Workers: o.workers, FlushAt: o.flushAt, VerifyAt: max(verifyAt, o.batch*o.workers), Batch: o.batch, AssumeValid: assumed(o, s),
	})
	if err != nil {
		return err
	}
	had := chain.Tip().Height
	n, err := meet(ctx, o, s, errs)
	defer n.close()
	if err != nil {
		return err
	}
	live := newLive(errs, o.interactive, chain, n)
	start, busy := time.Now(), cpuTime()
	cfg := ibd.Config{
		Chain: chain, Least: s.least, Headers: maxHeaders, Ahead: o.window, PerPeer: o.perPeer,
		Progress: func() { live.step(); afterBlock(chain.Tip().Height) },
	}
	for _, l := range n.links {
		cfg.Peers = append(cfg.Peers, l)
	}
	r, err := ibd.Sync(ctx, cfg)
	live.done()
	report{source: s, tip: chain.Tip(), best: chain.Tree.Best().Height, checked: chain.Checked(), batched: chain.Batched(), network: n, result: r, had: had, took: time.Since(start), busy: cpuTime() - busy}.print(out)
	if o.svg != "" {
		err = errors.Join(err, writeTimeline(o.svg, n, r))
	}
	if err != nil {
		return err
	}
	return showCoins(out, d)
}

// assumed is the block whose signatures are taken as good.
func assumed(o options, s source) block.Hash {
	if o.assumeValid == tipOf && s.chain != nil {
		return s.chain.Hash(s.chain.Height())
	}
	return o.assumeValid
}

// showCoins prints what lesson 7 prints about its coins.
func showCoins(out io.Writer, d disk) error {
	t, err := d.coins.tally()
	if err != nil {
		return err
	}
	t.print(out)
	return nil
}

func (t tally) print(out io.Writer) {
	fmt.Fprintf(out, "coins     %s, %s BTC\nset       %s\n", grouped(int64(t.number)), btc(t.total), t.digest)
}
