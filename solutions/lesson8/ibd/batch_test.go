package ibd_test

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/fixtures/secp"
	"nodebook/solutions/lesson8/ibd"
)

// drawSecret draws a number that is below the order of the curve, and not 0.
func drawSecret(d *draw.Source) [32]byte {
	secret := [32]byte(d.Bytes(32))
	secret[0], secret[31] = secret[0]&0x7f, secret[31]|1
	return secret
}

// drawItems draws good signatures, each under another key.
func drawItems(d *draw.Source, n int) []ibd.Item {
	items := make([]ibd.Item, n)
	for i := range items {
		secret, hash := drawSecret(d), [32]byte(d.Bytes(32))
		items[i] = ibd.Item{Key: secp.PublicX(secret), Hash: hash, Sig: secp.SignSchnorr(secret, hash)}
	}
	return items
}

// numberOf is the number in a signature.
func numberOf(item ibd.Item) [32]byte { return [32]byte(item.Sig[32:]) }

// withS returns an item whose number is another.
func withS(item ibd.Item, s [32]byte) ibd.Item {
	copy(item.Sig[32:], s[:])
	return item
}

// factors draws the random bytes for n items, and returns the factors that they are.
func factors(d *draw.Source, n int) (random []byte, list [][32]byte) {
	for i := range n {
		a := [32]byte{31: 1}
		if i > 0 {
			copy(a[16:], d.Bytes(16))
			a[16] |= 1 // not 0
			random = append(random, a[16:]...)
		}
		list = append(list, a)
	}
	return random, list
}

// even returns a number whose product with the generator has the x that PublicX
// returns, and an even y.
func even(secret [32]byte) [32]byte {
	if secp.Public(secret)[0] == 3 {
		return secp.Negated(secret)
	}
	return secret
}

// challenge is e of an item.
func challenge(item ibd.Item) [32]byte {
	return secp.TaggedHash("BIP0340/challenge", item.Sig[:32], item.Key[:], item.Hash[:])
}

// notLifted draws a number that is the x of no point.
func notLifted(d *draw.Source) [32]byte {
	for {
		x := [32]byte(d.Bytes(32))
		if _, ok := secp.LiftX(x); !ok {
			return x
		}
	}
}

// goodItems is a number of items with good signatures, in words.
func goodItems(n int) string {
	if n == 1 {
		return "1 item with a good signature"
	}
	return fmt.Sprintf("%d items with good signatures", n)
}

func TestVerifyBatch(t *testing.T) {
	d := draw.From(t)
	for _, n := range []int{1, 2, 3, d.Between(4, 30), 1_024} {
		random, _ := factors(d, n)
		items, source := drawItems(d, n), bytes.NewReader(append(random, d.Bytes(32*n)...))
		try := expect.Tried(t, "VerifyBatch(items, random), %s; random has more bytes than it needs", goodItems(n))
		if n == 1 {
			try.Why("the factor of one item is 1, so this is sG = R + eP: look at the three parts of e, at the sign of the sum, and whether G is in it")
		} else {
			try.Why("one item was right, so look at the factors: s, R and eP of an item are multiplied by the same one")
		}
		was := slices.Clone(items)
		try.Equal("VerifyBatch", ibd.VerifyBatch(items, source), true)
		try.Why("if a batch is not good, the caller checks the same items one by one")
		try.True(slices.Equal(items, was), "other items afterwards", "the items as they were")
	}
	try := expect.Tried(t, "VerifyBatch(nil, random)")
	try.Why("without an item no signature is bad: both sides of the equation are zero")
	try.Equal("VerifyBatch", ibd.VerifyBatch(nil, bytes.NewReader(nil)), true)
}

func TestVerifyBatch_bad(t *testing.T) {
	d := draw.From(t)
	n := d.Between(3, 20)
	for _, at := range []int{0, d.Between(1, n-2), n - 1} {
		for _, tt := range []struct {
			what  string
			spoil func(*ibd.Item)
		}{
			{"another hash is signed", func(i *ibd.Item) { i.Hash[d.IntN(32)] ^= 1 << d.IntN(8) }},
			{"its s is another number", func(i *ibd.Item) { i.Sig[32+d.Between(1, 31)] ^= 1 << d.IntN(8) }},
			{"another key has signed", func(i *ibd.Item) { i.Key = secp.PublicX(drawSecret(d)) }},
			{"its R is another point", func(i *ibd.Item) { r := secp.PublicX(drawSecret(d)); copy(i.Sig[:], r[:]) }},
			{"its s is negated", func(i *ibd.Item) { *i = withS(*i, secp.Negated(numberOf(*i))) }},
		} {
			items := drawItems(d, n)
			tt.spoil(&items[at])
			random, _ := factors(d, n)
			try := expect.Tried(t, "VerifyBatch(items, random), %d items; item %d is bad: %s", n, at, tt.what)
			try.Why("one bad signature makes the sides of the equation differ")
			try.Equal("VerifyBatch", ibd.VerifyBatch(items, bytes.NewReader(random)), false)
		}
	}
}

// Errors that cancel each other, if the factors are not what they should be.
func TestVerifyBatch_cancel(t *testing.T) {
	d := draw.From(t)
	for range 3 {
		n := d.Between(4, 9)
		i, k := d.Between(1, n-2), n-1
		for _, pair := range [][2]int{{0, k}, {i, k}} {
			items := drawItems(d, n)
			off := drawSecret(d)
			a, b := pair[0], pair[1]
			items[a] = withS(items[a], secp.Plus(numberOf(items[a]), off))
			items[b] = withS(items[b], secp.Plus(numberOf(items[b]), secp.Negated(off)))
			random, _ := factors(d, n)
			try := expect.Tried(t, "VerifyBatch(items, random), %d items; the s of item %d is too large by a number, that of item %d too small by the same", n, a, b)
			try.Why("in a plain sum the two errors cancel: each item needs a factor by itself, which nobody can guess")
			try.Equal("VerifyBatch", ibd.VerifyBatch(items, bytes.NewReader(random)), false)
		}
	}
}

// What is read comes before tests that want true of just enough random bytes: a batch
// that reads more says false to them for another reason than theirs.
func TestVerifyBatch_reads(t *testing.T) {
	d := draw.From(t)
	for _, n := range []int{0, 1, 2, d.Between(3, 9)} {
		random, _ := factors(d, n)
		source := bytes.NewReader(append(random, d.Bytes(64)...))
		all := source.Len()
		try := expect.Tried(t, "VerifyBatch(items, random), %s; random has %d bytes", goodItems(n), all)
		ibd.VerifyBatch(drawItems(d, n), source)
		try.Why("the first factor is 1 and takes nothing from random; each other one takes 16 bytes")
		try.Equal("bytes read from random", all-source.Len(), len(random))
	}
	n := d.Between(3, 9)
	random, _ := factors(d, n)
	try := expect.Tried(t, "VerifyBatch(items, random), %d items with good signatures; random returns a few bytes at a time", n)
	try.Why("Read may return fewer bytes than you asked for; io.ReadFull keeps reading")
	try.Equal("VerifyBatch", ibd.VerifyBatch(drawItems(d, n), d.Fragments(random)), true)
}

// Factors that are known beforehand: errors are made to fit them.
func TestVerifyBatch_factors(t *testing.T) {
	d := draw.From(t)
	n := d.Between(4, 9)
	i, k := d.Between(1, n-2), n-1
	for _, pair := range [][2]int{{0, i}, {i, k}} {
		items := drawItems(d, n)
		random, a := factors(d, n)
		off, p, q := drawSecret(d), pair[0], pair[1]
		items[p] = withS(items[p], secp.Plus(numberOf(items[p]), secp.Times(a[q], off)))
		items[q] = withS(items[q], secp.Plus(numberOf(items[q]), secp.Negated(secp.Times(a[p], off))))
		try := expect.Tried(t, "VerifyBatch(items, random), %d items; those at %d and %d are bad in such a way that the errors cancel with these random bytes", n, p, q)
		try.Why("the factors are 1 and then 16 bytes of random each, the first the most significant: with them, the two sides are equal")
		try.Equal("VerifyBatch", ibd.VerifyBatch(items, bytes.NewReader(random)), true)
	}
}

// What is not there counts as nothing in a sum, and the rest can be made to fit.
func TestVerifyBatch_lift(t *testing.T) {
	d := draw.From(t)
	n := d.Between(3, 9)
	for _, at := range []int{0, d.Between(1, n-1)} {
		random, _ := factors(d, n)
		items := drawItems(d, n)
		// With an R that counts as nothing, s is e times the secret key.
		secret := drawSecret(d)
		item := ibd.Item{Key: secp.PublicX(secret), Hash: [32]byte(d.Bytes(32))}
		x := notLifted(d)
		copy(item.Sig[:], x[:])
		items[at] = withS(item, secp.Times(challenge(item), even(secret)))
		try := expect.Tried(t, "VerifyBatch(items, random), %d items; the signature of item %d starts with no x of a point", n, at)
		try.Why("half of all numbers are the x of no point: then there is no R, and the signature is bad")
		try.Equal("VerifyBatch", ibd.VerifyBatch(items, bytes.NewReader(random)), false)

		// With a key that counts as nothing, s is the secret number of R.
		items = drawItems(d, n)
		nonce := drawSecret(d)
		item = ibd.Item{Key: notLifted(d), Hash: [32]byte(d.Bytes(32))}
		x = secp.PublicX(nonce)
		copy(item.Sig[:], x[:])
		items[at] = withS(item, even(nonce))
		try = expect.Tried(t, "VerifyBatch(items, random), %d items; the key of item %d is no x of a point", n, at)
		try.Why("a key that is no point has signed nothing")
		try.Equal("VerifyBatch", ibd.VerifyBatch(items, bytes.NewReader(random)), false)
	}
}

// An s that is not below the order, in an equation that is true.
func TestVerifyBatch_order(t *testing.T) {
	d := draw.From(t)
	n := d.Between(3, 9)
	for _, at := range []int{0, d.Between(1, n-1)} {
		items := drawItems(d, n)
		random, a := factors(d, n)
		// The item at at gets a small s, another makes up for it, and then the
		// small s gets the order of the curve on top.
		small := [32]byte{31: byte(d.Between(0, 100))}
		off := secp.Plus(small, secp.Negated(numberOf(items[at])))
		other := (at + 1) % n
		if at == 0 {
			// items[0] changes by off, so item other changes by -off divided by its
			// factor: the factor is made 1.
			copy(random[16*(other-1):], make([]byte, 15))
			random[16*other-1] = 1
			a[other] = [32]byte{31: 1}
		} else {
			other = 0
		}
		items[other] = withS(items[other], secp.Plus(numberOf(items[other]), secp.Negated(secp.Times(a[at], off))))
		items[at] = withS(items[at], plain(secp.Negated([32]byte{31: 1}), byte(1+small[31])))
		try := expect.Tried(t, "VerifyBatch(items, random), %d items; the s of item %d is the order of the curve or a little more", n, at)
		try.Why("two numbers would stand for one s, and one signature would have two forms: BIP 340 allows the one below the order")
		try.Equal("VerifyBatch", ibd.VerifyBatch(items, bytes.NewReader(random)), false)
	}
}

// plain is a sum that is not reduced by the order.
func plain(n [32]byte, more byte) [32]byte {
	carry := int(more)
	for i := 31; i >= 0; i-- {
		carry += int(n[i])
		n[i] = byte(carry)
		carry >>= 8
	}
	return n
}

func TestVerifyBatch_random(t *testing.T) {
	d := draw.From(t)
	n := d.Between(3, 9)
	random, _ := factors(d, n)
	for _, have := range []int{0, d.Between(1, 15), len(random) - 16, len(random) - 1} {
		try := expect.Tried(t, "VerifyBatch(items, random), %d items with good signatures; random returns %s after %d bytes", n, expect.Error(io.EOF), have)
		try.Why("without random factors the answer is worth nothing, and false only costs time")
		try.Equal("VerifyBatch", ibd.VerifyBatch(drawItems(d, n), bytes.NewReader(random[:have])), false)
	}
	try := expect.Tried(t, "VerifyBatch(items, random), 1 item with a good signature; random has no byte")
	try.Why("the first factor is 1, and needs none")
	try.Equal("VerifyBatch", ibd.VerifyBatch(drawItems(d, 1), bytes.NewReader(nil)), true)

	at := d.Between(1, n-1)
	clear(random[16*(at-1) : 16*at])
	for _, which := range []string{"good", "bad"} {
		items := drawItems(d, n)
		if which == "bad" {
			items[at].Hash[0] ^= 1
		}
		try := expect.Tried(t, "VerifyBatch(items, random), %d items; random has 16 zeros for item %d, which is %s", n, at, which)
		try.Why("0 times anything is 0: nothing is known about this item")
		try.Equal("VerifyBatch", ibd.VerifyBatch(items, bytes.NewReader(random)), false)
	}
}

func TestVerifyBatch_either(t *testing.T) {
	d := draw.From(t)
	for range 12 {
		n := d.Between(1, 4)
		items := drawItems(d, n)
		random, _ := factors(d, n)
		bad, good := d.IntN(n), d.IntN(2) == 0
		name := ""
		if !good {
			name = fmt.Sprintf("; the hash of item %d is another than the one that was signed", bad)
			items[bad].Hash[d.IntN(32)] ^= 1 << d.IntN(8)
		}
		try := expect.Tried(t, "VerifyBatch(items, random), %d items%s", n, name)
		try.Why("the two sides of the equation are equal if all signatures are good, and one that is bad makes them differ")
		try.Equal("VerifyBatch", ibd.VerifyBatch(items, bytes.NewReader(random)), good)
	}
}
