package consensus

import (
	"errors"
	"fmt"

	"nodebook/solutions/lesson5/chain"
)

// Rules are what the nodes of a network agree on beforehand.
type Rules struct {
	Genesis  int64  // the genesis block's time, seconds since 1970
	Easiest  uint32 // compact target of the genesis block; no block is easier
	Interval int64  // seconds that should lie between blocks
	Window   int    // blocks between two changes of difficulty
	Reward   int64  // coins of a coinbase
	Halving  int    // blocks between two halvings of the reward
	Ahead    int64  // seconds that a block's time may be ahead of a node's clock
}

// Classroom are rules for a network on one computer: a block in five seconds.
func Classroom() Rules {
	return Rules{Genesis: 1_628_709_600, Easiest: 0x3e0fffff, Interval: 5, Window: 10, Reward: 50, Halving: 1_000, Ahead: 120}
}

// Errors of a coinbase and of a block's place in its chain.
var (
	ErrCoinbase   = errors.New("wrong coinbase")
	ErrDifficulty = errors.New("difficulty is not the one that is due")
	ErrFuture     = errors.New("block is from the future")
)

// RewardAt is what the coinbase of the block at a height makes: r.Reward, halved
// once for every r.Halving blocks below it, rounded down.
func (r Rules) RewardAt(height int) int64 {
	// BEGIN SOLUTION
	halvings := height / r.Halving
	if halvings > 62 {
		return 0
	}
	return r.Reward >> halvings
	// END SOLUTION
}

// NewCoinbase is the coinbase of the block at a height.
func (r Rules) NewCoinbase(height int, receiver chain.Address) chain.Transaction {
	return chain.Transaction{Version: SignedValues, Receiver: receiver, ReceiverValue: r.RewardAt(height),
		ReceiverSignature: heightMark(height), Sender: chain.Coinbase}
}

// heightMark makes every coinbase another transaction than the ones before, as
// BIP 34 does for Bitcoin: "height 12".
func heightMark(height int) []byte { return fmt.Appendf(nil, "height %d", height) }

// CheckCoinbase reports whether t is the coinbase of the block at a height: of
// version 2, by [chain.Coinbase], spending nothing; worth exactly [Rules.RewardAt];
// with "height 12", say, instead of the receiver's signature; without change
// and without sender's signature.
//
// Errors: [ErrCoinbase].
func (r Rules) CheckCoinbase(t chain.Transaction, height int) error {
	// BEGIN SOLUTION
	switch {
	case t.Version != SignedValues || !t.IsCoinbase():
		return fmt.Errorf("%w: not a coinbase", ErrCoinbase)
	case t.ReceiverValue != r.RewardAt(height):
		return fmt.Errorf("%w: makes %d coins, not %d", ErrCoinbase, t.ReceiverValue, r.RewardAt(height))
	case string(t.ReceiverSignature) != string(heightMark(height)):
		return fmt.Errorf("%w: marked %.30q, not %q", ErrCoinbase, t.ReceiverSignature, heightMark(height))
	case t.SenderChange != 0 || len(t.SenderSignature) > 0:
		return fmt.Errorf("%w: has a change or is signed", ErrCoinbase)
	}
	return nil
	// END SOLUTION
}

// GenesisBlock is the block at height 0, which every node has from the start.
// Nobody mined it and nobody owns its coins.
func (r Rules) GenesisBlock() chain.Block {
	b := chain.Block{Transactions: []chain.Transaction{r.NewCoinbase(0, "nobody")}}
	b.Header = chain.Header{Timestamp: r.Genesis, PreviousHash: chain.Start, MerkleRoot: chain.MerkleRoot(b.Transactions), Bits: r.Easiest}
	b.Header.ThisHash = b.Header.Hash()
	return b
}

// Connect enters a block at a height into l and returns what [Disconnect] needs
// to take it out again: for each transaction the tokens that it spent. Its first
// transaction, and no other, is a coinbase and passes [Rules.CheckCoinbase]; all
// others are of version 2 ([chain.ErrVersion]) and pass [chain.Ledger.Spend]. A block
// without transactions is [chain.ErrEmpty]. A block that is refused changes nothing.
func Connect(l *chain.Ledger, r Rules, b chain.Block, height int) ([][]chain.Token, error) {
	// BEGIN SOLUTION
	if len(b.Transactions) == 0 {
		return nil, fmt.Errorf("block: %w", chain.ErrEmpty)
	}
	if err := r.CheckCoinbase(b.Transactions[0], height); err != nil {
		return nil, err
	}
	if err := l.Mint(b.Transactions[0]); err != nil {
		return nil, err
	}
	spent := [][]chain.Token{nil}
	for i, t := range b.Transactions[1:] {
		var tokens []chain.Token
		err := fmt.Errorf("version %d: %w", t.Version, chain.ErrVersion)
		if t.Version == SignedValues {
			tokens, err = l.Spend(t)
		}
		if err != nil {
			Disconnect(l, chain.Block{Transactions: b.Transactions[:i+1]}, spent)
			return nil, fmt.Errorf("transaction %d: %w", i+1, err)
		}
		spent = append(spent, tokens)
	}
	return spent, nil
	// END SOLUTION
}

// Disconnect takes a block out that was the last to be entered by [Connect],
// which returned spent.
func Disconnect(l *chain.Ledger, b chain.Block, spent [][]chain.Token) {
	for i := len(b.Transactions) - 1; i >= 0; i-- {
		l.Undo(b.Transactions[i], spent[i])
	}
}
