package headers_test

//nodebook:limits timeout=90s

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"testing"
	"time"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/fixtures/simnet/bubble"
	"nodebook/solutions/lesson1/framing"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson8/headers"
)

var none = big.NewInt(0)

func synced(t *testing.T, tried string, p *peer, tree *headers.Tree, least int64, most int, check func(try *expect.Try, last *headers.Node, err error)) {
	t.Helper()
	bubble.Test(t, tried, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 1000*time.Hour)
		defer cancel()
		count := 0
		answer := p.answer
		p.answer = func(locator []block.Hash) []framing.Message {
			if count++; count > 200 {
				cancel() // of one that asks forever
			}
			return answer(locator)
		}
		last, err := headers.SyncHeaders(ctx, p, tree, big.NewInt(least), most)
		check(expect.Tried(t, "%s", tried), last, err)
	})
}

func TestSyncHeaders(t *testing.T) {
	d := draw.From(t)
	all := append([]block.Header{genesis}, after(d, genesis, 4000+d.Between(1, 300))...)
	for _, n := range []int{d.Between(1, 1999), 2000, 4000, len(all) - 1} {
		p, tree := serving(all[:n+1]), newTree()
		synced(t, "SyncHeaders of a peer with "+itoa(n)+" headers", p, tree, 0, 1e6, func(try *expect.Try, last *headers.Node, err error) {
			try.Why("a full message may not be the last: ask again from its last header on, until one is not full")
			try.NoError(err)
			try.Equal("Best().Height", tree.Best().Height, n)
			isLast(try, last, all[n])
			try.Equal("number of times that it asked", len(p.asked), n/2000+1)
			for i, locator := range p.asked {
				try.Equal("first hash of a locator", locator[0], hashOf(all[2000*i]))
				try.Equal("last hash of a locator", locator[len(locator)-1], hashOf(genesis))
			}
		})
	}
}

// isLast wants a node to be that of a header.
func isLast(try *expect.Try, n *headers.Node, h block.Header) {
	if n == nil {
		try.Fail("no node", "that of the last header")
		return
	}
	try.Why("the last header says which blocks the peer has")
	try.Equal("hash of the node that it returned", n.Hash, hashOf(h))
}

func TestSyncHeaders_same(t *testing.T) {
	d := draw.From(t)
	hs := after(d, genesis, d.Between(2, 30))
	all := append([]block.Header{genesis}, hs...)
	tree := newTree()
	put(t, tree, hs)
	p := serving(all)
	synced(t, "SyncHeaders of a peer that has the same chain as we", p, tree, 0, 1e6, func(try *expect.Try, last *headers.Node, err error) {
		try.NoError(err)
		if len(p.asked) != 1 {
			try.Equal("number of times that it asked", len(p.asked), 1)
			return
		}
		try.Why("asked for what follows its tip, a peer answers with nothing, and so does one that has nothing: ask for the tip")
		try.Equal("first hash of the locator", p.asked[0][0], hashOf(all[len(all)-2]))
		isLast(try, last, all[len(all)-1])
	})
	tree = newTree()
	put(t, tree, hs)
	n := d.IntN(len(hs))
	synced(t, "SyncHeaders of a peer that has only the first of our blocks", serving(all[:n+1]), tree, 0, 1e6, func(try *expect.Try, last *headers.Node, err error) {
		try.NoError(err)
		if last != nil { // by luck, the locator has a block above which the peer has more
			isLast(try, last, all[n])
		}
		try.Equal("Best().Height", tree.Best().Height, len(hs))
	})
}

func TestSyncHeaders_nothing(t *testing.T) {
	synced(t, "SyncHeaders of a peer that has no header", serving([]block.Header{genesis}), newTree(), 5, 1e6, func(try *expect.Try, last *headers.Node, err error) {
		try.Why("nothing was received: nothing is known of the peer")
		try.NoError(err)
		try.Equal("a node was returned", last != nil, false)
	})
}

func TestSyncHeaders_branch(t *testing.T) {
	d := draw.From(t)
	trunk := after(d, genesis, 20)
	ours := after(d, trunk[19], 2500)
	theirs := append(append([]block.Header{genesis}, trunk...), after(d, trunk[19], 2600)...)
	tree := newTree()
	put(t, tree, append(trunk, ours...))
	synced(t, "SyncHeaders, where the peer's chain leaves ours 2,500 blocks below our tip and has 100 more", serving(theirs), tree, 0, 1e6, func(try *expect.Try, last *headers.Node, err error) {
		try.Why("after the first message the locator is that of the peer's branch: ours would bring the same headers again")
		try.NoError(err)
		try.Equal("Best().Hash", tree.Best().Hash, hashOf(theirs[len(theirs)-1]))
		isLast(try, last, theirs[len(theirs)-1])
	})
}

func TestSyncHeaders_others(t *testing.T) {
	d := draw.From(t)
	all := append([]block.Header{genesis}, after(d, genesis, 30)...)
	p, tree := serving(all), newTree()
	serve := p.answer
	p.answer = func(locator []block.Hash) []framing.Message {
		other := framing.Message{Command: "block", Payload: d.Bytes(100)}
		return append([]framing.Message{other, {Command: "notfound"}}, serve(locator)...)
	}
	synced(t, "SyncHeaders of a peer that sends other messages before its headers", p, tree, 0, 1e6, func(try *expect.Try, last *headers.Node, err error) {
		try.Why("a peer sends what it likes when it likes")
		try.NoError(err)
		try.Equal("Best().Height", tree.Best().Height, 30)
	})
}

func TestSyncHeaders_silent(t *testing.T) {
	for _, what := range []string{"nothing", "other messages"} {
		p := &peer{}
		p.answer = func([]block.Hash) []framing.Message {
			if what == "nothing" {
				return nil
			}
			return []framing.Message{{Command: "block"}}
		}
		var start time.Time
		synced(t, "SyncHeaders of a peer that answers getheaders with "+what, &peer{answer: func(l []block.Hash) []framing.Message {
			start = time.Now()
			return p.answer(l)
		}}, newTree(), 0, 1e6, func(try *expect.Try, last *headers.Node, err error) {
			try.Why("without a limit one silent peer stops the node forever")
			try.ErrorIs(err, headers.ErrSilent, "ErrSilent")
			try.Equal("it waited", time.Since(start), 30*time.Second)
		})
	}
}

// slow is a peer whose messages take a while, each.
type slow struct {
	*peer
	takes time.Duration
}

func (s slow) Receive(ctx context.Context) (framing.Message, error) {
	timer := time.NewTimer(s.takes)
	defer timer.Stop()
	select {
	case <-timer.C:
		return s.peer.Receive(ctx)
	case <-ctx.Done():
		return framing.Message{}, ctx.Err()
	}
}

func TestSyncHeaders_slow(t *testing.T) {
	const tried = "SyncHeaders of a peer with 4,100 headers that takes 20 s for each of three answers"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		all := append([]block.Header{genesis}, after(d, genesis, 4100)...)
		try := expect.Tried(t, tried)
		tree := newTree()
		_, err := headers.SyncHeaders(t.Context(), slow{serving(all), 20 * time.Second}, tree, none, 1e6)
		try.Why("each answer may take 30 s: a peer with a long chain needs many answers")
		try.NoError(err)
		try.Equal("Best().Height", tree.Best().Height, 4100)
	})
	const busy = "SyncHeaders of a peer that sends another message every 10 s, and no headers"
	bubble.Test(t, busy, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		p := &peer{answer: func([]block.Hash) []framing.Message {
			return slices.Repeat([]framing.Message{{Command: "block"}}, 1000)
		}}
		start := time.Now()
		try := expect.Tried(t, busy)
		_, err := headers.SyncHeaders(ctx, slow{p, 10 * time.Second}, newTree(), none, 1e6)
		try.Why("the 30 s are for the answer: a peer that sends something else from time to time has not answered")
		try.ErrorIs(err, headers.ErrSilent, "ErrSilent")
		try.Equal("it waited", time.Since(start), 30*time.Second)
	})
}

// mute is a peer that cannot be written to, and says nothing.
type mute struct{ *peer }

var errMute = errors.New("cannot be written to")

func (mute) Send(context.Context, framing.Message) error { return errMute }

func TestSyncHeaders_send(t *testing.T) {
	const tried = "SyncHeaders of a peer whose Send returns an error"
	bubble.Test(t, tried, func(t *testing.T) {
		start := time.Now()
		try := expect.Tried(t, tried)
		_, err := headers.SyncHeaders(t.Context(), mute{&peer{}}, newTree(), none, 1e6)
		try.Why("a question that was never sent gets no answer: return the peer's error, and do not wait")
		try.ErrorIs(err, errMute, "the peer's error")
		try.True(time.Since(start) < time.Second, "it waited "+time.Since(start).String(), "it returns at once")
	})
}

// full is a peer that takes nothing: its Send waits until ctx ends.
type full struct{ *peer }

func (full) Send(ctx context.Context, _ framing.Message) error {
	<-ctx.Done()
	return ctx.Err()
}

func TestSyncHeaders_full(t *testing.T) {
	const tried = "SyncHeaders of a peer that does not even take the question"
	bubble.Test(t, tried, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		start := time.Now()
		try := expect.Tried(t, tried)
		_, err := headers.SyncHeaders(ctx, full{&peer{}}, newTree(), none, 1e6)
		try.Why("the 30 s begin with the question: Send gets the same ctx as Receive, or a peer that reads nothing stops the node forever")
		try.ErrorIs(err, headers.ErrSilent, "ErrSilent")
		try.Equal("it waited", time.Since(start), 30*time.Second)
	})
}

func TestSyncHeaders_echo(t *testing.T) {
	d := draw.From(t)
	hs := after(d, genesis, 2000)
	p := &peer{answer: func([]block.Hash) []framing.Message { return []framing.Message{message(hs)} }}
	synced(t, "SyncHeaders of a peer that answers with the same 2,000 headers every time", p, newTree(), 0, 1e6, func(try *expect.Try, last *headers.Node, err error) {
		try.Why("a full message asks for another round: one without anything new would do so forever")
		try.ErrorIs(err, headers.ErrEcho, "ErrEcho")
	})
}

func TestSyncHeaders_lowWork(t *testing.T) {
	d := draw.From(t)
	all := append([]block.Header{genesis}, after(d, genesis, 8000)...)
	for _, tt := range []struct{ most, nodes int }{{4000, 4001}, {4001, 6001}} {
		p, tree := serving(all), newTree()
		tried := fmt.Sprintf("SyncHeaders(ctx, p, t, least, %d) of a peer whose 8,000 headers have too little work", tt.most)
		synced(t, tried, p, tree, 1e9, tt.most, func(try *expect.Try, last *headers.Node, err error) {
			try.Why("headers at the easiest target are cheap: without a bound they fill the memory. A message has 2,000, and it ends with the first that brings the new ones to most")
			try.ErrorIs(err, headers.ErrLowWork, "ErrLowWork")
			try.Equal("number of nodes in the tree", tree.Len(), tt.nodes)
		})
	}
	n := d.Between(1, 100)
	for _, least := range []int64{int64(2 * (n + 1)), int64(2*(n+1)) + 1} {
		p, tree := serving(all[:n+1]), newTree()
		synced(t, "SyncHeaders(ctx, p, t, least, 4000), where the work of the peer's chain is least, or 1 less", p, tree, least, 4000, func(try *expect.Try, last *headers.Node, err error) {
			if least == int64(2*(n+1)) {
				try.NoError(err)
				return
			}
			try.Why("a chain with less work is not the one that everybody follows")
			try.ErrorIs(err, headers.ErrLowWork, "ErrLowWork")
		})
	}
	p, tree := serving(all), newTree()
	synced(t, "SyncHeaders(ctx, p, t, least, 4000), where the first 4,000 headers have the work least, and 4,000 more follow", p, tree, 2*4001, 4000, func(try *expect.Try, last *headers.Node, err error) {
		try.Why("once a chain has the work that is asked for, it may be as long as it likes: the bound is for those that have shown too little")
		try.NoError(err)
		try.Equal("Best().Height", tree.Best().Height, 8000)
	})
}

// The work of the peer's chain counts, and not that of ours.
func TestSyncHeaders_lowWork_ours(t *testing.T) {
	d := draw.From(t)
	ours := after(d, genesis, 30)
	tree := newTree()
	put(t, tree, ours)
	const why = "a peer is worth asking for blocks only if its own chain has the work: what other peers have sent says nothing about this one"
	theirs := append([]block.Header{genesis}, after(d, genesis, 10)...)
	synced(t, "SyncHeaders(ctx, p, t, least, 4000), where our chain has the work least, and the peer's branch does not", serving(theirs), tree, 2*31, 4000, func(try *expect.Try, last *headers.Node, err error) {
		try.Why(why).ErrorIs(err, headers.ErrLowWork, "ErrLowWork")
	})
	tree = newTree()
	put(t, tree, ours)
	synced(t, "SyncHeaders(ctx, p, t, least, 4000), where the peer has the same chain as we, with too little work", serving(append([]block.Header{genesis}, ours...)), tree, 2*31+1, 4000, func(try *expect.Try, last *headers.Node, err error) {
		try.Why("the last header of all must have the work least, whether it is new or not").ErrorIs(err, headers.ErrLowWork, "ErrLowWork")
	})
}

// Of a branch that the tree has in part, only what is new counts.
func TestSyncHeaders_known(t *testing.T) {
	d := draw.From(t)
	trunk := after(d, genesis, 20)
	ours, theirs := after(d, trunk[19], 1600), after(d, trunk[19], 3500)
	tree := newTree()
	put(t, tree, append(slices.Clone(trunk), ours...))
	put(t, tree, theirs[:1500])
	p := serving(slices.Concat([]block.Header{genesis}, trunk, theirs))
	synced(t, "SyncHeaders(ctx, p, t, least, 1000), where the tree has 1,500 of the first 2,000 headers already, and only the last header has the work least", p, tree, 2*3521, 1000, func(try *expect.Try, last *headers.Node, err error) {
		try.Why("most bounds the new headers, here 500 after the first message: those that are known take no memory")
		try.NoError(err)
		isLast(try, last, theirs[len(theirs)-1])
	})
}

func TestSyncHeaders_bad(t *testing.T) {
	d := draw.From(t)
	hs := after(d, genesis, 10)
	hs[5].Nonce += 2
	hs[5] = mined(hs[5], false)
	p := &peer{answer: func([]block.Hash) []framing.Message { return []framing.Message{message(hs)} }}
	tree := newTree()
	_, want := newTree().Add(hs, later)
	synced(t, "SyncHeaders of a peer whose sixth header has no work", p, tree, 0, 1e6, func(try *expect.Try, last *headers.Node, err error) {
		try.Why("the tree says what is wrong with a header, and nothing is to be had from a peer that sends such: return its error")
		if want == nil || err == nil {
			try.Fail("no error", "the error of Tree.Add")
			return
		}
		try.Equal("error", err.Error(), want.Error())
	})
	p = &peer{answer: func([]block.Hash) []framing.Message {
		return []framing.Message{{Command: "headers", Payload: []byte{1}}}
	}}
	synced(t, "SyncHeaders of a peer whose message is cut short", p, newTree(), 0, 1e6, func(try *expect.Try, last *headers.Node, err error) {
		if err == nil {
			try.Fail("no error", "the error of ReadHeaders")
		}
	})
}

func TestSyncHeaders_ends(t *testing.T) {
	const tried = "SyncHeaders(ctx, p, t, least, most), where ctx ends while the peer is silent"
	bubble.Test(t, tried, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 7*time.Second)
		defer cancel()
		try := expect.Tried(t, tried)
		try.Why("the caller may give up before the peer's time is over: ctx ends the wait too, and ErrSilent is only for a peer that had all of its time")
		_, err := headers.SyncHeaders(ctx, &peer{answer: func([]block.Hash) []framing.Message { return nil }}, newTree(), none, 1e6)
		try.ErrorIs(err, context.DeadlineExceeded, "context.DeadlineExceeded")
		try.NotErrorIs(err, headers.ErrSilent, "ErrSilent")
	})
}

func itoa(n int) string { return big.NewInt(int64(n)).String() }
