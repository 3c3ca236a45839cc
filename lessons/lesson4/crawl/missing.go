package crawl

import (
	"nodebook/lessons/lesson3/bitnodes"
)

// OldProtocol is the first protocol version that bitnodes takes note of.
const OldProtocol = 70001

// Findings is what a crawl found that the bitnodes API does not say.
type Findings struct {
	Unlisted []Result // answered, and not in the list
	Old      []Result // answered with a protocol version below OldProtocol, listed or not
}

// Missing compares what a crawl found with what is listed. Only peers that have
// answered count: addresses alone are hearsay. Two addresses are the same if
// bitnodes.ParseAddress returns the same for them; a result whose address it
// cannot read is not listed.
//
// Both lists are in ascending order of Result.Address, byte by byte. Neither
// results nor listed is changed.
func Missing(results []Result, listed []bitnodes.Address) Findings {
	return Findings{}
}
