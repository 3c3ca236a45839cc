// REFERENCE ONLY

package fetch

import (
	"context"
	"sync"
	"time"

	"nodebook/solutions/lesson1/framing"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson8/headers"
)

// fetcher is what Fetch, the one goroutine that owns the window, knows.
type fetcher struct {
	window  *Window
	lines   []line
	ready   []block.Block // in order, and not sent yet
	dropped map[int]error
	events  chan event
	ticker  *time.Ticker
	ends    sync.WaitGroup
	end     context.CancelFunc
}

// line leads to a peer.
type line struct {
	ask chan []block.Hash
	end context.CancelFunc
}

// event is a block of a peer, or why there are no more.
type event struct {
	peer  int
	block block.Block
	err   error
}

func newFetcher(ctx context.Context, peers []headers.Peer, w *Window) *fetcher {
	ctx, end := context.WithCancel(ctx)
	// With room for one event of each peer, a peer need not wait for each of its blocks.
	f := &fetcher{window: w, dropped: map[int]error{}, events: make(chan event, len(peers)), ticker: time.NewTicker(time.Second), end: end}
	for i, p := range peers {
		ctx, end := context.WithCancel(ctx)
		// A peer that sends without having read is asked no more once this is full.
		l := line{ask: make(chan []block.Hash, w.perPeer), end: end}
		f.lines = append(f.lines, l)
		tell := func(e event) {
			e.peer = i
			select {
			case f.events <- e:
			case <-ctx.Done():
			}
		}
		f.ends.Go(func() { send(ctx, p, l.ask, tell) })
		f.ends.Go(func() { receive(ctx, p, tell) })
	}
	return f
}

// close ends all goroutines.
func (f *fetcher) close() {
	f.end()
	f.ticker.Stop()
	f.ends.Wait()
}

func send(ctx context.Context, p headers.Peer, ask <-chan []block.Hash, tell func(event)) {
	for {
		select {
		case hashes := <-ask:
			if err := p.Send(ctx, framing.Message{Command: "getdata", Payload: AppendGetData(nil, hashes)}); err != nil {
				tell(event{err: err})
				return
			}
		case <-ctx.Done():
			return
		}
	}
}

func receive(ctx context.Context, p headers.Peer, tell func(event)) {
	for {
		e := event{}
		m, err := p.Receive(ctx)
		switch {
		case err != nil:
			e.err = err
		case m.Command == "block":
			e.block, e.err = block.ReadBlock(m.Payload)
		case m.Command == "notfound":
			e.err = ErrNotFound
		default:
			continue
		}
		tell(e)
		if e.err != nil || ctx.Err() != nil {
			return
		}
	}
}

// askAll asks each peer that has little to do.
func (f *fetcher) askAll() {
	for i, l := range f.lines {
		busy := 2*f.window.Owes(i) > f.window.perPeer || len(l.ask) == cap(l.ask)
		if busy || f.dropped[i] != nil || len(f.ready) >= f.window.length() {
			continue
		}
		if hashes := f.window.Next(i, time.Now()); len(hashes) > 0 {
			l.ask <- hashes
		}
	}
}

func (f *fetcher) handle(e event) {
	if f.dropped[e.peer] != nil {
		return
	}
	if e.err != nil {
		f.drop(e.peer, e.err)
		return
	}
	ready, err := f.window.Arrived(e.peer, e.block)
	if err != nil {
		f.drop(e.peer, err)
	}
	f.ready = append(f.ready, ready...)
}

func (f *fetcher) drop(peer int, err error) {
	if f.dropped[peer] == nil {
		f.dropped[peer] = err
		f.lines[peer].end()
		f.window.Lost(peer)
	}
}
