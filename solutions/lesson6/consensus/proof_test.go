package consensus_test

//nodebook:limits timeout=45s

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson5/chain"
	"nodebook/solutions/lesson6/consensus"
)

func TestVerifyPayment(t *testing.T) {
	a := signedPair(t, 0, 1, 20, payment(coined(1, 0)))
	b := signedPair(t, 1, 2, 10, payment(coined(2, 1)))
	genesis := rules.GenesisBlock()
	blocks := []chain.Block{genesis}
	for h := 1; h <= 6; h++ {
		var txns []chain.Transaction
		if h == 4 {
			txns = []chain.Transaction{a.Transaction, b.Transaction}
		}
		blocks = append(blocks, on(blocks[h-1], h, h-1, txns...))
	}
	var headers []chain.Header
	for _, x := range blocks {
		headers = append(headers, x.Header)
	}
	leaves := []chain.Hash{}
	for _, x := range blocks[4].Transactions {
		leaves = append(leaves, leafOf(x))
	}
	proof := consensus.Proof{Transaction: a.Transaction, Height: 4, Path: steps(leaves, 1, true)}
	for _, n := range []int{0, 1, 3} {
		try := expect.Tried(t, "VerifyPayment of a payment in block 4 of 6, %d confirmations wanted", n).Why("blocks 4, 5 and 6 confirm it, and the path begins with the transaction's Leaf: its Hash is a name, which others can share")
		try.NoError(consensus.VerifyPayment(rules, headers, proof, n))
	}
	harder := append([]chain.Header{}, headers...)
	harder[6].Bits = 0x41007fff
	harder[6] = solved(chain.Block{Header: harder[6]}).Header
	try := expect.Tried(t, "VerifyPayment where the last header has the bits 0x41007fff, and the easiest are 0x407fffff")
	try.Why("the target of 0x41007fff is below that of 0x407fffff: TargetOf says what bits stand for, and targets are compared, not bits")
	try.NoError(consensus.VerifyPayment(rules, harder, proof, 1))
	with := func(f func(h []chain.Header, p *consensus.Proof)) ([]chain.Header, consensus.Proof) {
		h, p := append([]chain.Header{}, headers...), proof
		p.Path = append([]chain.Step{}, proof.Path...)
		f(h, &p)
		return h, p
	}
	for _, tt := range []struct {
		name string
		f    func(h []chain.Header, p *consensus.Proof)
		want error
		is   string
	}{
		{"another first header", func(h []chain.Header, p *consensus.Proof) { h[0].Timestamp++ }, chain.ErrLink, "chain.ErrLink"},
		{"a header that does not follow", func(h []chain.Header, p *consensus.Proof) { h[5] = on(blocks[3], 4, 3).Header }, chain.ErrLink, "chain.ErrLink"},
		{"a header whose nonce was changed", func(h []chain.Header, p *consensus.Proof) { h[6].Nonce++ }, chain.ErrHash, "chain.ErrHash"},
		{"a header without work", func(h []chain.Header, p *consensus.Proof) {
			for h[6].ThisHash[0] < 0x80 {
				h[6].Nonce++
				h[6].ThisHash = sum(fmt.Sprint(h[6].Timestamp), string(h[6].PreviousHash[:]), fmt.Sprint(h[6].Nonce), string(h[6].MerkleRoot[:]), fmt.Sprint(h[6].Bits))
			}
		}, chain.ErrWork, "chain.ErrWork"},
		{"a header below the payment's without work", func(h []chain.Header, p *consensus.Proof) {
			for i := 2; i <= 6; i++ {
				h[i].PreviousHash = h[i-1].ThisHash
				h[i] = solved(chain.Block{Header: h[i]}).Header
				for i == 2 && h[i].ThisHash[0] < 0x80 {
					h[i].Nonce++
					h[i].ThisHash = sum(fmt.Sprint(h[i].Timestamp), string(h[i].PreviousHash[:]), fmt.Sprint(h[i].Nonce), string(h[i].MerkleRoot[:]), fmt.Sprint(h[i].Bits))
				}
			}
		}, chain.ErrWork, "chain.ErrWork"},
		{"a header of block 1 without work", func(h []chain.Header, p *consensus.Proof) {
			for i := 1; i <= 6; i++ {
				h[i].PreviousHash = h[i-1].ThisHash
				h[i] = solved(chain.Block{Header: h[i]}).Header
				for i == 1 && h[i].ThisHash[0] < 0x80 {
					h[i].Nonce++
					h[i].ThisHash = sum(fmt.Sprint(h[i].Timestamp), string(h[i].PreviousHash[:]), fmt.Sprint(h[i].Nonce), string(h[i].MerkleRoot[:]), fmt.Sprint(h[i].Bits))
				}
			}
		}, chain.ErrWork, "chain.ErrWork"},
		{"a header with bits that are no target", func(h []chain.Header, p *consensus.Proof) {
			h[6].Bits = 0x40800000
			h[6] = solved(chain.Block{Header: h[6]}).Header
		}, consensus.ErrBits, "consensus.ErrBits"},
		{"a header easier than the easiest", func(h []chain.Header, p *consensus.Proof) {
			h[6].Bits = 0x4100ffff
			h[6] = solved(chain.Block{Header: h[6]}).Header
		}, consensus.ErrDifficulty, "consensus.ErrDifficulty"},
		{"a header in the middle easier than the easiest", func(h []chain.Header, p *consensus.Proof) {
			h[2].Bits = 0x4100ffff
			for i := 2; i <= 6; i++ {
				h[i].PreviousHash = h[i-1].ThisHash
				h[i] = solved(chain.Block{Header: h[i]}).Header
			}
		}, consensus.ErrDifficulty, "consensus.ErrDifficulty"},
		{"another payment of the same block", func(h []chain.Header, p *consensus.Proof) { p.Transaction = b.Transaction }, consensus.ErrProof, "consensus.ErrProof"},
		{"a payment of a coin more", func(h []chain.Header, p *consensus.Proof) { p.Transaction.ReceiverValue++ }, consensus.ErrProof, "consensus.ErrProof"},
		{"a digit moved from the value to the receiver, which leaves the transaction's Hash as it was", func(h []chain.Header, p *consensus.Proof) {
			p.Transaction.Receiver += "2" // and what is left of 20 is 0
			p.Transaction.ReceiverValue = 0
		}, consensus.ErrProof, "consensus.ErrProof"},
		{"another version, which leaves the transaction's Hash as it was", func(h []chain.Header, p *consensus.Proof) { p.Transaction.Version = 0 }, consensus.ErrProof, "consensus.ErrProof"},
		{"another block's height", func(h []chain.Header, p *consensus.Proof) { p.Height = 3 }, consensus.ErrProof, "consensus.ErrProof"},
		{"a height above the last header", func(h []chain.Header, p *consensus.Proof) { p.Height = 7 }, consensus.ErrProof, "consensus.ErrProof"},
		{"the largest int as height", func(h []chain.Header, p *consensus.Proof) { p.Height = math.MaxInt }, consensus.ErrProof, "consensus.ErrProof"},
		{"a height below 0", func(h []chain.Header, p *consensus.Proof) { p.Height = -1 }, consensus.ErrProof, "consensus.ErrProof"},
		{"a step of the path missing", func(h []chain.Header, p *consensus.Proof) { p.Path = p.Path[1:] }, consensus.ErrProof, "consensus.ErrProof"},
	} {
		h, p := with(tt.f)
		try := expect.Tried(t, "VerifyPayment with %s", tt.name).Why("a light client believes nothing that it has not hashed itself")
		try.Halts("p.Height is a stranger's number: compare it with the number of headers before it is added to anything or used as an index")
		try.ErrorIs(consensus.VerifyPayment(rules, h, p, 1), tt.want, tt.is)
	}
	expect.Tried(t, "VerifyPayment of a payment in block 4 of 6, 4 confirmations wanted").Why("the payment's own block is its first confirmation: blocks 4, 5 and 6 are three").ErrorIs(consensus.VerifyPayment(rules, headers, proof, 4), consensus.ErrProof, "consensus.ErrProof")
	none := consensus.VerifyPayment(rules, nil, proof, 1)
	if !errors.Is(none, consensus.ErrProof) { // there is no block 4 either
		expect.Tried(t, "VerifyPayment without headers").Why("without headers there is no block that could have the payment").ErrorIs(none, chain.ErrLink, "chain.ErrLink")
	}
	far := append([]chain.Header{}, headers[:4]...)
	expect.Tried(t, "VerifyPayment with the first 4 headers only").Why("headers 0 to 3 say nothing of block 4").ErrorIs(consensus.VerifyPayment(rules, far, proof, 0), consensus.ErrProof, "consensus.ErrProof")
}

func TestVerifyPayment_random(t *testing.T) {
	d := draw.From(t)
	pay := signedPair(t, 0, 1, 20, payment(coined(1, 0))).Transaction
	for range 12 {
		top := d.Between(3, 8)
		height := d.Between(2, top)
		n := d.Between(1, top-height+1)
		blocks := []chain.Block{rules.GenesisBlock()}
		headers := []chain.Header{blocks[0].Header}
		for h := 1; h <= top; h++ {
			var txns []chain.Transaction
			if h == height {
				txns = []chain.Transaction{pay}
			}
			blocks = append(blocks, later(d, on(blocks[h-1], h, h-1, txns...)))
			headers = append(headers, blocks[h].Header)
		}
		leaves := []chain.Hash{leafOf(blocks[height].Transactions[0]), leafOf(pay)}
		proof := consensus.Proof{Transaction: pay, Height: height, Path: steps(leaves, 1, true)}
		name, why, want, is := "", "the payment's own block is its first confirmation, and each block on top is one more", error(nil), ""
		switch bad := d.Between(1, top); d.IntN(6) {
		case 0:
			name, why, want, is = fmt.Sprintf(", with another nonce in header %d", bad), "a light client believes nothing that it has not hashed itself", chain.ErrHash, "chain.ErrHash"
			headers[bad].Nonce += 1 << 40
		case 1:
			name, why, want, is = ", with another value", "the path begins with the transaction's leaf, which covers all of it", consensus.ErrProof, "consensus.ErrProof"
			proof.Transaction.ReceiverValue += int64(d.Between(1, 1000))
		case 2:
			n = top - height + 1 + d.Between(1, 3)
			want, is = consensus.ErrProof, "consensus.ErrProof"
		}
		try := expect.Tried(t, "VerifyPayment of a payment in block %d of %d, %s wanted%s", height, top, expect.Count(n, "confirmation"), name).Why("%s", why)
		if want == nil {
			try.NoError(consensus.VerifyPayment(rules, headers, proof, n))
		} else {
			try.ErrorIs(consensus.VerifyPayment(rules, headers, proof, n), want, is)
		}
	}
}
