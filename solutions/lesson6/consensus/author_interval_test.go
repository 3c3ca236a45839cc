package consensus_test

import (
	"math/big"
	"testing"

	"nodebook/fixtures/toycoin"
	"nodebook/solutions/lesson5/chain"
	"nodebook/solutions/lesson6/consensus"

	"github.com/stretchr/testify/require"
)

// A network whose hash rate changes: after a few windows blocks come at the
// wanted interval again, whether it has become faster or slower.
func TestRetarget_holds_the_interval(t *testing.T) {
	r := rules
	r.Window, r.Interval = 10, 10
	x := consensus.NewIndex(r)
	now := r.Genesis + 1_000_000 // the first miner comes late: the genesis block's time is no measure
	var times []int64
	mine := func(blocks int, rate int64) (average float64) {
		for range blocks {
			tip := x.Tip()
			b := chain.Block{Transactions: []chain.Transaction{coined(tip.Height+1, 0)}}
			b.Transactions[0].ReceiverValue = r.RewardAt(tip.Height + 1)
			b.Header = chain.Header{PreviousHash: tip.Block.Header.ThisHash, Bits: x.NextBits(tip), MerkleRoot: rootOf(b.Transactions)}
			target, err := consensus.TargetOf(b.Header.Bits)
			require.NoError(t, err)
			work := consensus.Work(target)
			now += new(big.Int).Div(work, big.NewInt(rate)).Int64()
			b.Header.Timestamp = now
			for b.Header.ThisHash = b.Header.Hash(); !b.Header.ThisHash.Solves(target); b.Header.ThisHash = b.Header.Hash() {
				b.Header.Nonce++
			}
			_, err = x.Add(b, now)
			require.NoError(t, err)
			times = append(times, now)
		}
		last := times[len(times)-31:]
		return float64(last[30]-last[0]) / 30
	}
	require.InDelta(t, 10, mine(80, 20), 2)
	require.InDelta(t, 10, mine(80, 160), 2)
	require.InDelta(t, 10, mine(80, 10), 2)
	require.NotEqual(t, r.Easiest, x.Tip().Block.Header.Bits)
}

// Blocks twice as fast as wanted: each window doubles the difficulty, at its first
// block and at no other. The genesis block's time counts for nothing.
func TestRetarget_heights(t *testing.T) {
	r := rules
	r.Window = 4
	x := consensus.NewIndex(r)
	now := r.Genesis + 999
	for height, want := range []uint32{0x407fffff, 0x407fffff, 0x407fffff, 0x407fffff, 0x403fffff, 0x403fffff, 0x403fffff, 0x403fffff, 0x401fffff, 0x401fffff} {
		if height == 0 {
			continue
		}
		tip := x.Tip()
		require.Equal(t, want, x.NextBits(tip), "height %d", height)
		if now += r.Interval / 2; height == 4 { // between two windows, and so of no account
			now += 4
		}
		b := chain.Block{Transactions: []chain.Transaction{coined(height, 0)}}
		b.Header = chain.Header{PreviousHash: tip.Block.Header.ThisHash, Bits: want, MerkleRoot: rootOf(b.Transactions), Timestamp: now}
		target, err := consensus.TargetOf(want)
		require.NoError(t, err)
		for b.Header.ThisHash = b.Header.Hash(); !b.Header.ThisHash.Solves(target); b.Header.ThisHash = b.Header.Hash() {
			b.Header.Nonce++
		}
		_, err = x.Add(b, now)
		require.NoError(t, err)
	}
}

func TestIndex_Switch_add(t *testing.T) {
	x, blocks := planted(t, 3)
	tip := blocks[3]
	next := on(tip, 4, 1)
	for _, tt := range []struct {
		name string
		f    func(b *chain.Block)
		now  int64
		want error
	}{
		{"known", func(b *chain.Block) { *b = tip }, 0, consensus.ErrDuplicate},
		{"orphan", func(b *chain.Block) { b.Header.PreviousHash[1] ^= 1 }, 0, consensus.ErrOrphan},
		{"difficulty", func(b *chain.Block) { b.Header.Bits++ }, 0, consensus.ErrDifficulty},
		{"too old", func(b *chain.Block) { b.Header.Timestamp = tip.Header.Timestamp - 1 }, 0, chain.ErrTimestamp},
		{"from the future", func(b *chain.Block) {}, next.Header.Timestamp - rules.Ahead - 1, consensus.ErrFuture},
		{"without work", func(b *chain.Block) { b.Header.ThisHash[9] ^= 1 }, 0, chain.ErrHash},
		{"empty", func(b *chain.Block) { b.Transactions = nil }, 0, chain.ErrEmpty},
	} {
		b := next
		tt.f(&b)
		if tt.now == 0 {
			tt.now = next.Header.Timestamp
		}
		_, err := x.Add(b, tt.now)
		require.ErrorIs(t, err, tt.want, tt.name)
		require.Equal(t, 3, x.Height())
	}
	same := on(tip, 4, 1)
	same.Header.Timestamp = tip.Header.Timestamp
	_, err := x.Add(solved(same), same.Header.Timestamp-rules.Ahead)
	require.NoError(t, err, "the same second, and just not too far ahead")
	require.Nil(t, x.At(-1))
	require.Nil(t, x.At(5))
	require.Equal(t, 5, x.Len())
	p, err := x.Prove(blocks[2].Transactions[0].Hash())
	require.NoError(t, err)
	require.NoError(t, consensus.VerifyPayment(rules, x.Headers(), p, 3))
	_, err = x.Prove(chain.Hash{})
	require.ErrorIs(t, err, chain.ErrMissing)
}

func TestVerifyPayment_second(t *testing.T) {
	x, blocks := planted(t, 3)
	pay, err := consensus.PaySigned(toycoin.Key(0), []chain.Token{blocks[1].Transactions[0].Payment()}, address(1), 7)
	require.NoError(t, err)
	_, err = add(x, on(blocks[3], 4, 1, pay))
	require.NoError(t, err)
	p, err := x.Prove(pay.Hash())
	require.NoError(t, err)
	require.Equal(t, 4, p.Height)
	require.NoError(t, consensus.VerifyPayment(rules, x.Headers(), p, 1))
}

func TestRetarget_window_of_one(t *testing.T) {
	r := rules
	r.Window = 1
	x := consensus.NewIndex(r)
	require.Equal(t, r.Easiest, x.NextBits(x.Tip()))
}

func TestRetarget_window_of_two(t *testing.T) {
	r := rules
	r.Window = 2
	x := consensus.NewIndex(r)
	for h := 1; h <= 3; h++ {
		b := on(x.Tip().Block, h, h)
		b.Header.Timestamp = r.Genesis // no time at all between them, nor since the genesis block, which does not count
		b = solved(b)
		_, err := x.Add(b, b.Header.Timestamp)
		require.NoError(t, err)
	}
	require.NotEqual(t, r.Easiest, x.NextBits(x.Tip()), "one gap is a measure")
}

func TestPay_signed(t *testing.T) {
	_, k := funded(t)
	for value, want := range map[int64]error{0: chain.ErrValue, -1: chain.ErrValue, 51: chain.ErrFunds, 50: nil, 1: nil} {
		x, err := consensus.PaySigned(toycoin.Key(0), k[:1], address(1), value)
		require.ErrorIs(t, err, want)
		if want == nil {
			require.NoError(t, consensus.CheckPayment(chain.Pair{Tokens: k[:1], Transaction: x}))
		}
	}
	_, err := consensus.PaySigned(toycoin.Key(0), k[:1], address(0), 1)
	require.ErrorIs(t, err, consensus.ErrSelf)
}
