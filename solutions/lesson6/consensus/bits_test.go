package consensus_test

import (
	"fmt"
	"math"
	"math/big"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson5/chain"
	"nodebook/solutions/lesson6/consensus"
)

// target is number * 256^(size-3), found by putting bytes in their places.
func target(size int, number uint32) chain.Target {
	var t chain.Target
	for i, b := range []byte{byte(number >> 16), byte(number >> 8), byte(number)} {
		if at := len(t) - size + i; at >= 0 && at < len(t) {
			t[at] = b
		}
	}
	return t
}

func TestTargetOf(t *testing.T) {
	d := draw.From(t)
	cases := [][2]uint32{{64, 0x7fffff}, {64, 0x8000}, {65, 0xffff}, {66, 0xff}, {3, 1}, {2, 0x100}, {1, 0x10000}, {1, 0x7fffff}, {4, 0x12}, {32, 0xffff}}
	for range 20 {
		cases = append(cases, [2]uint32{uint32(d.Between(3, 64)), uint32(d.Between(1, 0x7fffff))})
	}
	for _, c := range cases {
		try := expect.Tried(t, "TargetOf(%#08x): size %d, number %#x", c[0]<<24|c[1], c[0], c[1])
		try.Why("the target is number * 256^(size-3): the number's three bytes are the first of size bytes, at the target's low end")
		got, err := consensus.TargetOf(c[0]<<24 | c[1])
		try.NoError(err)
		want := target(int(c[0]), c[1])
		try.Bytes("target", got[:], want[:])
	}
}

func TestTargetOf_refuses(t *testing.T) {
	for _, tt := range []struct {
		bits uint32
		why  string
	}{
		{0, "the number is 0"}, {0x20000000, "the number is 0"}, {0x20800000, "the number's highest bit is Bitcoin's sign"}, {0x03ffffff, "the number's highest bit is Bitcoin's sign"},
		{0x00123456, "size 0 leaves nothing of the number"}, {0x01001234, "size 1 leaves nothing of the number"}, {0x0200000f, "size 2 leaves nothing of the number"},
		{0x41010000, "2^512 is above any hash"}, {0x42000100, "2^512 is above any hash"}, {0xff7fffff, "far above any hash"},
	} {
		try := expect.Tried(t, "TargetOf(%#08x)", tt.bits).Why("%s", tt.why).Halts("%s: look at the size before the number is shifted", tt.why)
		_, err := consensus.TargetOf(tt.bits)
		try.ErrorIs(err, consensus.ErrBits, "consensus.ErrBits")
	}
}

func TestBitsOf(t *testing.T) {
	for _, tt := range []struct {
		size   int
		number uint32
		want   uint32
	}{
		{64, 0x7fffff, 0x407fffff}, {32, 0xffff, 0x2000ffff}, {32, 0x12345, 0x20012345}, {3, 1, 0x01010000}, {3, 0x80, 0x02008000}, {3, 0x7f, 0x017f0000}, {3, 0x7fff, 0x027fff00}, {3, 0x8000, 0x03008000}, {64, 0x8000, 0x40008000},
	} {
		try := expect.Tried(t, "BitsOf of the target %#x * 256^%d", tt.number, tt.size-3).Why("the smallest size whose number has its highest bit free")
		try.Shows("bits", fmt.Sprintf("%#08x", consensus.BitsOf(target(tt.size, tt.number))), fmt.Sprintf("%#08x", tt.want))
	}
	try := expect.Tried(t, "BitsOf of the target 0").Why("0 has no smallest size; its bits are 0, which TargetOf refuses")
	try.Equal("", consensus.BitsOf(chain.Target{}), uint32(0))
}

func TestBitsOf_rounds(t *testing.T) {
	d := draw.From(t)
	for range 40 {
		var want chain.Target
		zeros := d.Between(0, 60)
		copy(want[zeros:], d.Bytes(64))
		want[zeros] |= 1
		try := expect.Tried(t, "BitsOf of a target with %d zero bytes, then %x...", zeros, want[zeros:zeros+4])
		bits := consensus.BitsOf(want)
		size, number := int(bits>>24), bits&0xffffff
		got := target(size, number)
		try.Why("the compact form is rounded down: a target may not become easier")
		try.True(number >= 0x8000 && number <= 0x7fffff, fmt.Sprintf("bits %#08x", bits), "a number from 0x8000 to 0x7fffff: the smallest size")
		try.True(string(got[:]) <= string(want[:]), fmt.Sprintf("bits %#08x: a higher target", bits), "a target at or below")
		next := target(size, number+1)
		try.True(number == 0x7fffff || string(next[:]) > string(want[:]), fmt.Sprintf("bits %#08x", bits), "the largest target at or below")
	}
}

// show writes a number so that it can be read: a power of two as one, a large one by
// its first digits and how many there are.
func show(n *big.Int) string {
	hex := n.Text(16)
	switch {
	case n.BitLen() <= 40:
		return n.String()
	case n.TrailingZeroBits() == uint(n.BitLen()-1):
		return fmt.Sprintf("2^%d", n.BitLen()-1)
	case len(hex) <= 20:
		return "0x" + hex
	}
	return fmt.Sprintf("0x%s... (%d hex digits)", hex[:16], len(hex))
}

func number(t chain.Target) *big.Int { return new(big.Int).SetBytes(t[:]) }

// work is how many hashes it takes, by the definition.
func work(t chain.Target) *big.Int {
	all := new(big.Int).Exp(big.NewInt(2), big.NewInt(512), nil)
	return all.Quo(all, new(big.Int).Add(number(t), big.NewInt(1)))
}

func TestWork_draws(t *testing.T) {
	d := draw.From(t)
	for range 60 {
		var x chain.Target
		zeros := d.Between(0, 63)
		copy(x[zeros:], d.Bytes(64))
		try := expect.Tried(t, "Work of the target with %d zero bytes, then %x...", zeros, x[zeros:min(64, zeros+4)])
		got, want := consensus.Work(x), work(x)
		try.Why("2^512 hashes there are, target+1 of them solve it")
		if got == nil {
			try.Fail("nil", show(want))
		}
		if got.Cmp(want) != 0 {
			off := new(big.Int).Sub(got, want)
			try.Fail(show(got)+", which is "+show(off.Abs(off))+" off", show(want)+", rounded down")
		}
	}
}

func TestWork_apart(t *testing.T) {
	try := expect.Tried(t, "Work of the target of one zero byte, then of the one of two; then the first result again")
	try.Why("a *big.Int points to a number: one that all results share is the last one's")
	got := consensus.Work(chain.ZeroBytes(1))
	consensus.Work(chain.ZeroBytes(2))
	if got == nil {
		try.Fail("nil", "256")
	}
	try.Equal("work", got.String(), "256")
}

func TestWork(t *testing.T) {
	for _, tt := range []struct {
		name string
		t    chain.Target
		want string
	}{
		{"that every hash solves", chain.ZeroBytes(0), "1"}, {"of one zero byte", chain.ZeroBytes(1), "256"}, {"of two zero bytes", chain.ZeroBytes(2), "65536"}, {"of 0x7fffff at the top", target(64, 0x7fffff), "2"},
		{"of 0x00ffff at the top", target(64, 0xffff), "256"}, {"of 0x012345 at the top", target(64, 0x12345), "225"}, {"of 63 zero bytes", chain.ZeroBytes(63), new(big.Int).Lsh(big.NewInt(1), 504).String()}, {"of 0", chain.Target{}, new(big.Int).Lsh(big.NewInt(1), 512).String()},
	} {
		try := expect.Tried(t, "Work of the target %s", tt.name).Why("2^512 hashes there are, target+1 of them solve it")
		got := consensus.Work(tt.t)
		if got == nil {
			try.Fail("nil", tt.want)
		}
		if got.String() != tt.want {
			want, _ := new(big.Int).SetString(tt.want, 10)
			try.Fail("work = "+show(got), "work = "+show(want))
		}
	}
}

func TestRetarget_draws(t *testing.T) {
	d := draw.From(t)
	easy := uint32(0x40008000)
	limit := number(target(0x40, 0x8000))
	for range 60 {
		bits := uint32(d.Between(4, 0x3f))<<24 | uint32(d.Between(0x8000, 0x7fffff))
		want := int64(d.Between(1, 2_000_000))
		spent := d.Int64N(6*want+6) - want/2
		next := number(target(int(bits>>24), bits&0xffffff))
		next.Mul(next, big.NewInt(max(1, want/4, min(4*want, spent))))
		next.Quo(next, big.NewInt(want))
		wanted := easy
		if next.Cmp(limit) <= 0 {
			wanted = compact(next)
		}
		try := expect.Tried(t, "Retarget(%#08x, %d, %d, %#08x)", bits, spent, want, easy)
		try.Why("the new target is the old one times spent / want, rounded down: with spent kept from want/4 to 4*want, and never above the easiest")
		try.Shows("bits", fmt.Sprintf("%#08x", consensus.Retarget(bits, spent, want, easy)), fmt.Sprintf("%#08x", wanted))
	}
}

// compact is the compact form of a target above 2^16, found digit by digit.
func compact(n *big.Int) uint32 {
	b := n.Bytes()
	if b[0] > 0x7f {
		b = append([]byte{0}, b...)
	}
	return uint32(len(b))<<24 | uint32(b[0])<<16 | uint32(b[1])<<8 | uint32(b[2])
}

func TestRetarget(t *testing.T) {
	easy := uint32(0x40008000)
	for _, tt := range []struct {
		name        string
		bits        uint32
		spent, want int64
		bitsWanted  uint32
		why         string
	}{
		{"the time that was wanted", 0x30123456, 100, 100, 0x30123456, "nothing changes"},
		{"twice the time", 0x30123456, 200, 100, 0x302468ac, "half as hard"},
		{"half the time", 0x30123456, 50, 100, 0x30091a2b, "twice as hard"},
		{"4 times the time", 0x30100000, 400, 100, 0x30400000, "a quarter as hard"},
		{"100 times the time", 0x30100000, 10_000, 100, 0x30400000, "at most 4 times easier at once"},
		{"a quarter of the time", 0x30100000, 25, 100, 0x30040000, "4 times as hard"},
		{"a hundredth of the time", 0x30100000, 1, 100, 0x30040000, "at most 4 times harder at once"},
		{"no time", 0x30100000, 0, 100, 0x30040000, "at most 4 times harder at once"},
		{"less than no time", 0x30100000, -50, 100, 0x30040000, "at most 4 times harder at once"},
		{"the longest time that an int64 can say", 0x30100000, math.MaxInt64, 100, 0x30400000, "at most 4 times easier at once: compare spent with 4 * want, since 4 * spent may wrap around"},
		{"the most negative time that an int64 can say", 0x30100000, math.MinInt64, 100, 0x30040000, "at most 4 times harder at once: compare spent with want / 4, since 4 * spent may wrap around"},
		{"twice the time at the easiest", easy, 200, 100, easy, "never easier than the easiest"},
		{"3 times the time near the easiest", 0x40004000, 300, 100, easy, "never easier than the easiest"},
		{"twice the time where the number overflows", 0x30700000, 200, 100, 0x3100e000, "the size grows with it"},
		{"three times the time", 0x30100000, 300, 100, 0x30300000, "a third as hard"},
		{"two thirds of the time", 0x30100000, 30, 45, 0x300aaaaa, "the new target is rounded down"},
		{"no time, where a quarter is no whole number", 0x30100000, 0, 45, 0x3003e93e, "45/4, rounded down, is 11: nodes that round otherwise part ways"},
		{"100 times the time, where a quarter is no whole number", 0x30100000, 4500, 45, 0x30400000, "at most 4 times easier at once"},
		{"no time, where a quarter is nothing", 0x30100000, 0, 3, 0x30055555, "3/4, rounded down, is 0, and then it is 1"},
		{"a quarter of the time at the hardest there is", 0x01010000, 25, 100, 0x01010000, "a target of 0 is none: nothing could solve it"},
		{"4 times the time at the hardest there is", 0x01010000, 400, 100, 0x01040000, "the smallest target is 1"},
	} {
		try := expect.Tried(t, "Retarget(%#08x, %d, %d, %#08x): %s", tt.bits, tt.spent, tt.want, easy, tt.name).Why("%s", tt.why)
		try.Shows("bits", fmt.Sprintf("%#08x", consensus.Retarget(tt.bits, tt.spent, tt.want, easy)), fmt.Sprintf("%#08x", tt.bitsWanted))
	}
}

func TestRetarget_long(t *testing.T) {
	easy := uint32(0x40008000)
	want := int64(1 << 29) // seconds: 4 times as many do not fit 32 bits
	for _, tt := range []struct {
		spent int64
		bits  uint32
	}{{want, 0x30123456}, {2 * want, 0x302468ac}, {100 * want, 0x3048d158}, {want / 2, 0x30091a2b}} {
		try := expect.Tried(t, "Retarget(0x30123456, %d, %d, %#08x)", tt.spent, want, easy)
		try.Why("a time is an int64: a window of 17 years is a long one, and still a window")
		try.Shows("bits", fmt.Sprintf("%#08x", consensus.Retarget(0x30123456, tt.spent, want, easy)), fmt.Sprintf("%#08x", tt.bits))
	}
}
