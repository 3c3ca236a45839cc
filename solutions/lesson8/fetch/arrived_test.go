package fetch_test

import (
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson7/rules"
	"nodebook/solutions/lesson8/fetch"
)

// asking makes a window over blocks, of which each of the peers was asked for most.
func asking(d *draw.Source, try *expect.Try, blocks []block.Block, peers, most int) *fetch.Window {
	w := fetch.NewWindow(hashesOf(blocks), len(blocks), most)
	now := drawTime(d)
	for peer := range peers {
		try.Equal("number of blocks that Window.Next returned, which this test needs", len(w.Next(peer, now)), min(most, len(blocks)-peer*most))
	}
	return w
}

func TestWindow_Arrived(t *testing.T) {
	d := draw.From(t)
	n := d.Between(5, 30)
	blocks := drawBlocks(d, n)
	w := asking(d, expect.Tried(t, "w.Next(0, now)"), blocks, 1, n)
	order := d.Perm(n)
	here := map[int]bool{}
	first := 0
	for _, i := range order {
		try := expect.Tried(t, "w.Arrived(0, b) of block %d of %d, where block %d is the first missing one", i, n, first)
		ready, err := w.Arrived(0, blocks[i])
		try.NoError(err)
		here[i] = true
		to := first
		for here[to] {
			to++
		}
		try.Why("a block can be connected only after the one before it; one that fills the gap brings those that waited for it")
		sameBlocks(try, "blocks", ready, blocks, first, to)
		first = to
	}
	try := expect.Tried(t, "w.Done(), where all %d blocks have arrived", n)
	try.Equal("w.Done()", w.Done(), true)
	try.Equal("w.Owes(0)", w.Owes(0), 0)
}

func TestWindow_Arrived_unasked(t *testing.T) {
	d := draw.From(t)
	blocks := drawBlocks(d, 30)
	try := expect.Tried(t, "w.Next of two peers")
	w := asking(d, try, blocks, 2, 10)
	for _, tt := range []struct {
		name string
		peer int
		b    block.Block
	}{
		{"a block that is not wanted", 0, drawBlock(d)},
		{"a block that is asked of nobody", 0, blocks[d.Between(20, 29)]},
		{"a block that is asked of peer 1", 0, blocks[d.Between(10, 19)]},
		{"a block, by a peer that was never asked", 5, blocks[d.IntN(20)]},
	} {
		try := expect.Tried(t, "w.Arrived(%d, b) of %s", tt.peer, tt.name)
		try.Why("if unasked blocks were kept, anyone could fill the memory with them")
		ready, err := w.Arrived(tt.peer, tt.b)
		try.ErrorIs(err, fetch.ErrUnasked, "ErrUnasked")
		try.Equal("number of blocks", len(ready), 0)
		try.Equal("w.Owes(0)", w.Owes(0), 10)
		try.Equal("w.Owes(1)", w.Owes(1), 10)
	}
	for _, i := range []int{d.Between(1, 9), 0} {
		arrive(t, w, 0, blocks[i])
		try := expect.Tried(t, "w.Arrived(0, b) of a block that it has sent already")
		try.Why("each block is passed on once")
		_, err := w.Arrived(0, blocks[i])
		try.ErrorIs(err, fetch.ErrUnasked, "ErrUnasked")
	}
	w.Lost(0)
	try = expect.Tried(t, "w.Arrived(0, b) of a block that peer 0 owed before it was lost")
	try.Why("it may be asked of another peer by now")
	_, err := w.Arrived(0, blocks[9])
	if err == nil {
		_, err = w.Arrived(0, blocks[8])
	}
	try.ErrorIs(err, fetch.ErrUnasked, "ErrUnasked")
}

// Bytes that do not belong to a header do not condemn it.
func TestWindow_Arrived_bad(t *testing.T) {
	d := draw.From(t)
	for _, tt := range []struct {
		name  string
		spoil func(b *block.Block)
		err   error
		txs   int // of the good block; 0 for any
	}{
		{"rules.ErrMerkle", func(b *block.Block) { b.Txs[0].Out[0].Value++ }, rules.ErrMerkle, 0},
		{"rules.ErrMutated", func(b *block.Block) { b.Txs = append(b.Txs, b.Txs[2]) }, rules.ErrMutated, 3},
	} {
		blocks := drawBlocks(d, 6)
		i := d.IntN(6)
		for tt.txs > 0 && len(blocks[i].Txs) != tt.txs {
			blocks[i] = drawBlock(d)
		}
		w := asking(d, expect.Tried(t, "w.Next(0, now)"), blocks, 1, 6)
		bad := blocks[i]
		bad.Txs = append([]block.Tx{}, bad.Txs...)
		bad.Txs[0].Out = append([]block.Out{}, bad.Txs[0].Out...)
		tt.spoil(&bad)
		try := expect.Tried(t, "w.Arrived(0, b) of a block with other transactions under its header (%s)", tt.name)
		try.Why("only the merkle root binds transactions to a header: check it before the block goes anywhere")
		ready, err := w.Arrived(0, bad)
		try.ErrorIs(err, tt.err, tt.name)
		try.Equal("number of blocks", len(ready), 0)
		try.Why("the peer has answered, badly: the block is not its debt any more")
		try.Equal("w.Owes(0)", w.Owes(0), 5)
		try = expect.Tried(t, "w.Next(1, now) after that")
		try.Why("the header is good, and another peer may have the block that belongs to it: ask again")
		try.Shows("blocks", places(w.Next(1, drawTime(d)), hashesOf(blocks)), span(i, i+1))
		try = expect.Tried(t, "w.Arrived(1, b) of the good block")
		_, err = w.Arrived(1, blocks[i])
		try.NoError(err)
	}
}

// sizeOf is how many bytes a block has on the wire.
func sizeOf(b block.Block) int { return len(block.AppendBlock(nil, b, true)) }

// heavier gives a block a witness, of which its header says nothing.
func heavier(b block.Block, witness []byte) block.Block {
	b.Txs = append([]block.Tx{}, b.Txs...)
	b.Txs[0].In = append([]block.In{}, b.Txs[0].In...)
	b.Txs[0].In[0].Witness = [][]byte{witness}
	return b
}

func TestWindow_Arrived_room(t *testing.T) {
	d := draw.From(t)
	const owed = 6
	blocks := drawBlocks(d, 60)
	large := d.Between(1, 2) // the place of the largest; those after it are smaller
	blocks[large] = heavier(blocks[large], d.Bytes(d.Between(1_500, 2_000)))
	bs := hashesOf(blocks)
	w := fetch.NewWindow(bs, 40, owed)
	room := d.Between(20_000, 30_000)
	w.SetRoom(room)
	w.Next(0, drawTime(d))
	asked, largest, peer := owed, 0, 1
	for i := range owed {
		arrive(t, w, 0, blocks[i])
		largest = max(largest, sizeOf(blocks[i]))
		to := min(40, room/largest)
		try := expect.Tried(t, "w.Next until there is nothing to ask for, where the window has room for %d bytes, blocks 0 to %d have arrived, and the largest has %d bytes", room, i, largest)
		try.Why("the blocks of the window wait in memory: if each may have %d bytes, there is room for %d", largest, room/largest)
		var got []block.Hash
		for next := w.Next(peer, drawTime(d)); len(next) > 0; next = w.Next(peer, drawTime(d)) {
			got = append(got, next...)
			peer++
		}
		want := max(asked, i+1+to)
		try.Shows("blocks", places(got, bs), span(asked, want))
		asked = want
	}
}

func TestWindow_Arrived_noRoom(t *testing.T) {
	d := draw.From(t)
	blocks := drawBlocks(d, 20)
	w := fetch.NewWindow(hashesOf(blocks), 10, 4)
	w.SetRoom(1_000)
	w.Next(0, drawTime(d))
	for i := range 4 {
		arrive(t, w, 0, heavier(blocks[i], d.Bytes(9_000)))
	}
	try := expect.Tried(t, "w.Next, where the window has room for 1,000 bytes, and blocks with 9,000 have arrived and were passed on")
	try.Why("the first missing block has to be asked for, or nothing would go on")
	try.Shows("blocks", places(w.Next(0, drawTime(d)), hashesOf(blocks)), span(4, 5))
	for i := 4; i < 19; i++ {
		arrive(t, w, 0, blocks[i])
		try := expect.Tried(t, "w.Next, where the window has room for 1,000 bytes, blocks 0 to 3 with 9,000 were passed on, and so were smaller ones up to block %d", i)
		try.Why("the largest block that has arrived decides, whenever that was: the next one may be as large again")
		try.Shows("blocks", places(w.Next(0, drawTime(d)), hashesOf(blocks)), span(i+1, i+2))
	}
}

// A liar cannot shorten the window.
func TestWindow_Arrived_roomOfBad(t *testing.T) {
	d := draw.From(t)
	blocks := drawBlocks(d, 60)
	w := fetch.NewWindow(hashesOf(blocks), 40, 40)
	w.SetRoom(100_000)
	w.Next(0, drawTime(d))
	bad := heavier(blocks[0], d.Bytes(50_000))
	bad.Txs[0].LockTime++
	if _, err := w.Arrived(0, bad); err == nil {
		t.Fatal("Window.Arrived takes other transactions under a header")
	}
	try := expect.Tried(t, "w.Next(1, now), where the window has room for 100,000 bytes and a block with 50,000, but not the header's transactions, was refused")
	try.Why("its bytes are not kept, and a peer that makes up a large block must not make the window short")
	w.Lost(0)
	try.Shows("blocks", places(w.Next(1, drawTime(d)), hashesOf(blocks)), span(0, 40))
}
