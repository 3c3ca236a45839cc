package chain_test

// What the tests need and must not take from the learner: hashes, signatures and
// trees by another way than the exercises'.

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha512"
	"fmt"
	"math/bits"
	"strconv"
	"strings"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/fixtures/toycoin"
	"nodebook/solutions/lesson5/chain"
)

// These are errors of which no two can be true at the same time.
var _ = expect.Apart(map[string]error{
	"chain.ErrMissing":         chain.ErrMissing,
	"chain.ErrSpent":           chain.ErrSpent,
	"chain.ErrNoWorkers":       chain.ErrNoWorkers,
	"context.Canceled":         context.Canceled,
	"context.DeadlineExceeded": context.DeadlineExceeded,
})

func address(i int) chain.Address { return chain.Address(toycoin.Address(i)) }

func sum(parts ...string) chain.Hash { return sha512.Sum512([]byte(strings.Join(parts, ""))) }

func hashOf(t chain.Transaction) chain.Hash {
	return sum(joined(t.Previous), string(t.Receiver), fmt.Sprint(t.ReceiverValue), string(t.ReceiverSignature),
		string(t.Sender), fmt.Sprint(t.SenderChange), string(t.SenderSignature))
}

func joined(hashes []chain.Hash) string {
	s := ""
	for _, h := range hashes {
		s += string(h[:])
	}
	return s
}

func signed(t testing.TB, key int, message string) []byte {
	t.Helper()
	d := sha512.Sum512([]byte(message))
	sig, err := rsa.SignPSS(rand.Reader, toycoin.Key(key), crypto.SHA512, d[:], &rsa.PSSOptions{SaltLength: 190, Hash: crypto.SHA512})
	expect.Broken(t, err)
	return sig
}

// coin draws a token of an owner whose transaction nobody has seen.
func coin(d *draw.Source, owner int, value int64) chain.Token {
	return chain.Token{Transaction: chain.Hash(d.Bytes(chain.HashSize)), Owner: address(owner), Value: value, Signature: d.Bytes(256)}
}

// paid is a right payment from one key to another.
func paid(t testing.TB, from, to int, value int64, tokens ...chain.Token) chain.Pair {
	t.Helper()
	return resigned(t, from, unsigned(from, to, value, tokens...))
}

// unsigned is a payment that is right but for its signatures.
func unsigned(from, to int, value int64, tokens ...chain.Token) chain.Pair {
	x := chain.Transaction{Receiver: address(to), ReceiverValue: value, Sender: address(from), SenderChange: -value}
	for _, k := range tokens {
		x.Previous = append(x.Previous, k.Transaction)
		x.SenderChange += k.Value
	}
	return chain.Pair{Tokens: tokens, Transaction: x}
}

// resigned signs both outputs again, so that only what a test changed is wrong.
func resigned(t testing.TB, key int, p chain.Pair) chain.Pair {
	t.Helper()
	p.Transaction.ReceiverSignature = signed(t, key, joined(p.Transaction.Previous)+string(p.Transaction.Receiver))
	p.Transaction.SenderSignature = signed(t, key, joined(p.Transaction.Previous)+string(p.Transaction.Sender))
	return p
}

// coinbase is what chain.Coinbase has to be; a learner may have changed that.
var coinbase = func() chain.Address { h := sum("COINBASE"); return chain.Address(h[:]) }()

const maxTransactions = 10 // chain.MaxTransactions

func minted(to int, value int64) chain.Transaction {
	return chain.Transaction{Receiver: address(to), ReceiverValue: value, Sender: coinbase}
}

// zeroBytes is the target of hashes that start with n zero bytes.
func zeroBytes(n int) chain.Target {
	return chain.Target([]byte(strings.Repeat("\x00", n) + strings.Repeat("\xff", 64-n)))
}

// solves reports whether h is at or below the target, and asks nothing of package chain.
func solves(h chain.Hash, t chain.Target) bool { return string(h[:]) <= string(t[:]) }

// beginning is the previous hash of a chain's first block.
func beginning() chain.Hash { return sum("genesis") }

func payment(t chain.Transaction) chain.Token {
	return chain.Token{Transaction: hashOf(t), Owner: t.Receiver, Value: t.ReceiverValue, Signature: t.ReceiverSignature}
}

func change(t chain.Transaction) chain.Token {
	return chain.Token{Transaction: hashOf(t), Owner: t.Sender, Value: t.SenderChange, Signature: t.SenderSignature}
}

func label(prefix byte, parts ...chain.Label) chain.Label {
	b := []byte{}
	for _, p := range parts {
		b = append(b, p[:]...)
	}
	h := sha512.Sum512(b)
	return chain.Label(append([]byte{prefix}, h[:]...))
}

// root is the merkle root of leaves, found from the top down: the left child of
// the root of n leaves holds the greatest power of two below n.
func root(leaves []chain.Hash, alone bool) chain.Label {
	switch n := len(leaves); {
	case n == 1 && alone:
		return label(1, chain.Label(append([]byte{0}, leaves[0][:]...)))
	case n == 1:
		return chain.Label(append([]byte{0}, leaves[0][:]...))
	default:
		half := 1 << (bits.Len(uint(n-1)) - 1)
		return label(1, root(leaves[:half], false), root(leaves[half:], n > 2))
	}
}

func rootOf(txns []chain.Transaction) chain.Label {
	var leaves []chain.Hash
	for _, t := range txns {
		leaves = append(leaves, hashOf(t))
	}
	return root(leaves, true)
}

func headerHash(h chain.Header) chain.Hash {
	return sum(fmt.Sprint(h.Timestamp), string(h.PreviousHash[:]), fmt.Sprint(h.Nonce), string(h.MerkleRoot[:]))
}

// worked finds a nonce, one core, whose hash begins with so many zero bytes and
// not with one more.
func worked(h chain.Header, zeros int) chain.Header {
	before := fmt.Appendf(nil, "%d%s", h.Timestamp, h.PreviousHash[:])
	due := strings.Repeat("\x00", zeros)
	for h.Nonce++; ; h.Nonce++ {
		b := strconv.AppendUint(before, h.Nonce, 10) // as headerHash, a third of its time
		h.ThisHash = sha512.Sum512(append(b, h.MerkleRoot[:]...))
		if string(h.ThisHash[:zeros]) == due && h.ThisHash[zeros] != 0 {
			return h
		}
	}
}

// grown adds a block of transactions to blocks, with the work that is due.
func grown(blocks []chain.Block, at int64, txns ...chain.Transaction) []chain.Block {
	prev := beginning()
	if n := len(blocks); n > 0 {
		prev = blocks[n-1].Header.ThisHash
	}
	h := chain.Header{Timestamp: at, PreviousHash: prev, MerkleRoot: rootOf(txns)}
	due := 1
	if len(blocks) > 1 {
		due = bits.Len(uint(len(blocks)))
	}
	return append(blocks[:len(blocks):len(blocks)], chain.Block{Header: worked(h, due), Transactions: txns})
}

// vector is the chain that the other implementation made: three blocks.
func vector(t testing.TB, name string) []chain.Block {
	t.Helper()
	b, err := chain.DecodeBlocks(toycoin.File(name))
	expect.Tried(t, "setting up: DecodeBlocks of a chain that a toycoin node made").NoError(err)
	return b
}

func hashes(d *draw.Source, n int) []chain.Hash {
	out := make([]chain.Hash, n)
	for i := range out {
		out[i] = chain.Hash(d.Bytes(chain.HashSize))
	}
	return out
}
