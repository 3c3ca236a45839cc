package ibd

import (
	"errors"
	"fmt"

	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson7/rules"
	"nodebook/solutions/lesson8/headers"
)

// Enter connects the block of n, whose parent is the tip, and makes n the tip. It
// checks the block with rules.CheckBlock, at the median time of the eleven headers
// before it, and with rules.Connect. What the block spent is in the file of undo
// before the tip moves.
//
// The check of an input takes ten times as long as all else. So inputs are not
// checked here but appended to c.jobs, each with its node in c.of, unless the block
// is assumed valid. [Chain.Verify] checks them together: Enter calls it once there are
// at least Options.VerifyAt.
//
// Errors: [ErrMissing]; [Invalid] if the block breaks a rule; block.ErrCannotJudge,
// which is not Invalid; an error of the disk, also if it made rules.Connect fail; that
// of Verify. The tip and the coins are as before, unless Verify failed or the undo
// could not be written: then the chain goes back to what is on the disk.
func (c *Chain) Enter(n *headers.Node) error {
	// BEGIN SOLUTION of Chain.MoveTo
	// UNTESTED "The check of an input": it is the reason of the next sentence.
	b, err := c.Block(n.Hash)
	if err != nil {
		return err
	}
	verdict := func(err error) error {
		if disk := c.coins.Err(); disk != nil {
			return disk
		}
		if errors.Is(err, block.ErrCannotJudge) {
			return fmt.Errorf("block %d: %w", n.Height, err)
		}
		return &Invalid{Node: n, Err: err}
	}
	if err := rules.CheckBlock(b, n.Height, rules.MedianTime(n.Parent.Last(11)), c.Tree.Params); err != nil {
		return verdict(err)
	}
	before, assumed := len(c.jobs), c.assumed(n)
	undo, err := rules.Connect(c.coins, b, n.Height, c.Tree.Params, func(s block.Spend) error {
		if !assumed {
			c.jobs, c.of = append(c.jobs, s), append(c.of, n)
		}
		return nil
	})
	if err == nil {
		err = c.coins.Err()
	}
	if err != nil {
		c.jobs, c.of = c.jobs[:before], c.of[:before]
		return verdict(err)
	}
	if err := c.putUndo(n.Hash, undo); err != nil {
		c.goBack()
		return err
	}
	delete(c.put, n.Hash)
	c.tip = n
	if len(c.jobs) >= c.Options.VerifyAt {
		return c.Verify()
	}
	return nil
	// END SOLUTION
}

// Leave disconnects the tip and makes its parent the tip. Inputs that are not checked
// yet are checked first: the block is invalid if one is bad, and that must not be
// forgotten.
func (c *Chain) Leave() error {
	// BEGIN SOLUTION of Chain.MoveTo
	if err := c.Verify(); err != nil {
		return err
	}
	b, err := c.Block(c.tip.Hash)
	if err != nil {
		return err
	}
	undo, err := c.undo(c.tip.Hash)
	if err != nil {
		return err
	}
	if err := rules.Disconnect(c.coins, b, c.tip.Height, undo); err != nil {
		return errors.Join(c.coins.Err(), err)
	}
	c.tip = c.tip.Parent
	return c.coins.Err()
	// END SOLUTION
}

// MoveTo makes to the tip: along headers.Route it leaves blocks and enters others. It
// calls [Chain.Flush] when the cache has at least Options.FlushAt entries after a step.
//
// It stops at the first error and returns it: the tip is then the block that was
// reached, and another call can lead on from there, or back.
func (c *Chain) MoveTo(to *headers.Node) error {
	// BEGIN SOLUTION
	down, up := headers.Route(c.tip, to)
	for range down {
		if err := c.Leave(); err != nil {
			return err
		}
		if err := c.flushIfFull(); err != nil {
			return err
		}
	}
	for _, n := range up {
		if err := c.Enter(n); err != nil {
			return err
		}
		if err := c.flushIfFull(); err != nil {
			return err
		}
	}
	return nil
	// END SOLUTION
}

// flushIfFull flushes a cache that is large enough.
func (c *Chain) flushIfFull() error {
	if c.coins.Len() < c.Options.FlushAt {
		return nil
	}
	return c.Flush()
}
