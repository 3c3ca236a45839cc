package picture

import (
	"encoding/binary"
	"fmt"
	"math"
	"strings"

	"nodebook/fixtures/toycoin"
	"nodebook/solutions/lesson5/chain"
	"nodebook/solutions/lesson5/relay"
)

func lesson5() ([]Picture, error) {
	payment, err := payment()
	if err != nil {
		return nil, fmt.Errorf("picture lesson5 payment: %w", err)
	}
	star, err := star()
	if err != nil {
		return nil, fmt.Errorf("picture lesson5 relay: %w", err)
	}
	return []Picture{payment, merkle(), mining(), star}, nil
}

// payment is a transaction that [chain.Pay] has made.
func payment() (Picture, error) {
	values := []int64{30, 10}
	var tokens []chain.Token
	for _, v := range values {
		t := chain.Transaction{Receiver: chain.Address(toycoin.Address(0)), ReceiverValue: v, Sender: chain.Coinbase}
		tokens = append(tokens, t.Payment())
	}
	t, err := chain.Pay(toycoin.Key(0), tokens, chain.Address(toycoin.Address(1)), 31)
	if err != nil {
		return Picture{}, err
	}
	c := newCanvas(216)
	c.text(14, 26, "bold", "in")
	c.text(406, 26, "bold end", "out")
	for i, k := range tokens {
		y := 44 + 70*float64(i)
		c.box(14, y, 92, 46, "b1", "bold", "alice's %d", k.Value)
		c.arrow(108, y+23, 150, 101-8+16*float64(i), "5", "thick")
	}
	c.rect(154, 66, 112, 70, "plain")
	c.text(210, 97, "mid bold", "transaction")
	c.text(210, 117, "mid small", "signed by alice")
	for i, o := range []struct {
		who, what string
		value     int64
		hue       string
	}{{"bob's", "payment", t.ReceiverValue, "b2"}, {"alice's", "change", t.SenderChange, "b1"}} {
		y := 44 + 70*float64(i)
		c.arrow(270, 93+16*float64(i), 308, y+23, "5", "thick")
		c.rect(314, y, 92, 46, o.hue)
		c.text(360, y+20, "mid bold", "%s %d", o.who, o.value)
		c.text(360, y+38, "mid small", "%s", o.what)
	}
	c.text(14, 196, "", "%d + %d = %d + %d: what goes in comes out.", values[0], values[1], t.ReceiverValue, t.SenderChange)
	return Picture{Lesson: "lesson5", Name: "payment", Title: "A payment",
		Desc: fmt.Sprintf("Alice's tokens of %d and %d go into a transaction that she signs. A payment of %d for bob and a change of %d for alice come out. Both sides add up to %d.",
			values[0], values[1], t.ReceiverValue, t.SenderChange, chain.Sum(tokens)), canvas: c}, nil
}

// merkle is a tree of five leaves, and what proves the first of them.
func merkle() Picture {
	tree := &chain.Tree{}
	var leaves []chain.Hash
	for i := range 5 {
		leaves = append(leaves, chain.HashOf([]byte{byte(i)}))
		tree.Insert(leaves[i])
	}
	proof, own := map[chain.Label]bool{}, map[chain.Label]bool{}
	label := chain.LeafLabel(leaves[0])
	own[label] = true
	path := tree.Path(leaves[0])
	for _, s := range path {
		proof[s.Sibling] = true
		switch s.Side {
		case chain.OnLeft:
			label = chain.InnerLabel(s.Sibling, label)
		case chain.OnRight:
			label = chain.InnerLabel(label, s.Sibling)
		default:
			label = chain.InnerLabel(label)
		}
		own[label] = true
	}
	c := newCanvas(352)
	const top, step, bottom, wide = 20.0, 74.0, 242.0, 74.0
	next := 0
	var draw func(t *chain.Tree, depth int) float64
	draw = func(t *chain.Tree, depth int) (x float64) {
		y := top + step*float64(depth)
		if t.Left == nil {
			y, x = bottom, 46+82*float64(next)
			next++
		} else {
			x = draw(t.Left, depth+1)
			below := []float64{x}
			if t.Right != nil {
				below = append(below, draw(t.Right, depth+1))
				x = (x + below[1]) / 2
			}
			for i, b := range below {
				child := []*chain.Tree{t.Left, t.Right}[i]
				to := y + step
				if child.Left == nil {
					to = bottom
				}
				class := "rule"
				if own[child.Label] {
					class = "l1 thick"
				}
				c.line(x, y+34, b, to, class)
			}
		}
		hue := "plain"
		if own[t.Label] {
			hue = "b1"
		} else if proof[t.Label] {
			hue = "b2"
		}
		c.box(x-wide/2, y, wide, 34, hue, "mono", "%x %x", t.Label[:1], t.Label[1:3])
		return x
	}
	draw(tree, 0)
	c.text(46, bottom+52, "mid small", "the leaf")
	c.rect(14, bottom+70, 13, 13, "b1")
	c.text(34, bottom+81, "", "hashed by you")
	c.rect(160, bottom+70, 13, 13, "b2")
	c.text(180, bottom+81, "", "the proof: %d labels", len(proof))
	return Picture{Lesson: "lesson5", Name: "merkle", Title: "A merkle tree of five leaves",
		Desc: fmt.Sprintf("Five leaves, hashed in pairs up to the root. %d labels, one for each level, prove that the first leaf is in the tree: with them you compute all labels on its way up to the root. "+
			"A label starts with 00 for a leaf and 01 for an inner node.", len(proof)), canvas: c}
}

// mining is the hash of each nonce that the page's cell tries for one zero byte.
func mining() Picture {
	h := chain.Header{Timestamp: 1_628_709_603, PreviousHash: chain.Start}
	target := chain.ZeroBytes(1)
	const left, width, top, height, most = 64.0, 344.0, 24.0, 200.0, 11.0
	c := newCanvas(300)
	rare := func(hash chain.Hash) float64 { // how many bits lie before the first that is set, with fractions
		return 64 - math.Log2(float64(binary.BigEndian.Uint64(hash[:8])))
	}
	y := func(bits float64) float64 { return top + height*min(bits, most)/most }
	var hashes []chain.Hash
	for h.Nonce = 1; ; h.Nonce++ {
		hashes = append(hashes, h.Hash())
		if hashes[len(hashes)-1].Solves(target) {
			break
		}
	}
	x := func(i int) float64 { return left + width*float64(i+1)/float64(len(hashes)) }
	var dots strings.Builder
	for i, hash := range hashes[:len(hashes)-1] {
		fmt.Fprintf(&dots, "M%s %sh2", num(x(i)-1), num(y(rare(hash))))
	}
	c.rect(left, y(8), width, top+height-y(8), "b3")
	c.path("l1 thick", "%v", dots.String())
	last := hashes[len(hashes)-1]
	c.circle(x(len(hashes)-1)-3, y(rare(last)), 5, "fx")
	c.line(left, y(8), left+width, y(8), "l3 thick")
	c.line(left, top, left, top+height, "rule")
	for _, bits := range []float64{0, 4, 8} {
		c.text(left-6, y(bits)+5, "end small", "1 in %.0f", math.Exp2(bits))
	}
	c.text(left+8, y(8)+22, "bold", "target: one zero byte")
	c.text(left, top+height+22, "small quiet", "nonce 1")
	c.text(left+width, top+height+22, "small quiet end", "nonce %d", len(hashes))
	c.text(14, top+height+54, "", "One dot is one hash; the lower, the rarer.")
	return Picture{Lesson: "lesson5", Name: "mining", Title: "Mining: try until a hash lies below the target",
		Desc: fmt.Sprintf("The hashes of nonces 1 to %d as dots, on a scale of rarity. One in 256 lies below the target on average. Here the first that does is that of nonce %d.", len(hashes), len(hashes)), canvas: c}
}

// star is the relay's network: what one publishes, all get.
func star() (Picture, error) {
	clients := []string{"node", "listener", "slow node", "oracle"}
	hub := relay.NewHub()
	for range clients[:3] { // the oracle listens to a channel of its own
		if _, err := hub.Subscribe("/topic/main"); err != nil {
			return Picture{}, err
		}
	}
	copies, err := hub.Publish("/topic/main", []byte("TXN "))
	if err != nil {
		return Picture{}, err
	}
	c := newCanvas(290)
	at := [][2]float64{{80, 50}, {340, 50}, {340, 200}, {80, 200}}
	for i, p := range at {
		dx, dy := 210-p[0], 125-p[1]
		n := math.Hypot(dx, dy)
		dx, dy = dx/n, dy/n
		if i < 3 {
			c.arrow(210-dx*50, 125-dy*50, p[0]+dx*58, p[1]+dy*58, "3", "thick")
		} else {
			c.arrow(p[0]+dx*58, p[1]+dy*58, 210-dx*50, 125-dy*50, "2", "thick")
		}
		class := "b1"
		if clients[i] == "oracle" {
			class = "b2"
		}
		c.box(p[0]-56, p[1]-20, 112, 40, class, "bold", "%s", clients[i])
	}
	c.box(210-42, 125-24, 84, 48, "b4", "bold", "relay")
	c.text(210, 208, "mid small", "a payment goes in,")
	c.text(210, 226, "mid small", "%d copies come out", copies)
	c.text(14, 272, "", "Without the relay nobody hears anybody.")
	return Picture{Lesson: "lesson5", Name: "relay", Title: "A network with a middle",
		Desc: fmt.Sprintf("A relay in the middle, and four programs around it: a node, a slow node, a listener and an oracle. The oracle sends the relay a payment, and the relay sends %d copies, one to each of the others.", copies), canvas: c}, nil
}
