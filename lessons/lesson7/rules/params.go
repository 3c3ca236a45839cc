package rules

import (
	"math"

	"nodebook/lessons/lesson7/block"
)

// Never is a height that no chain reaches.
const Never = math.MaxInt32

// Params are the rules that differ between networks. Heights are those of the
// first block to which a rule applies.
type Params struct {
	Limit    uint32 // bits of the easiest target
	Retarget bool   // whether the target changes; on regtest it never does
	Halving  int    // blocks between two halvings of the subsidy

	P2SH    int // BIP 16
	BIP34   int // coinbases start with their height; block version 2 or higher
	BIP66   int // signatures are strict DER; block version 3 or higher
	BIP65   int // CHECKLOCKTIMEVERIFY; block version 4 or higher
	CSV     int // BIP 68, 112, 113: relative lock times, and median time for the absolute ones
	Segwit  int // BIP 141, 143, 147
	Taproot int // BIP 340 to 342

	Overwrites []int // heights whose coinbase repeats the id of an unspent one
}

// Mainnet is Bitcoin itself.
var Mainnet = Params{
	Limit: 0x1d00ffff, Retarget: true, Halving: 210_000,
	P2SH: 173_805, BIP34: 227_931, BIP66: 363_725, BIP65: 388_381, CSV: 419_328, Segwit: 481_824, Taproot: 709_632,
	Overwrites: []int{91_842, 91_880},
}

// Regtest is the network for tests, with the rules of Bitcoin Core: anyone can
// mine a block in two tries.
var Regtest = Params{
	Limit: 0x207fffff, Halving: 150,
	P2SH: 0, BIP34: 1, BIP66: 1, BIP65: 1, CSV: 1, Segwit: 0, Taproot: 0,
}

// Soft returns which of the later rules apply to the scripts of the block at a
// height.
func (p Params) Soft(height int) block.Soft {
	return block.Soft{
		P2SH:      height >= p.P2SH,
		StrictDER: height >= p.BIP66,
		LockTimes: height >= p.BIP65,
		Relative:  height >= p.CSV,
		Segwit:    height >= p.Segwit,
		Taproot:   height >= p.Taproot,
	}
}
