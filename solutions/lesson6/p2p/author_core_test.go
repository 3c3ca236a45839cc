package p2p_test

import (
	"encoding/binary"
	"fmt"
	"testing"
	"time"

	"nodebook/fixtures/toycoin"
	"nodebook/solutions/lesson1/framing"
	"nodebook/solutions/lesson5/chain"
	"nodebook/solutions/lesson6/consensus"
	"nodebook/solutions/lesson6/p2p"

	"github.com/stretchr/testify/require"
)

// watched is a core with one peer; what it sends and tells is kept.
type watched struct {
	*p2p.Core
	sent []framing.Message
	told []p2p.Event
}

func watch(r consensus.Rules) *watched {
	w := &watched{Core: p2p.NewCore("me", r)}
	w.Now = func() time.Time { return time.Unix(5000, 0) }
	w.Send = func(_ int, m framing.Message) { w.sent = append(w.sent, m) }
	w.Emit = func(e p2p.Event) { w.told = append(w.told, e) }
	w.Join(1, "peer")
	w.sent = nil
	return w
}

func (w *watched) kinds() (s string) {
	for _, e := range w.told {
		s += e.Kind + " "
	}
	return s
}

func TestCore_events(t *testing.T) {
	w := watch(rules)
	b := mined(w.Index, 0)
	require.NoError(t, w.Mined(b))
	pay, err := consensus.PaySigned(toycoin.Key(0), []chain.Token{b.Transactions[0].Payment()}, address(1), 7)
	require.NoError(t, err)
	require.NoError(t, w.Submit(pay))
	require.NoError(t, w.Submit(pay))
	w.Leave(1, fmt.Errorf("%w: junk", p2p.ErrPeer))
	w.Leave(1, nil)
	require.Equal(t, "peer sent found block tip sent seen sent left ", w.kinds())
	for i, e := range w.told {
		require.EqualValues(t, i+1, e.Seq)
		require.EqualValues(t, 5_000_000, e.Ms)
		require.Equal(t, "me", e.Node)
	}
	tip := w.told[4]
	require.Equal(t, p2p.Event{Seq: 5, Ms: 5_000_000, Node: "me", Kind: "tip", Hash: p2p.Short(b.Header.ThisHash), Parent: p2p.Short(b.Header.PreviousHash), Height: 1, Added: 1}, tip)
	require.Equal(t, 1, w.told[2].Height)
	require.EqualValues(t, 7, w.told[6].Value)
	require.Contains(t, w.told[8].Error, "junk")
}

func TestCore_events_side_branch(t *testing.T) {
	w := watch(rules)
	rival := mined(w.Index, 1)
	require.NoError(t, w.Mined(mined(w.Index, 0)))
	w.told, w.sent = nil, nil
	require.NoError(t, w.Receive(1, framing.Message{Command: "block", Payload: chain.EncodeBlock(rival)}))
	require.Equal(t, "block ", w.kinds(), "a block beside the main chain is no new tip")
	require.Empty(t, w.sent)
}

func TestCore_protocol(t *testing.T) {
	w := watch(rules)
	locator := func(n int) framing.Message { return framing.Message{Command: "getblocks", Payload: make([]byte, n)} }
	blocks := func(b ...byte) framing.Message { return framing.Message{Command: "blocks", Payload: b} }
	for _, m := range []framing.Message{
		{Command: "tx", Payload: []byte("{")}, {Command: "block", Payload: []byte("{")},
		locator(0), locator(63), locator(65), locator((consensus.MaxLocator + 1) * 64),
		blocks(0), blocks(0, 0, 0), blocks(0, 0, 0, 1), blocks(0xff, 0xff, 0xff, 0xff, 1), blocks(0, 0, 0, 2, '{', '}'),
		{Command: "block", Payload: chain.EncodeBlock(chain.Block{Header: chain.Header{PreviousHash: w.Index.Tip().Block.Header.ThisHash}})},
		{Command: "tx", Payload: chain.EncodeTransaction(chain.Transaction{Receiver: "x", ReceiverValue: 5, Sender: chain.Coinbase})},
	} {
		require.ErrorIs(t, w.Receive(1, m), p2p.ErrPeer, "%s %.20x", m.Command, m.Payload)
	}
	for _, m := range []framing.Message{locator(64), locator(consensus.MaxLocator * 64), blocks(), {Command: "news"}} {
		require.NoError(t, w.Receive(1, m))
	}
	require.Empty(t, w.sent)
	require.NoError(t, w.Receive(1, framing.Message{Command: "ping", Payload: []byte("12345678")}))
	require.Equal(t, []framing.Message{{Command: "pong", Payload: []byte("12345678")}}, w.sent)
	require.NoError(t, w.Receive(9, framing.Message{Command: "block"}), "a peer that has left")

	w.sent = nil
	orphan := on(chain.Block{Header: chain.Header{Timestamp: 2000}}, 5, rules, 0)
	require.NoError(t, w.Receive(1, framing.Message{Command: "block", Payload: chain.EncodeBlock(orphan)}))
	require.Len(t, w.sent, 1)
	require.Equal(t, "getblocks", w.sent[0].Command)
	late := mined(w.Index, 0)
	late.Header.Timestamp = 5000 + rules.Ahead + 1
	for late.Header.ThisHash[0] = 0xff; late.Header.ThisHash[0] >= 0x7f; late.Header.Nonce++ {
		next := late.Header
		next.Nonce++
		late.Header.ThisHash = next.Hash()
	}
	require.NoError(t, w.Receive(1, framing.Message{Command: "block", Payload: chain.EncodeBlock(late)}), "it may be our clock")
	require.Equal(t, 0, w.Index.Height())
}

func TestCore_answer(t *testing.T) {
	w := &watched{Core: long(t, p2p.BatchMost+3)}
	w.Send = func(_ int, m framing.Message) { w.sent = append(w.sent, m) }
	w.Join(1, "peer")
	w.sent = nil
	h := func(n int) []byte { h := w.Index.At(n).Block.Header.ThisHash; return h[:] }
	ask := func(locator ...byte) (heights []int) {
		w.sent = nil
		require.NoError(t, w.Receive(1, framing.Message{Command: "getblocks", Payload: locator}))
		if len(w.sent) == 0 {
			return nil
		}
		require.Equal(t, "blocks", w.sent[0].Command)
		for b := w.sent[0].Payload; len(b) > 0; {
			n := int(binary.BigEndian.Uint32(b))
			block, err := chain.DecodeBlock(b[4 : 4+n])
			require.NoError(t, err)
			heights = append(heights, w.Index.Entry(block.Header.ThisHash).Height)
			b = b[4+n:]
		}
		require.LessOrEqual(t, len(w.sent[0].Payload), p2p.BatchSize+4*p2p.BatchMost)
		return heights
	}
	top := w.Index.Height()
	require.Equal(t, []int{top - 1, top}, ask(append(make([]byte, 64), h(top-2)...)...), "the second hash of the locator counts")
	require.Nil(t, ask(h(top)...))
	require.Len(t, ask(h(0)...), p2p.BatchMost)
}

// An answer ends before it is too large, and leaves no block out.
func TestCore_answer_size(t *testing.T) {
	c := long(t, 500)
	free := 0 // coinbases below it are spent or left alone
	for h := 501; h <= 535; h++ {
		var pays []chain.Transaction
		for len(pays) < 9 && h <= 530 {
			if free++; free%10 != 9 {
				pay, err := consensus.PaySigned(toycoin.Key(0), []chain.Token{c.Index.At(free).Block.Transactions[0].Payment()}, address(1), 7)
				require.NoError(t, err)
				pays = append(pays, pay)
			}
		}
		require.NoError(t, c.Mined(on(c.Index.Tip().Block, h, rulesRich, 0, pays...)))
	}
	var payload []byte
	c.Send = func(_ int, m framing.Message) {
		if m.Command == "blocks" {
			payload = m.Payload
		}
	}
	c.Join(1, "peer")
	last := c.Index.At(35).Block.Header.ThisHash
	require.NoError(t, c.Receive(1, framing.Message{Command: "getblocks", Payload: last[:]}))
	require.LessOrEqual(t, len(payload), p2p.BatchSize+4*p2p.BatchMost)
	require.Greater(t, len(payload), p2p.BatchSize*9/10)
	for len(payload) > 0 {
		n := int(binary.BigEndian.Uint32(payload))
		b, err := chain.DecodeBlock(payload[4 : 4+n])
		require.NoError(t, err)
		require.Equal(t, last, b.Header.PreviousHash)
		last, payload = b.Header.ThisHash, payload[4+n:]
	}
}

func TestCore_Restore(t *testing.T) {
	old := long(t, 12)
	var blocks []chain.Block
	for n := 1; n <= 12; n++ {
		blocks = append(blocks, old.Index.At(n).Block)
	}
	c := p2p.NewCore("again", rulesRich)
	c.Now = old.Now
	c.Restore(blocks[:11])
	require.Equal(t, 11, c.Index.Height())
	k := blocks[10].Transactions[0].Payment()
	pay, err := consensus.PaySigned(toycoin.Key(0), []chain.Token{k}, address(1), 7)
	require.NoError(t, err)
	require.NoError(t, c.Submit(pay))
	require.Len(t, c.Pool.Transactions(), 1, "the pool knows the ledger that was restored")
	c.Restore(blocks)
	require.Equal(t, 12, c.Index.Height())
	sent := 0
	c.Send = func(_ int, m framing.Message) {
		if m.Command == "tx" {
			sent++
		}
	}
	c.Join(1, "peer")
	c.Remind(1)
	require.Equal(t, 1, sent)
}
