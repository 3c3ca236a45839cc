package block

import "errors"

// ErrCannotJudge is wrapped if the code at hand does not know a rule that applies.
// It is the third verdict, beside valid (nil) and invalid (any other error): what
// cannot be judged is neither accepted nor refused.
var ErrCannotJudge = errors.New("cannot be judged here")

// Soft says which later rules apply to the scripts of a block. Each tightened the
// rules at some height of the main chain; before it, what the rule forbids is
// valid.
type Soft struct {
	P2SH      bool // from 1 April 2012 (BIP 16): a script may be given as its hash
	StrictDER bool // from height 363,725 (BIP 66): signatures have one form
	LockTimes bool // from height 388,381 (BIP 65): an output may have to wait for a height or a time
	Relative  bool // from height 419,328 (BIP 112): or until it is old enough
	Segwit    bool // from height 481,824 (BIP 141, 143, 147): witnesses
	Taproot   bool // from height 709,632 (BIP 340 to 342): Schnorr signatures
}

// Spend is one input of a transaction and what is needed to check it.
type Spend struct {
	Tx    *Tx
	Index int   // of the input
	Spent []Out // the outputs that the inputs of Tx spend, one for each, in their order
	Soft  Soft
}
