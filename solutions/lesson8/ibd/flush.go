package ibd

import (
	"errors"
	"fmt"
	"nodebook/solutions/lesson7/block"
)

// Verify checks the inputs that wait in c.jobs, with c.check, and forgets them. If
// one is bad, the chain goes back to what is on the disk, where all was checked: what
// the cache has is discarded, and the tip is the one that was flushed last.
//
// Errors: [Invalid] of the node of the bad input; block.ErrCannotJudge, which is not
// Invalid.
func (c *Chain) Verify() error {
	// BEGIN SOLUTION of Chain.Flush
	jobs, of := c.jobs, c.of
	c.jobs, c.of = nil, nil
	i, err := c.check(jobs)
	if err == nil {
		c.checked += len(jobs)
		return nil
	}
	c.goBack()
	if errors.Is(err, block.ErrCannotJudge) {
		return fmt.Errorf("block %d: %w", of[i].Height, err)
	}
	return &Invalid{Node: of[i], Err: err}
	// END SOLUTION
}

// Flush writes the coins to the disk, in an order that a crash can interrupt
// anywhere: after [Chain.Verify], the file of blocks and the file of undo are synced, and only then
// the cache is flushed with the tip. So what the database says is there, is there.
// It stops at the first error.
func (c *Chain) Flush() error {
	// BEGIN SOLUTION
	if err := c.Verify(); err != nil {
		return err
	}
	if err := c.blocks.Sync(); err != nil {
		return fmt.Errorf("block file: %w", err)
	}
	if err := c.undos.Sync(); err != nil {
		return fmt.Errorf("undo file: %w", err)
	}
	if err := c.coins.Flush(c.tip.Hash); err != nil {
		return err
	}
	c.flushed = c.tip
	return nil
	// END SOLUTION
}
