package p2p_test

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha512"
	"os"
	"path/filepath"
	"testing"
	"time"

	"nodebook/fixtures/toycoin"
	"nodebook/solutions/lesson1/framing"
	"nodebook/solutions/lesson5/chain"
	"nodebook/solutions/lesson6/consensus"
	"nodebook/solutions/lesson6/p2p"

	"github.com/stretchr/testify/require"
)

// long is a core with n blocks, every tenth of them with a payment.
func long(t testing.TB, n int) *p2p.Core {
	c := p2p.NewCore("long", rulesRich)
	c.Now = func() time.Time { return time.Unix(1_000_000, 0) }
	for h := 1; h <= n; h++ {
		if h%10 == 0 {
			k := c.Index.At(h - 1).Block.Transactions[0].Payment()
			pay, err := consensus.PaySigned(toycoin.Key(0), []chain.Token{k}, address(1), 7)
			require.NoError(t, err)
			require.NoError(t, c.Submit(pay))
		}
		b := c.Template(address(0))
		require.NoError(t, c.Mined(on(c.Index.Tip().Block, h, rulesRich, 0, b.Transactions[1:]...)))
	}
	return c
}

func TestCore_late_joiner(t *testing.T) {
	const blocks = 2_000
	old := long(t, blocks)
	size := 0
	for h := 1; h <= blocks; h++ {
		size += len(chain.EncodeBlock(old.Index.At(h).Block))
	}
	young := p2p.NewCore("young", rulesRich)
	young.Now = old.Now
	sent := 0
	var wire []func()
	carry := func(to *p2p.Core) func(int, framing.Message) {
		return func(_ int, m framing.Message) {
			sent += framing.HeaderSize + len(m.Payload)
			wire = append(wire, func() { require.NoError(t, to.Receive(0, m)) })
		}
	}
	old.Send, young.Send = carry(young), carry(old)
	old.Join(0, "young")
	young.Join(0, "old")
	for len(wire) > 0 {
		next := wire[0]
		wire = wire[1:]
		next()
	}
	require.Equal(t, blocks, young.Index.Height())
	require.Equal(t, old.Index.Ledger.Total(), young.Index.Ledger.Total())
	ratio := float64(sent) / float64(size)
	t.Logf("%d blocks of %d bytes together, %d bytes sent both ways: %.3f times", blocks, size, sent, ratio)
	require.Less(t, ratio, 1.1)
}

func TestOpenStore_killed(t *testing.T) {
	old := long(t, 3)
	name := filepath.Join(t.TempDir(), "blocks")
	s, _, err := p2p.OpenStore(name)
	require.NoError(t, err)
	ends := []int64{0}
	for h := 1; h <= 3; h++ {
		require.NoError(t, s.Save(old.Index.At(h).Block))
		info, err := os.Stat(name)
		require.NoError(t, err)
		ends = append(ends, info.Size())
	}
	require.NoError(t, s.Close())
	whole, err := os.ReadFile(name)
	require.NoError(t, err)
	for n := int64(0); n <= ends[3]; n += 7 {
		require.NoError(t, os.WriteFile(name, whole[:n], 0o600))
		s, blocks, err := p2p.OpenStore(name)
		require.NoError(t, err)
		k := len(blocks)
		info, err := os.Stat(name)
		require.NoError(t, err)
		require.Equal(t, ends[k], info.Size(), "what is after the last whole block is cut off")
		require.True(t, ends[k] <= n && (k == 3 || n < ends[k+1]), "killed at byte %d: %d blocks", n, k)
		if k < 3 { // it goes on from there
			require.NoError(t, s.Save(old.Index.At(k+1).Block))
		}
		require.NoError(t, s.Close())
		again, blocks, err := p2p.OpenStore(name)
		require.NoError(t, err)
		require.Len(t, blocks, min(3, k+1))
		require.NoError(t, again.Close())
		fresh := p2p.NewCore("fresh", rulesRich)
		fresh.Now = old.Now
		fresh.Restore(blocks)
		require.Equal(t, len(blocks), fresh.Index.Height())
	}
}

// BenchmarkConnect sets the validation of a chain of 10,000 payments beside the
// RSA verifications that it takes, both on one core:
//
//	go test ./solutions/lesson6/p2p -run xxx -bench Connect -benchtime 3x
func BenchmarkConnect(b *testing.B) {
	const payments = 10_000
	x := consensus.NewIndex(rulesRich)
	add := func(blk chain.Block) {
		if _, err := x.Add(blk, 1_000_000); err != nil {
			b.Fatal(err)
		}
	}
	var blocks []chain.Block
	var last []chain.Token
	for h, done := 1, 0; done < payments; h++ {
		var txns []chain.Transaction
		for i := range last {
			t, err := consensus.PaySigned(toycoin.Key(0), last[i:i+1], address(1), 1)
			if err != nil {
				b.Fatal(err)
			}
			last[i] = t.Change()
			txns = append(txns, t)
			done++
		}
		blk := on(x.Tip().Block, h, rulesRich, 0, txns...)
		if len(last) < chain.MaxTransactions-1 {
			last = append(last, blk.Transactions[0].Payment())
		}
		add(blk)
		blocks = append(blocks, blk)
	}
	pub := &toycoin.Key(0).PublicKey
	for b.Loop() {
		fresh := consensus.NewIndex(rulesRich)
		var whole, bound time.Duration
		for _, blk := range blocks { // in turns, so that a busy machine slows both
			start := time.Now()
			if _, err := fresh.Add(blk, 1_000_000); err != nil {
				b.Fatal(err)
			}
			added := time.Now()
			for _, t := range blk.Transactions[1:] {
				d := sha512.Sum512(consensus.SigningBytes(t))
				if rsa.VerifyPSS(pub, crypto.SHA512, d[:], t.SenderSignature, nil) != nil {
					b.Fatal("a wrong signature")
				}
			}
			whole, bound = whole+added.Sub(start), bound+time.Since(added)
		}
		b.ReportMetric(payments/whole.Seconds(), "payments/s")
		b.ReportMetric(payments/bound.Seconds(), "verifications/s")
		b.ReportMetric(float64(whole)/float64(bound), "times-RSA-alone")
	}
}

var rulesRich = consensus.Rules{Genesis: 1000, Easiest: 0x407fffff, Interval: 10, Window: 100_000, Reward: 1_000_000, Halving: 100_000, Ahead: 120}
