package picture

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"nodebook/fixtures/toycoin"
	"nodebook/solutions/lesson1/framing"
	"nodebook/solutions/lesson5/chain"
	"nodebook/solutions/lesson6/consensus"
	"nodebook/solutions/lesson6/p2p"
)

func lesson6() ([]Picture, error) {
	gossip, err := gossip()
	if err != nil {
		return nil, fmt.Errorf("picture lesson6 gossip: %w", err)
	}
	reorg, err := reorg()
	if err != nil {
		return nil, fmt.Errorf("picture lesson6 reorg: %w", err)
	}
	bits, err := compact()
	if err != nil {
		return nil, fmt.Errorf("picture lesson6 bits: %w", err)
	}
	return []Picture{gossip, reorg, bits, attack()}, nil
}

// quick are rules by which a block takes two hashes.
func quick() consensus.Rules {
	r := consensus.Classroom()
	r.Easiest, r.Window = 0x407fffff, 1_000
	return r
}

// mined is a block on top of a header, for the owner of a test key.
func mined(r consensus.Rules, parent chain.Header, height, owner int) (chain.Block, error) {
	b := chain.Block{Transactions: []chain.Transaction{r.NewCoinbase(height, chain.Address(toycoin.Address(owner)))}}
	target, err := consensus.TargetOf(r.Easiest)
	if err != nil {
		return b, err
	}
	b.Header, err = chain.Mine(context.Background(), chain.Header{Timestamp: parent.Timestamp + 5, PreviousHash: parent.ThisHash,
		Bits: r.Easiest, MerkleRoot: chain.MerkleRoot(b.Transactions)}, target, 1)
	return b, err
}

// gossip is a block on its way through a mesh of cores, in which each message
// takes one step.
func gossip() (Picture, error) {
	at := [][2]float64{{60, 120}, {130, 48}, {140, 190}, {210, 118}, {285, 52}, {290, 196}, {360, 124}, {216, 246}}
	links := [][2]int{{0, 1}, {0, 2}, {1, 3}, {2, 3}, {1, 4}, {3, 5}, {4, 6}, {5, 6}, {2, 7}, {7, 5}}
	r := quick()
	type sent struct {
		from, to int
		m        framing.Message
	}
	var wire []sent
	cores := make([]*p2p.Core, len(at))
	hops := make([]int, len(at))
	first := map[[2]int]bool{} // links over which a node heard it first
	step, from, messages := 0, 0, 0
	for i := range cores {
		cores[i] = p2p.NewCore(fmt.Sprint("n", i+1), r)
		cores[i].Now = func() time.Time { return time.Unix(r.Genesis+60, 0) }
		cores[i].Send = func(to int, m framing.Message) { wire = append(wire, sent{i, to, m}) }
		cores[i].Emit = func(e p2p.Event) {
			if e.Kind == p2p.KindBlock {
				hops[i] = step
				first[[2]int{min(from, i), max(from, i)}] = true
			}
		}
	}
	for _, l := range links {
		cores[l[0]].Join(l[1], cores[l[1]].Name)
		cores[l[1]].Join(l[0], cores[l[0]].Name)
	}
	wire = nil // the questions for blocks: nobody has any
	block, err := mined(r, r.GenesisBlock().Header, 1, 0)
	if err != nil {
		return Picture{}, err
	}
	if err := cores[0].Mined(block); err != nil {
		return Picture{}, err
	}
	for len(wire) > 0 {
		step++
		now := wire
		wire = nil
		for _, s := range now {
			if s.m.Command == "block" {
				messages++
			}
			from = s.from
			if err := cores[s.to].Receive(s.from, s.m); err != nil {
				return Picture{}, err
			}
		}
	}
	c := newCanvas(354)
	for _, l := range links {
		class := "rule"
		if first[l] {
			class = "l3 thick"
		}
		c.line(at[l[0]][0], at[l[0]][1], at[l[1]][0], at[l[1]][1], class)
	}
	for i, p := range at {
		class := "f1"
		if hops[i] == 0 {
			class = "fx"
		}
		c.circle(p[0], p[1], 19, "plain")
		c.circle(p[0], p[1], 19, strings.Replace(class, "f", "b", 1))
		c.text(p[0], p[1]+5, "mid bold", "%d", hops[i])
	}
	c.text(60, 160, "mid small", "found it")
	c.text(14, 304, "", "Steps until each node has the block: %d at most.", slices.Max(hops))
	c.line(14, 328, 40, 328, "l3 thick")
	c.text(48, 333, "small", "heard it first this way")
	c.line(226, 328, 252, 328, "rule")
	c.text(260, 333, "small", "it was known already")
	return Picture{Lesson: "lesson6", Name: "gossip", Title: "Gossip: a block on its way",
		Desc: fmt.Sprintf("A mesh of %d nodes with %d links and no centre. One node finds a block and tells its peers, who tell theirs. After %d steps and %d messages all nodes have it.",
			len(at), len(links), slices.Max(hops), messages), canvas: c}, nil
}

// reorg is a tree with two branches, as an index sees it.
func reorg() (Picture, error) {
	r := quick()
	x := consensus.NewIndex(r)
	var change consensus.Change
	tip := r.GenesisBlock().Header
	grow := func(parent chain.Header, height, n, owner int) (out []chain.Header, err error) {
		for i := range n {
			b, err := mined(r, parent, height+i, owner)
			if err != nil {
				return nil, err
			}
			if change, err = x.Add(b, b.Header.Timestamp); err != nil {
				return nil, err
			}
			parent = b.Header
			out = append(out, parent)
		}
		return out, nil
	}
	trunk, err := grow(tip, 1, 1, 0)
	if err != nil {
		return Picture{}, err
	}
	ours, err := grow(trunk[0], 2, 2, 1)
	if err != nil {
		return Picture{}, err
	}
	theirs, err := grow(trunk[0], 2, 3, 2)
	if err != nil {
		return Picture{}, err
	}
	if len(change.Removed) != 2 || len(change.Added) != 3 || x.Tip().Block.Header != theirs[2] {
		return Picture{}, fmt.Errorf("the branch of three did not win")
	}
	c := newCanvas(262)
	const wide, tall = 66.0, 40.0
	place := func(height int, y float64, h chain.Header, class string) {
		cx := 44 + 84*float64(height)
		c.rect(cx-wide/2, y-tall/2, wide, tall, class)
		c.text(cx, y+5, "mid mono", "%.5s", p2p.Short(h.ThisHash))
	}
	join := func(height int, y1, y2 float64, class string) {
		cx := 44 + 84*float64(height)
		c.line(cx-84+wide/2, y1, cx-wide/2, y2, class)
	}
	const mid, up, down = 120.0, 66.0, 174.0
	for i := range 5 {
		c.text(44+84*float64(i), 26, "mid small quiet", "%s%d", []string{"height ", ""}[min(i, 1)], i)
	}
	place(0, mid, tip, "b3")
	join(1, mid, mid, "l3 thick")
	place(1, mid, trunk[0], "b3")
	for i, h := range ours {
		join(2+i, []float64{mid, up}[min(i, 1)], up, "rule dash")
		place(2+i, up, h, "plain dash")
	}
	for i, h := range theirs {
		join(2+i, []float64{mid, down}[min(i, 1)], down, "l3 thick")
		place(2+i, down, h, "b3")
	}
	c.text(410, up-2, "end small", "ours until")
	c.text(410, up+15, "end small", "now")
	c.text(44, down+5, "mid small", "height 1 is")
	c.text(44, down+22, "mid small", "the fork")
	c.text(14, 240, "", "More work wins: %d blocks leave, %d join.", len(change.Removed), len(change.Added))
	return Picture{Lesson: "lesson6", Name: "reorg", Title: "A reorganisation",
		Desc: fmt.Sprintf("A tree of blocks by height. After block 1 there are two branches, of two and of three blocks. With its third block the lower branch has more work: "+
			"%d blocks leave the main chain, down to the fork, and %d join it.", len(change.Removed), len(change.Added)), canvas: c}, nil
}

// compact is how the four bytes of a difficulty stand for a target of 64.
func compact() (Picture, error) {
	all := []uint32{0x4000ffff, 0x3f00ffff, 0x3e0fffff, 0x3e00ffff}
	const left, top, wide, shown = 14.0, 66.0, 33.0, 7
	c := newCanvas(330)
	c.text(left, 28, "", "The first %d of a target's 64 bytes", shown)
	c.text(406, 28, "end", "hashes")
	var words []string
	for i, bits := range all {
		target, err := consensus.TargetOf(bits)
		if err != nil {
			return Picture{}, err
		}
		y := top + 62*float64(i)
		c.text(left, y-8, "mono bold", "%08x", bits)
		size := int(bits >> 24)
		for j, b := range target[:shown] {
			class := "plain"
			switch first := chain.HashSize - size; {
			case j < first:
				class = "faint"
			case j < first+3:
				class = "b2"
			}
			c.box(left+wide*float64(j), y, wide-3, 28, class, "mono", "%02x", b)
		}
		c.text(left+wide*shown+4, y+19, "quiet", "...")
		work := consensus.Work(target)
		c.text(406, y+19, "end bold", "%s", grouped(work.String()))
		words = append(words, fmt.Sprintf("%08x stands for a target that takes %s hashes", bits, grouped(work.String())))
	}
	c.rect(left, 302, 13, 13, "b2")
	c.text(left+20, 313, "small", "the number's three bytes; the size says where they go")
	return Picture{Lesson: "lesson6", Name: "bits", Title: "Four bytes for a target",
		Desc: "Compact targets and the first bytes of what they stand for: the size says how many of the 64 bytes are not leading zeros, and the number is the first three of those. " + strings.Join(words, "; ") + ".", canvas: c}, nil
}

// grouped writes a number with commas.
func grouped(s string) string {
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// overtakes is the chance that an attacker with share q of the work catches up
// from depth blocks behind: section 11 of Nakamoto's paper.
func overtakes(q float64, depth int) float64 {
	p := 1 - q
	mean := float64(depth) * q / p
	poisson, sum := math.Exp(-mean), 1.0
	for k := 0; k <= depth; k++ {
		if k > 0 {
			poisson *= mean / float64(k)
		}
		sum -= poisson * (1 - math.Pow(q/p, float64(depth-k)))
	}
	return sum
}

// attack is that chance by depth, for several shares.
func attack() Picture {
	const left, width, top, height, deepest, decades = 62.0, 290.0, 24.0, 220.0, 12, 5.0
	c := newCanvas(322)
	x := func(depth float64) float64 { return left + width*depth/deepest }
	y := func(chance float64) float64 { return top + height*min(decades, -math.Log10(chance))/decades }
	for d := range int(decades) + 1 {
		at := top + height*float64(d)/decades
		c.line(left, at, left+width, at, "rule dash")
		label := fmt.Sprintf("%g%%", 100*math.Pow10(-d))
		c.text(left-6, at+5, "end small", "%s", label)
	}
	var words []string
	for i, q := range []float64{0.10, 0.20, 0.30, 0.40} {
		var path strings.Builder
		last, end := 0, 0.0
		for depth := 0; depth <= deepest; depth++ {
			chance := overtakes(q, depth)
			if chance < math.Pow10(-decades) {
				break
			}
			fmt.Fprintf(&path, "%s%s %s", map[bool]string{true: "M", false: "L"}[depth == 0], num(x(float64(depth))), num(y(chance)))
			last, end = depth, chance
		}
		c.path(fmt.Sprintf("l%d thick", i+1), "%v", path.String())
		c.text(x(float64(last))+6, y(end)+4, fmt.Sprintf("bold f%d", i+1), "%.0f%%", 100*q)
		words = append(words, fmt.Sprintf("with %.0f%% of the work and six blocks to catch up, %.2g%%", 100*q, 100*overtakes(q, 6)))
	}
	for _, depth := range []int{0, 2, 4, 6, 8, 10, 12} {
		c.text(x(float64(depth)), top+height+20, "mid small", "%d", depth)
	}
	c.text(left, top+height+42, "small quiet", "blocks on top of the payment")
	c.text(14, top+height+66, "", "An attacker's chance, by share of the work.")
	return Picture{Lesson: "lesson6", Name: "attack", Title: "The chance to catch up",
		Desc: "The chance that an attacker's branch overtakes ours, by the number of blocks on top of a payment, on a logarithmic scale. It falls with every block as long as the attacker has less than half of the work: " +
			strings.Join(words, "; ") + ".", canvas: c}
}
