package ibd

import (
	"nodebook/lessons/lesson8/headers"

	"nodebook/lessons/todo"
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
	return todo.Err
}

// Leave disconnects the tip and makes its parent the tip. Inputs that are not checked
// yet are checked first: the block is invalid if one is bad, and that must not be
// forgotten.
func (c *Chain) Leave() error {
	return todo.Err
}

// MoveTo makes to the tip: along headers.Route it leaves blocks and enters others. It
// calls [Chain.Flush] when the cache has at least Options.FlushAt entries after a step.
//
// It stops at the first error and returns it: the tip is then the block that was
// reached, and another call can lead on from there, or back.
func (c *Chain) MoveTo(to *headers.Node) error {
	return todo.Err
}

// flushIfFull flushes a cache that is large enough.
func (c *Chain) flushIfFull() error {
	if c.coins.Len() < c.Options.FlushAt {
		return nil
	}
	return c.Flush()
}
