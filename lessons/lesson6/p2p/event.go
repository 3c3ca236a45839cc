package p2p

// Event is one thing that happened at a node: a line of the event stream, which
// docs/events.md describes. Fields that a kind does not use are left out.
type Event struct {
	Seq     uint64 `json:"seq"`               // counts a node's events, from 1
	Ms      int64  `json:"ms"`                // milliseconds since 1970
	Node    string `json:"node"`              // who tells
	Kind    string `json:"kind"`              // one of the constants below
	Peer    string `json:"peer,omitempty"`    // the other end
	Command string `json:"command,omitempty"` // of a message
	Bytes   int    `json:"bytes,omitempty"`   // of a message's payload
	Hash    string `json:"hash,omitempty"`    // of a block or transaction, hex, its first 8 bytes
	Parent  string `json:"parent,omitempty"`  // of a block
	Height  int    `json:"height,omitempty"`  // of a block
	Value   int64  `json:"value,omitempty"`   // of a payment
	Count   int    `json:"count,omitempty"`   // transactions in a block or pool
	Removed int    `json:"removed,omitempty"` // blocks that left the main chain
	Added   int    `json:"added,omitempty"`   // blocks that joined it
	Rate    int64  `json:"rate,omitempty"`    // hashes a second
	Error   string `json:"error,omitempty"`   // why something was refused
}

// Kinds of event.
const (
	KindPeer  = "peer"  // a peer has connected
	KindLeft  = "left"  // a peer has gone, or was dropped: error says why
	KindSent  = "sent"  // a message went out
	KindSeen  = "seen"  // a transaction came into the pool
	KindFound = "found" // this node mined a block
	KindBlock = "block" // a block was taken in, on any branch
	KindTip   = "tip"   // the main chain has another tip
	KindWrong = "wrong" // something was refused
	KindRate  = "rate"  // how fast the node mines
)
