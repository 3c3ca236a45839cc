package main

import (
	"fmt"
	"math/big"
	"os"
	"strings"
	"time"

	"nodebook/solutions/lesson5/chain"
	"nodebook/solutions/lesson6/consensus"
	"nodebook/solutions/lesson6/p2p"
)

// row is what the view shows of a member.
type row struct {
	name                       string
	tip                        chain.Hash
	height, peers, pool, forks int
	mined, reorgs, sent        int
	rate                       float64 // hashes a second, of the whole network
	bits                       uint32
}

// viewer chooses how to show a network: not at all, one line per second, or a table
// that is drawn over itself.
func viewer(none, plain bool) func(*network) {
	if none {
		return func(*network) {}
	}
	info, err := os.Stdout.Stat()
	if plain || err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return func(w *network) { fmt.Println(w.line()) }
	}
	lines := 0
	return func(w *network) {
		table := w.table()
		if lines > 0 {
			fmt.Printf("\x1b[%dA\x1b[J", lines) // up, and clear what is below
		}
		fmt.Print(table)
		lines = strings.Count(table, "\n")
	}
}

// rows asks every member.
func (w *network) rows() []row {
	var out []row
	for _, m := range w.members {
		r := row{name: m.name}
		m.node.Do(func(c *p2p.Core) {
			tip := c.Index.Tip()
			r.tip, r.height, r.bits = tip.Block.Header.ThisHash, tip.Height, c.Index.NextBits(tip)
			r.peers, r.pool = len(c.Peers()), len(c.Pool.Transactions())
			r.forks = c.Index.Len() - 1 - c.Index.Height()
			r.rate = hashRate(c.Index)
		})
		m.mu.Lock()
		r.mined, r.reorgs, r.sent = m.mined, m.reorgs, m.sent
		m.mu.Unlock()
		out = append(out, r)
	}
	return out
}

// hashRate is what the work of the last blocks says of the whole network.
func hashRate(x *consensus.Index) float64 {
	tip := x.Tip()
	first := x.At(max(1, tip.Height-20))
	if first == nil || first == tip {
		return 0
	}
	work, _ := new(big.Float).SetInt(new(big.Int).Sub(tip.Work, first.Work)).Float64()
	return work / float64(max(1, tip.Block.Header.Timestamp-first.Block.Header.Timestamp))
}

// agreement is on how many tips the members are.
func agreement(rows []row) string {
	tips := map[chain.Hash]int{}
	for _, r := range rows {
		tips[r.tip]++
	}
	if len(tips) == 1 {
		return "all agree"
	}
	return fmt.Sprintf("%d tips", len(tips))
}

func (w *network) table() string {
	rows := w.rows()
	var s strings.Builder
	fmt.Fprintf(&s, "%-5s %6s  %-16s %5s %5s %6s %7s %6s %7s\n", "node", "height", "tip", "peers", "pool", "forks", "reorgs", "mined", "sent")
	for _, r := range rows {
		colour := 31 + int(r.tip[HashColour])%6
		fmt.Fprintf(&s, "%-5s %6d  \x1b[%dm%-16s\x1b[0m %5d %5d %6d %7d %6d %7d\n",
			r.name, r.height, colour, fmt.Sprintf("%x", r.tip[2:10]), r.peers, r.pool, r.forks, r.reorgs, r.mined, r.sent)
	}
	fmt.Fprintf(&s, "%s, %s, %.1f MH/s, difficulty %08x\n", time.Since(w.start).Round(time.Second), agreement(rows), rows[0].rate/1e6, rows[0].bits)
	return s.String()
}

// HashColour is the byte of a hash that colours a tip: the first ones are zero.
const HashColour = 20

func (w *network) line() string {
	rows := w.rows()
	heights, pool, forks := []string{}, 0, 0
	for _, r := range rows {
		heights = append(heights, fmt.Sprint(r.height))
		pool, forks = max(pool, r.pool), max(forks, r.forks)
	}
	return fmt.Sprintf("%4s  heights %s  %s  pool %d  forks %d  %.1f MH/s  difficulty %08x",
		time.Since(w.start).Round(time.Second), strings.Join(heights, " "), agreement(rows), pool, forks, rows[0].rate/1e6, rows[0].bits)
}
