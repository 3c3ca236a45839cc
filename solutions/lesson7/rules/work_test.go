package rules_test

import (
	"fmt"
	"math/big"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson7/rules"
)

func TestTargetOf(t *testing.T) {
	d := draw.From(t)
	all := []uint32{0x1d00ffff, 0x1b0404cb, 0x207fffff, 0x03000001, 0x0300ffff, 0x04123456, 0x2100ffff, 0x220000ff, 0x01120000, 0x01123456, 0x02123456, 0x0200ab00}
	for range 6 {
		all = append(all, uint32(d.Between(3, 32))<<24|uint32(d.Between(1, 0x7fffff)))
	}
	for _, bits := range all {
		try := expect.Tried(t, "TargetOf(%#08x)", bits)
		try.Why("size %d, number %#x: the target is the number with %d bytes after it (before the number's end, if that is negative)", bits>>24, bits&0xffffff, int(bits>>24)-3)
		got, err := rules.TargetOf(bits)
		try.NoError(err)
		wantNumber(try, got, power(bits&0x7fffff, int(bits>>24)-3))
	}
}

func wantNumber(try *expect.Try, got, want *big.Int) {
	if got == nil || got.Cmp(want) != 0 {
		try.Fail(fmt.Sprintf("%x", got), fmt.Sprintf("%x", want))
	}
}

func TestTargetOf_bad(t *testing.T) {
	d := draw.From(t)
	for _, tt := range []struct {
		bits uint32
		why  string
	}{
		{0x1d800001, "the top bit of the number is a sign, and no hash is negative"},
		{uint32(d.Between(3, 32))<<24 | 0x800000 | uint32(d.Between(1, 0x7fffff)), "the top bit of the number is a sign, and no hash is negative"},
		{0, "no hash is below 0"},
		{uint32(d.Between(0, 34)) << 24, "a target of 0 would be met by no hash but 0"},
		{0x01001234, "of a number with 3 bytes, a size of 1 leaves the first: 0"},
		{0x2101ffff, "the target would have more than 256 bits"},
		{0x220001ff, "the target would have more than 256 bits"},
		{0x23000001, "the target would have more than 256 bits"},
		{0xff000000 | uint32(d.Between(1, 0x7fffff)), "the target would have more than 256 bits"},
	} {
		try := expect.Tried(t, "TargetOf(%#08x)", tt.bits).Why("%s", tt.why)
		_, err := rules.TargetOf(tt.bits)
		try.ErrorIs(err, rules.ErrBits, "ErrBits")
	}
}

func TestWork(t *testing.T) {
	d := draw.From(t)
	for _, target := range []*big.Int{power(0xffff, 0x1d-3), easiest, big.NewInt(1), big.NewInt(int64(d.Between(2, 1<<40))), power(uint32(d.Between(1, 1<<30)), d.Between(1, 28))} {
		try := expect.Tried(t, "Work(%#x)", target)
		try.Why("one hash in 2^256 / (target + 1) is not above the target")
		// The quotient by another way: 2^256 - 1 - target, divided, plus 1 (Bitcoin Core's).
		all := new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 256), big.NewInt(1))
		want := new(big.Int).Div(all.Sub(all, target), new(big.Int).Add(target, big.NewInt(1)))
		was := new(big.Int).Set(target)
		wantNumber(try, rules.Work(target), want.Add(want, big.NewInt(1)))
		try.Why("target.Add(target, ...) writes the sum into the caller's number: let a new one have it")
		try.Shows("target afterwards", fmt.Sprintf("%#x", target), fmt.Sprintf("%#x", was))
	}
}

func TestCheckWork_real(t *testing.T) {
	d := draw.From(t)
	for _, height := range []int{0, 170, d.Between(1, 14_000)} {
		h := realBlock(t, height).Header
		try := expect.Tried(t, "CheckWork(h, Mainnet), where h is the header of Bitcoin's block %d", height)
		try.Why("the hash, read from its last byte to its first, is below the target")
		try.NoError(rules.CheckWork(h, rules.Mainnet))
		h.Nonce += uint32(d.Between(1, 1000))
		try = expect.Tried(t, "CheckWork(h, Mainnet), where h is the header of Bitcoin's block %d with another nonce", height)
		try.Why("another nonce, another hash: the work is gone")
		try.ErrorIs(rules.CheckWork(h, rules.Mainnet), rules.ErrWork, "ErrWork")
	}
}

func TestCheckWork_mined(t *testing.T) {
	d := draw.From(t)
	for _, bits := range []uint32{0x207fffff, 0x2000ffff, 0x20123456, 0x1f7fffff, 0x21007fff} {
		target := power(bits&0x7fffff, int(bits>>24)-3)
		for _, good := range []bool{true, false} {
			h := block.Header{Version: 1, Previous: drawHash(d), Merkle: drawHash(d), Time: d.Uint32(), Bits: bits}
			h = mined(h, target, good)
			try := expect.Tried(t, "CheckWork(h, p), where h.Bits is %08x, the limit 207fffff, and the hash %s", bits, sha2(bytesOfHeader(h)))
			err := rules.CheckWork(h, plain)
			if good {
				try.Why("the hash is not above %x", target)
				if bits > plain.Limit {
					try.Why("the target %x is below that of 207fffff, although the bits are a higher number: compare targets", target)
				}
				try.NoError(err)
			} else {
				try.Why("the hash is above %x", target)
				try.ErrorIs(err, rules.ErrWork, "ErrWork")
			}
		}
	}
}

// The hash decides by its last bytes; drawn hashes near the target.
func TestCheckWork_near(t *testing.T) {
	d := draw.From(t)
	for range 12 {
		h := block.Header{Version: 1, Previous: drawHash(d), Merkle: drawHash(d), Time: d.Uint32()}
		bits := uint32(0x20000000) | uint32(d.Between(0x100000, 0x7fffff))
		h.Bits = bits
		good := number(h).Cmp(power(bits&0x7fffff, 0x20-3)) <= 0
		try := expect.Tried(t, "CheckWork(h, p), where h.Bits is %08x, and the hash %s", bits, sha2(bytesOfHeader(h)))
		try.Why("the hash is a number of 256 bits; compare all of it")
		err := rules.CheckWork(h, plain)
		if good {
			try.NoError(err)
		} else {
			try.ErrorIs(err, rules.ErrWork, "ErrWork")
		}
	}
}

func TestCheckWork_bits(t *testing.T) {
	d := draw.From(t)
	for _, tt := range []struct {
		bits  uint32
		limit uint32
		why   string
	}{
		{0x207fffff, 0x1d00ffff, "a header that names an easier target than the network's easiest has too little work, whatever its hash"},
		{0x1d010000, 0x1d00ffff, "one more than the limit is above it"},
		{0x1e00ffff, 0x1d00ffff, "the target is above the limit"},
		{0x2000ffff | 0x800000, 0x207fffff, "the sign bit makes it no target"},
		{0, 0x207fffff, "0 is not a target"},
		{0x23000001, 0x207fffff, "more than 256 bits are not a target"},
	} {
		h := block.Header{Version: 1, Previous: drawHash(d), Bits: tt.bits}
		if tt.bits == 0x207fffff {
			h = mined(h, easiest, true)
		}
		p := plain
		p.Limit = tt.limit
		try := expect.Tried(t, "CheckWork(h, p), where h.Bits is %08x and p.Limit %08x", tt.bits, tt.limit).Why("%s", tt.why)
		try.ErrorIs(rules.CheckWork(h, p), rules.ErrBits, "ErrBits")
	}
}
