package picture

import (
	"fmt"
	"time"

	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson8/fetch"
)

func lesson8() ([]Picture, error) {
	w, err := window()
	if err != nil {
		return nil, fmt.Errorf("picture lesson8 window: %w", err)
	}
	return []Picture{w}, nil
}

// The download that is drawn, small enough to be seen: the page's window is 1,024 blocks
// and its peers owe 16.
const (
	drawnBlocks  = 60
	drawnAhead   = 20
	drawnPeers   = 4
	drawnPerPeer = 4
)

// download is a window on its way. In a tick each peer is asked for what it may owe, and
// then sends a block if it is time; a peer that is slow sends none.
type download struct {
	window *fetch.Window
	blocks []block.Block
	index  map[block.Hash]int
	state  []int // of each block: missing, the peer that owes it, here or passedOn
	first  int
	owed   [drawnPeers][]int // in the order of the list
	due    [drawnPeers]int   // the tick of a peer's next block
	lost   [drawnPeers]bool
	waits  [drawnPeers]bool // for want of blocks
	tick   int
}

const (
	missing  = -1
	here     = drawnPeers + iota // in memory: one before it is missing
	passedOn                     // to whoever connects the blocks
)

// every is how many ticks a peer takes for a block, and tickTime how long one lasts.
var every = [drawnPeers]int{2, 1, 2, 1}

const tickTime = 500 * time.Millisecond

func newDownload() *download {
	d := &download{index: map[block.Hash]int{}}
	var wanted []block.Hash
	for i := range drawnBlocks {
		b := block.Block{Header: block.Header{Nonce: uint32(i)}}
		d.blocks, wanted, d.state = append(d.blocks, b), append(wanted, b.Header.Hash()), append(d.state, missing)
		d.index[wanted[i]] = i
	}
	d.window = fetch.NewWindow(wanted, drawnAhead, drawnPerPeer)
	return d
}

// step is one tick; slow are the peers that send nothing in it.
func (d *download) step(slow map[int]bool) error {
	now := time.Unix(0, 0).Add(time.Duration(d.tick) * tickTime)
	for p := range drawnPeers {
		if d.lost[p] {
			continue
		}
		if len(d.owed[p]) == 0 {
			d.due[p] = d.tick + every[p]
		}
		hashes := d.window.Next(p, now)
		d.waits[p] = len(hashes) == 0 && len(d.owed[p]) < drawnPerPeer
		for _, h := range hashes {
			d.owed[p] = append(d.owed[p], d.index[h])
			d.state[d.index[h]] = p
		}
	}
	for p := range drawnPeers {
		if d.lost[p] || slow[p] || len(d.owed[p]) == 0 || d.tick < d.due[p] {
			continue
		}
		i := d.owed[p][0]
		ready, err := d.window.Arrived(p, d.blocks[i])
		if err != nil {
			return err
		}
		d.owed[p], d.due[p], d.state[i] = d.owed[p][1:], d.tick+every[p], here
		for range ready {
			d.state[d.first] = passedOn
			d.first++
		}
	}
	for _, p := range d.window.Stalled(now) {
		d.window.Lost(p)
		for _, i := range d.owed[p] {
			d.state[i] = missing
		}
		d.lost[p], d.owed[p] = true, nil
	}
	d.tick++
	return nil
}

// window is a download in which the first peer stalls, just before it is dropped.
func window() (Picture, error) {
	d := newDownload()
	for !(d.waits[1] && d.waits[2] && d.waits[3]) {
		if err := d.step(map[int]bool{0: d.tick > 4}); err != nil {
			return Picture{}, err
		}
	}
	const left, size, perRow = 20.0, 19.0, 20
	c := newCanvas(330)
	c.text(left, 28, "bold", "%d blocks wanted, a window of %d", drawnBlocks, drawnAhead)
	count := map[int]int{}
	for i, s := range d.state {
		x, y := left+size*float64(i%perRow), 44+44*float64(i/perRow)
		class, text, word := "plain", "small quiet", ""
		switch {
		case s == passedOn:
			class = "faint"
		case s == here:
			class, text, word = "b5", "small", "✓"
		case s != missing:
			class, text, word = fmt.Sprintf("b%d", s+1), "small bold", fmt.Sprint(s+1)
		}
		count[s]++
		c.box(x, y, size-2, 24, class, text, "%s", word)
		if i >= d.first && i < d.first+drawnAhead {
			c.rect(x-1, y+28, size, 4, "f2")
		}
	}
	for p := range drawnPeers {
		y := 196 + 24*float64(p)
		c.box(left, y, size-2, 18, fmt.Sprintf("b%d", p+1), "small bold", "%d", p+1)
		words := fmt.Sprintf("owes %d", len(d.owed[p]))
		if p == 0 {
			words += ", the first missing block among them"
		} else if d.waits[p] {
			words += ", gets nothing and waits"
		}
		c.text(left+28, y+14, "small", "peer %d %s", p+1, words)
	}
	c.box(left, 300, size-2, 18, "b5", "small", "✓")
	c.text(left+28, 314, "small", "here, and waits for a block before it")
	c.rect(left+290, 307, 19, 4, "f2")
	c.text(left+316, 314, "small", "window")
	return Picture{Lesson: "lesson8", Name: "window", Title: "A window over the blocks that are wanted",
		Desc: fmt.Sprintf("%d blocks in order. %d have been passed on, %d are here and wait for one before them. Peer 1 owes %d, among them the first missing block, so the window of %d does not move: "+
			"the other peers get nothing and wait. After two seconds peer 1 loses its blocks to others.", drawnBlocks, count[passedOn], count[here], len(d.owed[0]), drawnAhead), canvas: c}, nil
}
