package ibd_test

import (
	"testing"

	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson7/rules"
	"nodebook/solutions/lesson8/headers"
	"nodebook/solutions/lesson8/ibd"
)

func tryOpen(w *world, o ibd.Options) (*ibd.Chain, error) {
	return ibd.Open(headers.NewTree(genesis.Header, rules.Regtest), w.disk(), magic, o)
}

// life is a run of a node: one branch, then the other, which reorganises, and a
// flush. It ends at the first error.
func life(t *testing.T, c *ibd.Chain, branches ...[]block.Block) error {
	t.Helper()
	for _, chain := range branches {
		var hs []block.Header
		for _, b := range chain {
			hs = append(hs, b.Header)
		}
		if _, err := c.Tree.Add(hs, later); err != nil {
			t.Fatalf("Tree.Add, which this test needs: %v", err)
		}
	}
	for _, chain := range branches {
		if node(c, chain).Work.Cmp(c.Tip().Work) < 0 {
			continue
		}
		for i, b := range chain[1:] {
			if c.Tree.Node(hashOf(b)).Height <= c.Tip().Height && c.Tip().Ancestor(i+1).Hash == hashOf(b) {
				continue
			}
			if err := c.Put(b); err != nil {
				return err
			}
			if err := c.MoveTo(c.Tree.Node(hashOf(b))); err != nil {
				return err
			}
		}
	}
	return c.Flush()
}

// live opens a chain on a disk that may die, and runs.
func live(t *testing.T, w *world, o ibd.Options, branches ...[]block.Block) error {
	t.Helper()
	c, err := tryOpen(w, o)
	if err != nil {
		return err
	}
	return life(t, c, branches...)
}
