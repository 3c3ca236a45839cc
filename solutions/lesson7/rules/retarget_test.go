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

func TestBitsOf(t *testing.T) {
	d := draw.From(t)
	for _, tt := range []struct {
		target *big.Int
		bits   uint32
		why    string
	}{
		{big.NewInt(0), 0, "the target 0 has the bits 0"},
		{big.NewInt(0x12), 0x01120000, "one byte is the first of the number's three"},
		{big.NewInt(0x1234), 0x02123400, "two bytes are the first two of the number's three"},
		{big.NewInt(0x80), 0x02008000, "80 as the first byte would be a sign: the number gets a zero before it, and the size one more"},
		{big.NewInt(0x8000), 0x03008000, "80 as the first byte would be a sign: the number gets a zero before it, and the size one more"},
		{big.NewInt(0x123456), 0x03123456, "three bytes are the number"},
		{big.NewInt(0x92340000), 0x05009234, "92 as the first byte would be a sign: the number gets a zero before it, and the size one more"},
		{big.NewInt(0x12345678), 0x04123456, "what does not fit into three bytes is cut off"},
		{power(0xffff, 0x1d-3), 0x1d00ffff, "ff as the first byte would be a sign: the number gets a zero before it, and the size one more"},
		{new(big.Int).Sub(power(1, 28), big.NewInt(1)), 0x1d00ffff, "what does not fit into three bytes is cut off"},
		{power(0x7fffff, 0x20-3), 0x207fffff, "7f as the first byte leaves the sign bit free"},
	} {
		try := expect.Tried(t, "BitsOf(%#x)", tt.target).Why("%s", tt.why)
		was := new(big.Int).Set(tt.target)
		hexEqual(try, rules.BitsOf(tt.target), tt.bits)
		try.Why("target.Rsh(target, ...) writes into the caller's number: let a new one have the result")
		try.Shows("target afterwards", fmt.Sprintf("%#x", tt.target), fmt.Sprintf("%#x", was))
	}
	for range 6 {
		size, n := d.Between(4, 31), uint32(d.Between(0x8000, 0x7fffff))
		target := power(n, size-3)
		target.Add(target, big.NewInt(int64(d.IntN(256)))) // of the places that are cut off
		if size == 4 {
			target = power(n, 1)
		}
		try := expect.Tried(t, "BitsOf(%#x)", target).Why("size %d, number %06x", size, n)
		hexEqual(try, rules.BitsOf(target), uint32(size)<<24|n)
	}
}

func hexEqual(try *expect.Try, got, want uint32) {
	if got != want {
		try.Fail(fmt.Sprintf("%#08x", got), fmt.Sprintf("%#08x", want))
	}
}

// window returns a function over headers of which only those of one window's first
// and last block matter: their times, and the last one's bits. All others have
// times from which another result would follow.
func window(t *testing.T, tip int, first, last, bits uint32) func(int) block.Header {
	return func(height int) block.Header {
		t.Helper()
		if height < 0 || height > tip {
			expect.Tried(t, "NextBits(%d, at, p)", tip).Why("at knows the headers up to the tip, from 0 on").
				Fail(fmt.Sprintf("at(%d)", height), fmt.Sprintf("only heights of 0 to %d", tip))
		}
		switch height {
		case tip:
			return block.Header{Time: last, Bits: bits}
		case tip - 2015:
			return block.Header{Time: first, Bits: bits}
		}
		return block.Header{Time: first - 100_000, Bits: bits}
	}
}

func TestNextBits_real(t *testing.T) {
	for _, tt := range []struct {
		tip               int
		first, last, bits uint32
		want              uint32
		why               string
	}{
		{32_255, 1261130161, 1262152739, 0x1d00ffff, 0x1d00d86a, "the first change there was, at block 32,256 on 30 December 2009"},
		{68_543, 1279008237, 1279297671, 0x1c05a3f4, 0x1c0168fd, "2,015 blocks in three days: the target is divided by 4, not by more"},
		{46_367, 1263163443, 1269211443, 0x1c387f6f, 0x1d00e1fd, "a span of ten weeks counts as eight: the target is multiplied by 4, not by more"},
	} {
		try := expect.Tried(t, "NextBits(%d, at, Mainnet), where the window's blocks have the times %d to %d and bits %08x", tt.tip, tt.first, tt.last, tt.bits)
		try.Why("%s", tt.why)
		hexEqual(try, rules.NextBits(tt.tip, window(t, tt.tip, tt.first, tt.last, tt.bits), rules.Mainnet), tt.want)
	}
}

func TestNextBits(t *testing.T) {
	d := draw.From(t)
	const fortnight = 1_209_600
	for _, span := range []int{fortnight, d.Between(fortnight/4+1, fortnight-1), d.Between(fortnight+1, 4*fortnight-1), d.Between(400_000, 2_000_000), d.Between(0, fortnight/4), d.Between(-5_000, -1), d.Between(4*fortnight, 6*fortnight)} {
		tip := 2016*d.Between(1, 300) - 1
		first := uint32(d.Between(1_300_000_000, 1_500_000_000))
		bits := uint32(0x1b000000) | uint32(d.Between(0x100000, 0x7fffff))
		taken := max(fortnight/4, min(4*fortnight, span))
		target := power(bits&0x7fffff, 0x1b-3)
		target.Mul(target, big.NewInt(int64(taken))).Div(target, big.NewInt(fortnight))
		try := expect.Tried(t, "NextBits(%d, at, Mainnet), where the first and the last block of the window are %d seconds apart, and bits %08x", tip, span, bits)
		switch {
		case span < taken:
			try.Why("a span below 302,400 seconds counts as that, even a negative one")
		case span > taken:
			try.Why("a span above 4,838,400 seconds counts as that")
		default:
			try.Why("the window has 2,016 blocks, and 2,015 gaps between them: from block tip-2015 to the tip")
		}
		hexEqual(try, rules.NextBits(tip, window(t, tip, first, uint32(int(first)+span), bits), rules.Mainnet), compactOf(target))
	}
}

// compactOf is the compact form of a target of 4 bytes or more.
func compactOf(target *big.Int) uint32 {
	b := target.Bytes()
	if b[0]&0x80 != 0 {
		b = append([]byte{0}, b...)
	}
	return uint32(len(b))<<24 | uint32(b[0])<<16 | uint32(b[1])<<8 | uint32(b[2])
}

func TestNextBits_limit(t *testing.T) {
	d := draw.From(t)
	tip := 2016*d.Between(1, 9) - 1
	try := expect.Tried(t, "NextBits(%d, at, Mainnet), where a window of the easiest target took three weeks", tip)
	try.Why("no target is above the limit; that is why the first blocks all have 1d00ffff")
	hexEqual(try, rules.NextBits(tip, window(t, tip, 1_231_469_665, 1_231_469_665+1_814_400, 0x1d00ffff), rules.Mainnet), 0x1d00ffff)
	for _, tt := range []struct{ limit, want uint32 }{{0x1c123456, 0x1c123456}, {0x1c100000, 0x1c100000}, {0x1f00ffff, 0x1c180000}} {
		p := rules.Mainnet
		p.Limit = tt.limit
		try := expect.Tried(t, "NextBits(%d, at, p), where a window of the target 1c100000 took three weeks, and p.Limit is %08x", tip, tt.limit)
		try.Why("each network has its own limit: the target grows by half, but not above that of p.Limit")
		hexEqual(try, rules.NextBits(tip, window(t, tip, 1_231_469_665, 1_231_469_665+1_814_400, 0x1c100000), p), tt.want)
	}
}

func TestNextBits_between(t *testing.T) {
	d := draw.From(t)
	for _, tip := range []int{0, 2014, 2016, 2016*d.Between(2, 50) + d.Between(0, 2014)} {
		bits := uint32(0x1b000000) | uint32(d.Between(0x100000, 0x7fffff))
		at := func(height int) block.Header {
			if height < 0 || height > tip {
				expect.Tried(t, "NextBits(%d, at, Mainnet)", tip).Why("within a window only the tip matters").Fail(fmt.Sprintf("at(%d)", height), "at(tip)")
			}
			return block.Header{Time: uint32(1_300_000_000 + height), Bits: bits}
		}
		try := expect.Tried(t, "NextBits(%d, at, Mainnet), where the tip has the bits %08x", tip, bits)
		try.Why("block %d is not the first of a window: %d is not a multiple of 2,016", tip+1, tip+1)
		hexEqual(try, rules.NextBits(tip, at, rules.Mainnet), bits)
	}
}

func TestNextBits_regtest(t *testing.T) {
	d := draw.From(t)
	tip := 2016*d.Between(1, 9) - 1
	try := expect.Tried(t, "NextBits(%d, at, Regtest), where a window took two days", tip)
	try.Why("without Retarget the target is always the limit's")
	hexEqual(try, rules.NextBits(tip, window(t, tip, 1_500_000_000, 1_500_172_800, 0x207fffff), rules.Regtest), 0x207fffff)
}
