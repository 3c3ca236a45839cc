package ibd_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/fixtures/simnet/bubble"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson8/ibd"
)

// ctx ends before a peer has answered.
func TestSync_endsEarly(t *testing.T) {
	const tried = "Sync(ctx, cfg), where ctx ends while two peers have not answered getheaders"
	bubble.Test(t, tried, func(t *testing.T) {
		try := expect.Tried(t, tried)
		ps := honest(2, grow(draw.From(t), []block.Block{genesis}, 5, good))
		for _, p := range ps {
			p.latency = 20 * time.Second
		}
		ctx, cancel := context.WithTimeout(t.Context(), 7*time.Second)
		defer cancel()
		r, err := ibd.Sync(ctx, config(open(t, newWorld(), fit()), ps))
		try.Why("the caller gave up, and the peers did nothing wrong: the error is ctx's, and nobody is dropped")
		try.ErrorIs(err, context.DeadlineExceeded, "context.DeadlineExceeded")
		try.Equal("peers dropped", len(r.Dropped), 0)
	})
}

// Ctrl-C.
func TestSync_ends(t *testing.T) {
	const tried = "Sync(ctx, cfg), where ctx ends in the middle"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		chain := grow(d, []block.Block{genesis}, 120, good)
		for range 4 {
			try := expect.Tried(t, tried)
			ps := honest(2, chain)
			w := newWorld()
			ctx, cancel := context.WithCancel(t.Context())
			c := open(t, w, options())
			cfg := config(c, ps)
			n, steps := d.Between(1, 119), 0
			cfg.Progress = func() {
				if steps++; steps == n {
					cancel()
				}
			}
			_, err := synced(ctx, cfg)
			try.Why("the chain is not at the best block: the caller has to learn that")
			try.ErrorIs(err, context.Canceled, "context.Canceled")
			try.Why("what was checked is flushed")
			try.True(c.Flushed().Height >= n, fmt.Sprintf("flushed up to %d, where %d blocks were connected", c.Flushed().Height, n), "all of them")
			w.has(t, try, chain[:c.Flushed().Height+1])
			_, err = synced(t.Context(), config(open(t, w, options()), ps))
			try.NoError(err)
			w.has(t, try, chain)
			try.Why("nothing that was received is asked for again")
			asked := 0
			for _, p := range ps {
				for _, b := range chain[1 : n+1] {
					asked += p.asked[hashOf(b)]
				}
			}
			try.Equal(fmt.Sprintf("times that the first %d blocks were asked for", n), asked, n)
		}
	})
}

// Both ends are told: that of ctx, and that of the disk.
func TestSync_endsOnDisk(t *testing.T) {
	const tried = "Sync(ctx, cfg), where ctx ends in the middle, and then the file of undo cannot be synced"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		try := expect.Tried(t, tried)
		ctx, cancel := context.WithCancel(t.Context())
		w := newWorld()
		cfg := config(open(t, w, options()), honest(2, grow(d, []block.Block{genesis}, 60, good)))
		n, steps := d.Between(10, 50), 0
		cfg.Progress = func() {
			if steps++; steps == n {
				w.fails = "Sync undo"
				cancel()
			}
		}
		_, err := synced(ctx, cfg)
		try.Why("what was checked was to be flushed, and was not: the caller has to know")
		try.ErrorIs(err, errSync, "that of the file")
		try.Why("the chain is not at the best block, either").ErrorIs(err, context.Canceled, "context.Canceled")
	})
}

// The disk fails, which is no peer's fault.
func TestSync_disk(t *testing.T) {
	const tried = "Sync, where the file of undo cannot be synced"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		try := expect.Tried(t, tried)
		ps := honest(2, grow(d, []block.Block{genesis}, 60, good))
		w := newWorld()
		c := open(t, w, fit())
		w.fails = "Sync undo"
		try.Why("what could not be synced may be gone after the next crash: nothing may be built on it, and the caller has to know")
		r, err := synced(t.Context(), config(c, ps))
		try.ErrorIs(err, errSync, "that of the file")
		try.Why("a disk that has failed once may have lost anything: only a new start knows what is there")
		try.Shows("calls", expect.List(w.calls), "Sync blocks, Sync undo")
		try.Why("the peers have done nothing wrong")
		try.Equal("peers dropped", len(r.Dropped), 0)
	})
}

// The disk dies, again and again, until the chain is there.
func TestSync_killed(t *testing.T) {
	const tried = "Sync, killed at random places and started again until it is through"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		try := expect.Tried(t, tried)
		trunk := grow(d, []block.Block{genesis}, 106, good)
		chain := grow(d, trunk, 8, good)
		w := newWorld()
		w.loses = d
		for kills := 0; ; kills++ {
			left := d.Between(0, 9000)
			if kills == 40 {
				left = -1
			}
			w.revive(left)
			ps := honest(3, chain)
			if d.IntN(2) == 0 {
				ps = append(ps, newPeer(grow(d, trunk, d.Between(1, 3), good), time.Millisecond))
			}
			c, err := tryOpen(w, fit())
			if err == nil {
				flushed := c.Flushed().Height
				_, err = synced(t.Context(), config(c, ps))
				try.Why("blocks below the last flush are not asked for again")
				for _, p := range ps {
					for _, b := range chain[1 : min(flushed, 106)+1] {
						if p.asked[hashOf(b)] > 0 {
							try.Fail("a block below the last flush was asked for", "only those above it")
						}
					}
				}
			}
			if err == nil {
				break
			}
			if !errors.Is(err, errKill) {
				try.Why("a crash at any byte leaves a disk from which it goes on")
				try.NoError(err)
			}
			if kills > 40 {
				try.NoError(err)
			}
		}
		w.has(t, try, chain)
	})
}
