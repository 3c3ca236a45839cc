package swift_test

import (
	"math"
	"math/big"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson8/swift"
)

func TestSum_Plus(t *testing.T) {
	d := draw.From(t)
	most := uint64(math.MaxUint64)
	top := swift.Sum{most, most, most, most}
	for _, tt := range []struct {
		a, b swift.Sum
		why  string
	}{
		{swift.Sum{1}, swift.Sum{2}, "part 0 is the least significant"},
		{swift.Sum{most}, swift.Sum{1}, "what does not fit into a part goes into the next one"},
		{swift.Sum{most, most, most}, swift.Sum{1}, "a carry may go through several parts"},
		{swift.Sum{0, most, 7}, swift.Sum{0, 1, most}, "a part gets a carry and has one of its own"},
		{top, swift.Sum{1}, "what goes beyond 2^256 is dropped"},
		{top, top, "a part that is full, with a full one and a carry"},
		{drawSum(d), drawSum(d), ""},
		{drawSum(d), drawSum(d), ""},
	} {
		try := expect.Tried(t, "a.Plus(b), a = %s, b = %s", words(bigOf(tt.a)), words(bigOf(tt.b)))
		try.Why("%s", tt.why)
		try.Shows("a.Plus(b)", words(bigOf(tt.a.Plus(tt.b))), words(new(big.Int).Add(bigOf(tt.a), bigOf(tt.b))))
	}
}

func TestSum_Plus_minus(t *testing.T) {
	d := draw.From(t)
	most := uint64(math.MaxUint64)
	for _, tt := range []struct {
		a, b swift.Sum
		why  string
	}{
		{swift.Sum{5}, swift.Sum{3}, "part 0 is the least significant"},
		{swift.Sum{0, 1}, swift.Sum{1}, "a part that is too small borrows from the next one"},
		{swift.Sum{0, 0, 0, 1}, swift.Sum{1}, "a borrow may go through several parts"},
		{swift.Sum{}, swift.Sum{1}, "below 0 it goes on at 2^256 - 1: blocks come in any order, and a coin may be spent before it is made"},
		{swift.Sum{3, 7, 0, 1}, swift.Sum{4, 7, most}, "a part lends and borrows"},
		{drawSum(d), drawSum(d), ""},
		{drawSum(d), drawSum(d), ""},
	} {
		try := expect.Tried(t, "a.Minus(b), a = %s, b = %s", words(bigOf(tt.a)), words(bigOf(tt.b)))
		try.Why("%s", tt.why)
		n := new(big.Int).Sub(bigOf(tt.a), bigOf(tt.b))
		try.Shows("a.Minus(b)", words(bigOf(tt.a.Minus(tt.b))), words(n.Mod(n, limit)))
	}
}

func TestTerm(t *testing.T) {
	d := draw.From(t)
	for range 4 {
		salt, p := drawSalt(d), drawPoint(d)
		try := expect.Tried(t, "Term(%x, {%x, %d})", salt, p.TxID[:], p.Index)
		try.Why("salt, id and index (4 bytes, little endian) are hashed once, by SHA-256; the first byte of the hash counts least")
		try.Shows("Term", words(bigOf(swift.Term(salt, p))), words(term(salt, p)))
		other := p
		other.Index++
		try = expect.Tried(t, "Term of two outputs of one transaction")
		try.Why("they are two coins")
		try.True(swift.Term(salt, p) != swift.Term(salt, other), "the same number", "two numbers")
		try = expect.Tried(t, "Term of one coin with two salts")
		try.Why("without the salt, anybody could look for coins whose sum is that of others")
		try.True(swift.Term(salt, p) != swift.Term(drawSalt(d), p), "the same number", "two numbers")
	}
}
