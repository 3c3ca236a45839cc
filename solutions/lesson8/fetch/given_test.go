package fetch_test

// Blocks and peers for the tests, made without the exercises.

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson1/framing"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson8/fetch"
	"nodebook/solutions/lesson8/headers"
)

func sha2(b []byte) block.Hash {
	once := sha256.Sum256(b)
	return sha256.Sum256(once[:])
}

func pair(a, b block.Hash) block.Hash { return sha2(append(a[:], b[:]...)) }

// drawBlock draws a block of one to three transactions whose header has their root.
func drawBlock(d *draw.Source) block.Block {
	b := block.Block{Header: block.Header{Version: 4, Time: d.Uint32(), Previous: block.Hash(d.Bytes(32))}}
	var ids []block.Hash
	for range d.Between(1, 3) {
		t := block.Tx{
			Version: 1,
			In:      []block.In{{Previous: block.OutPoint{TxID: block.Hash(d.Bytes(32))}, Script: d.Bytes(d.Between(2, 30))}},
			Out:     []block.Out{{Value: int64(d.Between(0, 1000)), Script: d.Bytes(d.Between(0, 30))}},
		}
		b.Txs = append(b.Txs, t)
		ids = append(ids, sha2(block.AppendTx(nil, t, false)))
	}
	switch len(ids) {
	case 1:
		b.Header.Merkle = ids[0]
	case 2:
		b.Header.Merkle = pair(ids[0], ids[1])
	default:
		b.Header.Merkle = pair(pair(ids[0], ids[1]), pair(ids[2], ids[2]))
	}
	return b
}

func drawBlocks(d *draw.Source, n int) []block.Block {
	var bs []block.Block
	for range n {
		bs = append(bs, drawBlock(d))
	}
	return bs
}

func hashOf(b block.Block) block.Hash { return sha2(block.AppendHeader(nil, b.Header)) }

func hashesOf(bs []block.Block) []block.Hash {
	var hashes []block.Hash
	for _, b := range bs {
		hashes = append(hashes, hashOf(b))
	}
	return hashes
}

// places are where hashes are in a list: a failure can say them.
func places(hashes, in []block.Hash) string {
	at := map[block.Hash]int{}
	for i, h := range in {
		at[h] = i
	}
	list := []int{}
	for _, h := range hashes {
		if i, ok := at[h]; ok {
			list = append(list, i)
		} else {
			list = append(list, -2) // and not 1 before the first
		}
	}
	return runs(list)
}

// runs writes numbers for people: "0 to 15, 17", or "none".
func runs(list []int) string {
	var parts []string
	for i := 0; i < len(list); {
		j := i
		for j+1 < len(list) && list[j+1] == list[j]+1 {
			j++
		}
		if j > i {
			parts = append(parts, fmt.Sprintf("%d to %d", list[i], list[j]))
		} else {
			parts = append(parts, strconv.Itoa(list[i]))
		}
		i = j + 1
	}
	return expect.List(parts)
}

// inBubble is how many goroutines the bubble has. The process has others, which come
// and go by themselves.
func inBubble() int {
	buf := make([]byte, 1<<20)
	return strings.Count(string(buf[:runtime.Stack(buf, true)]), "synctest bubble")
}

// span is the numbers from a up to b, b not included.
func span(a, b int) string {
	list := []int{}
	for ; a < b; a++ {
		list = append(list, a)
	}
	return runs(list)
}

// sameBlocks wants blocks to be those of a list from one place up to another.
func sameBlocks(try *expect.Try, name string, got, list []block.Block, from, to int) {
	try.Shows(name, places(hashesOf(got), hashesOf(list)), span(from, to))
}

// drawTime draws a time.
func drawTime(d *draw.Source) time.Time { return time.Unix(int64(d.Uint32()), 0) }

var errHangUp = errors.New("hung up")

// answer is a message that arrives at some time, or the end of a connection.
type answer struct {
	due time.Time
	m   framing.Message
	err error
}

// peer sends blocks, each a while after it was asked for.
type peer struct {
	blocks  map[block.Hash]block.Block
	latency time.Duration
	gap     time.Duration // between two blocks: its rate
	serve   func(h block.Hash, b block.Block) (framing.Message, error)
	sendErr error

	mu      sync.Mutex
	asked   []block.Hash
	batches int
	busy    time.Time // until when it sends
	next    *answer
	answers chan answer
}

var errSilent = errors.New("no answer")

// newPeers makes peers that have all blocks.
func newPeers(n int, bs []block.Block, latency time.Duration) []*peer {
	all := map[block.Hash]block.Block{}
	for _, b := range bs {
		all[hashOf(b)] = b
	}
	var ps []*peer
	for range n {
		ps = append(ps, &peer{blocks: all, latency: latency, serve: honest, answers: make(chan answer, 10_000)})
	}
	return ps
}

func honest(_ block.Hash, b block.Block) (framing.Message, error) { return blockMessage(b), nil }

func blockMessage(b block.Block) framing.Message {
	return framing.Message{Command: "block", Payload: block.AppendBlock(nil, b, true)}
}

func ofType(ps []*peer) []headers.Peer {
	var list []headers.Peer
	for _, p := range ps {
		list = append(list, p)
	}
	return list
}

func (p *peer) Send(ctx context.Context, m framing.Message) error {
	hashes, err := fetch.ReadInventory(m.Payload)
	if err != nil || m.Command != "getdata" {
		return nil // nothing that a peer would answer
	}
	if p.sendErr != nil {
		return p.sendErr
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.batches++
	for _, h := range hashes {
		p.asked = append(p.asked, h)
		p.busy = p.busy.Add(p.gap)
		if due := time.Now().Add(p.latency); p.busy.Before(due) {
			p.busy = due
		}
		m, err := p.serve(h, p.blocks[h])
		if err != errSilent {
			p.answers <- answer{due: p.busy, m: m, err: err}
		}
	}
	return ctx.Err()
}

// Receive keeps an answer that is not due when ctx ends.
func (p *peer) Receive(ctx context.Context) (framing.Message, error) {
	if p.next == nil {
		select {
		case a := <-p.answers:
			p.next = &a
		case <-ctx.Done():
			return framing.Message{}, ctx.Err()
		}
	}
	timer := time.NewTimer(time.Until(p.next.due))
	defer timer.Stop()
	select {
	case <-timer.C:
		a := *p.next
		p.next = nil
		return a.m, a.err
	case <-ctx.Done():
		return framing.Message{}, ctx.Err()
	}
}

// countAsked is how many blocks peers were asked for.
func countAsked(ps []*peer) (n int) {
	for _, p := range ps {
		p.mu.Lock()
		n += len(p.asked)
		p.mu.Unlock()
	}
	return n
}
