package picture

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson7/rules"
	"nodebook/solutions/lesson8/fetch"
	"nodebook/solutions/lesson8/headers"
	"nodebook/solutions/lesson8/swift"
)

func lesson8() ([]Picture, error) {
	w, err := window()
	if err != nil {
		return nil, fmt.Errorf("picture lesson8 window: %w", err)
	}
	h, err := hints()
	if err != nil {
		return nil, fmt.Errorf("picture lesson8 hints: %w", err)
	}
	crash, err := crash()
	if err != nil {
		return nil, fmt.Errorf("picture lesson8 crash: %w", err)
	}
	m, err := measured()
	return append(m, locator(), w, h, crash, progress()), err
}

// The chain of the locator that is drawn: the real one, and a peer that left it.
const (
	locatorTip  = 14_131
	locatorFork = 14_000
)

// locator is the heights of a locator, on a scale of distances from the tip.
func locator() Picture {
	var heights []int
	at := func(height int) block.Hash {
		heights = append(heights, height)
		return block.Hash{byte(height), byte(height >> 8), 1}
	}
	all := headers.Locator(locatorTip, at)
	slices.SortFunc(heights, func(a, b int) int { return b - a })
	heights = slices.Compact(heights)
	const left, right, y = 24.0, 396.0, 76.0
	x := func(height int) float64 {
		return right - (right-left)*math.Log2(float64(locatorTip-height+1))/math.Log2(locatorTip+1)
	}
	c := newCanvas(196)
	c.text(left, 28, "bold", "%d hashes for %s blocks", len(all), thousands(uint64(locatorTip+1)))
	c.line(left, y, right, y, "rule")
	common := 0
	for _, h := range heights {
		if h <= locatorFork {
			common = max(common, h)
		}
	}
	c.line(x(locatorFork), y-22, x(locatorFork), y+34, "lx dash")
	for _, h := range heights {
		class := "f1"
		if h > locatorFork {
			class = "b5"
		}
		r := 4.0
		if h == common {
			r = 6.5
		}
		c.circle(x(h), y, r, class)
	}
	c.text(left, y+22, "small", "block 0")
	c.text(right, y+22, "small end", "block %s, the tip", thousands(uint64(locatorTip)))
	c.text(x(locatorFork), y+50, "small mid", "here the peer's chain parts from ours: block %s", thousands(uint64(locatorFork)))
	c.circle(left+6, 152, 6.5, "f1")
	c.text(left+22, 157, "small", "block %s, the first that the peer has, too", thousands(uint64(common)))
	c.text(left+22, 178, "small", "%d headers are sent again that we have", locatorFork-common)
	return Picture{Lesson: "lesson8", Name: "locator", Title: "The hashes of a locator",
		Desc: fmt.Sprintf("Dots on a line from block 0 to block %s, whose scale is the distance from the tip: the ten newest blocks, then with gaps that double, %d hashes in all. "+
			"A peer whose chain parts from ours at block %s finds block %s as the first that it has, and sends what follows: %d headers too many.",
			thousands(uint64(locatorTip)), len(all), thousands(uint64(locatorFork)), thousands(uint64(common)), locatorFork-common), canvas: c}
}

// hints is SwiftSync over four blocks that come in another order: what each does to
// the sum.
func hints() (Picture, error) {
	out := func(n int) (outs []block.Out) {
		for i := range n {
			outs = append(outs, block.Out{Value: int64(i + 1), Script: []byte{0x51}})
		}
		return outs
	}
	var blocks []block.Block
	var coins []block.OutPoint
	add := func(outs int, spends ...int) {
		t := block.Tx{Version: int32(len(blocks) + 1), In: []block.In{{Previous: block.NullPoint}}, Out: out(outs)}
		b := block.Block{Txs: []block.Tx{t}}
		if len(spends) > 0 {
			pay := block.Tx{Version: 1, Out: out(1)}
			for _, s := range spends {
				pay.In = append(pay.In, block.In{Previous: coins[s]})
			}
			b.Txs = append(b.Txs, pay)
		}
		for _, t := range b.Txs {
			for i := range t.Out {
				coins = append(coins, block.OutPoint{TxID: t.ID(), Index: uint32(i)})
			}
		}
		blocks = append(blocks, b)
	}
	add(2)       // coins 0, 1
	add(1, 0)    // 2; 3 of the payment
	add(1, 1, 3) // 4; 5
	add(1, 5)    // 6; 7
	end := rules.MemCoins{}
	for i, b := range blocks {
		for n, t := range b.Txs {
			for _, in := range t.In {
				delete(end, in.Previous)
			}
			for k, o := range t.Out {
				end[block.OutPoint{TxID: t.ID(), Index: uint32(k)}] = rules.UTXO{Out: o, Height: i + 1, Coinbase: n == 0}
			}
		}
	}
	order := []int{2, 0, 3, 1}
	state := swift.NewState(swift.Salt{1})
	number := map[block.OutPoint]int{}
	for i, p := range coins {
		number[p] = i + 1
	}
	const left, row = 24.0, 54.0
	c := newCanvas(96 + int(row)*len(order) + 52)
	c.text(left, 28, "bold", "Four blocks, in the order in which they came")
	c.text(left, 58, "small quiet", "block")
	c.text(left+62, 58, "small quiet", "makes")
	c.text(left+186, 58, "small quiet", "spends")
	c.text(left+270, 58, "small quiet", "in the sum now")
	var open []string // what is in the sum, as words
	for r, i := range order {
		b, y := blocks[i], 70+row*float64(r)
		h := swift.HintsOf(b, i+1, end)
		if err := state.Connect(b, i+1, h); err != nil {
			return Picture{}, err
		}
		c.box(left, y, 30, 30, "plain", "bold", "%d", i+1)
		k, spent := 0, 0
		for n, t := range b.Txs {
			for o := range t.Out {
				p := block.OutPoint{TxID: t.ID(), Index: uint32(o)}
				class := "b1"
				if h.Unspent(k) {
					class = "b3"
				} else {
					open = toggle(open, fmt.Sprintf("+%d", number[p]), fmt.Sprintf("−%d", number[p]))
				}
				c.box(left+62+38*float64(k), y, 30, 30, class, "", "%d", number[p])
				k++
			}
			for _, in := range t.In {
				if n > 0 {
					open = toggle(open, fmt.Sprintf("−%d", number[in.Previous]), fmt.Sprintf("+%d", number[in.Previous]))
					c.box(left+186+38*float64(spent), y, 30, 30, "b2", "", "%d", number[in.Previous])
					spent++
				}
			}
		}
		words := strings.Join(open, "  ")
		if len(open) == 0 {
			words = "0"
		}
		c.text(left+270, y+20, "", "%s", words)
	}
	if err := state.Done(); err != nil || len(open) > 0 {
		return Picture{}, fmt.Errorf("the sum is not 0 at the end: %v, %v", open, err)
	}
	y := 84 + row*float64(len(order))
	c.rect(left, y, 16, 16, "b3")
	c.text(left+24, y+13, "small", "hint 1: nobody spends it, so it goes into the set")
	c.rect(left, y+26, 16, 16, "b1")
	c.text(left+24, y+39, "small", "hint 0: its term is added")
	c.rect(left+206, y+26, 16, 16, "b2")
	c.text(left+230, y+39, "small", "its term is taken off")
	return Picture{Lesson: "lesson8", Name: "hints", Title: "SwiftSync over four blocks, out of order",
		Desc: fmt.Sprintf("Blocks 3, 1, 4 and 2 come in this order. Of the coins that they make, %d have the hint 1 and go into the set of coins; the terms of the others are added to a sum, "+
			"and the terms of what is spent are taken off, also before the coin has been made. After the last block nothing is left in the sum.", len(state.Coins)), canvas: c}, nil
}

// toggle adds a word to a list, or takes out its opposite.
func toggle(words []string, word, opposite string) []string {
	if i := slices.Index(words, opposite); i >= 0 {
		return slices.Delete(words, i, i+1)
	}
	return append(words, word)
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
