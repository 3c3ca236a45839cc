package consensus_test

// What the tests need and must not take from the learner: hashes, signatures and
// trees by another way than the exercises'.

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha512"
	"encoding/binary"
	"fmt"
	"math/bits"
	"strings"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/fixtures/toycoin"
	"nodebook/solutions/lesson5/chain"
	"nodebook/solutions/lesson6/consensus"
)

// These are errors of which no two can be true at the same time.
var _ = expect.Apart(map[string]error{
	"consensus.ErrOrphan":    consensus.ErrOrphan,
	"consensus.ErrDuplicate": consensus.ErrDuplicate,
	"consensus.ErrBranch":    consensus.ErrBranch,
	"consensus.ErrFull":      consensus.ErrFull,
	"chain.ErrMissing":       chain.ErrMissing,
	"chain.ErrSpent":         chain.ErrSpent,
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

func payment(t chain.Transaction) chain.Token {
	return chain.Token{Transaction: hashOf(t), Owner: t.Receiver, Value: t.ReceiverValue, Signature: t.ReceiverSignature}
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
		leaves = append(leaves, leafOf(t))
	}
	return root(leaves, true)
}

func hashes(d *draw.Source, n int) []chain.Hash {
	out := make([]chain.Hash, n)
	for i := range out {
		out[i] = chain.Hash(d.Bytes(chain.HashSize))
	}
	return out
}

// leafOf is a transaction's leaf: all of it in version 2.
func leafOf(t chain.Transaction) chain.Hash {
	var w bytes.Buffer
	binary.Write(&w, binary.BigEndian, int64(t.Version))
	w.Write(signing(t))
	for _, s := range [][]byte{t.ReceiverSignature, t.SenderSignature} {
		binary.Write(&w, binary.BigEndian, uint32(len(s)))
		w.Write(s)
	}
	h := chain.Hash(sha512.Sum512(w.Bytes()))
	h[0] ^= 0x80
	return h
}

// steps is the path of leaf i by hand.
func steps(h []chain.Hash, i int, alone bool) []chain.Step {
	n := len(h)
	if n == 1 {
		if alone {
			return []chain.Step{{Side: chain.Alone}}
		}
		return nil
	}
	half := 1
	for half*2 < n {
		half *= 2
	}
	if i < half {
		return append(steps(h[:half], i, false), chain.Step{Sibling: root(h[half:], n > 2), Side: chain.OnRight})
	}
	return append(steps(h[half:], i-half, n > 2), chain.Step{Sibling: root(h[:half], false), Side: chain.OnLeft})
}

func minted(to int, value int64) chain.Transaction {
	return chain.Transaction{Receiver: address(to), ReceiverValue: value, Sender: chain.Coinbase}
}
