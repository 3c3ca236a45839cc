package p2p_test

import (
	"testing"

	"nodebook/fixtures/toycoin"
	"nodebook/solutions/lesson1/framing"
	"nodebook/solutions/lesson5/chain"
	"nodebook/solutions/lesson6/consensus"
	"nodebook/solutions/lesson6/p2p"

	"github.com/stretchr/testify/require"
)

// A hostile peer may change a block's transactions in ways that their names do not
// cover: the version, or where one field ends and the next begins. Such a block must
// not have the hash of the right one, or a node that has condemned it would refuse
// the right one forever, and all that is built on it.
func TestCore_mutated_block(t *testing.T) {
	start := watch(rules)
	first := mined(start.Index, 0)
	require.NoError(t, start.Mined(first))
	pay, err := consensus.PaySigned(toycoin.Key(0), []chain.Token{first.Transactions[0].Payment()}, address(1), 20)
	require.NoError(t, err)
	right := mined(start.Index, 0, pay)
	for name, f := range map[string]func(b *chain.Block){
		"version of the payment":  func(b *chain.Block) { b.Transactions[1].Version = 0 },
		"version beyond 32 bits":  func(b *chain.Block) { b.Transactions[1].Version = 2 + 1<<32 },
		"version of the coinbase": func(b *chain.Block) { b.Transactions[0].Version = 0 },
		"a digit of the value": func(b *chain.Block) {
			b.Transactions[1].Receiver += "2"
			b.Transactions[1].ReceiverValue = 0
		},
		"a byte of the mark": func(b *chain.Block) {
			x := &b.Transactions[0]
			x.Sender = chain.Address(x.ReceiverSignature[7:]) + x.Sender
			x.ReceiverSignature = x.ReceiverSignature[:7]
		},
	} {
		w := watch(rules)
		require.NoError(t, w.Receive(1, framing.Message{Command: "block", Payload: chain.EncodeBlock(first)}))
		bad := right
		bad.Transactions = append([]chain.Transaction{}, right.Transactions...)
		f(&bad)
		for i := range bad.Transactions {
			require.Equal(t, right.Transactions[i].Hash(), bad.Transactions[i].Hash(), "%s: the name stays", name)
		}
		require.ErrorIs(t, w.Receive(1, framing.Message{Command: "block", Payload: chain.EncodeBlock(bad)}), p2p.ErrPeer, name)
		require.NoError(t, w.Receive(1, framing.Message{Command: "block", Payload: chain.EncodeBlock(right)}), name)
		require.Equal(t, 2, w.Index.Height(), name)
	}
}
