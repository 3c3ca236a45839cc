package headers_test

import (
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson8/headers"
)

// heights calls Locator for a chain whose hashes say their height.
func heights(try *expect.Try, tip int) []int {
	outside := 0
	hashes := headers.Locator(tip, func(height int) block.Hash {
		if height < 0 || height > tip {
			outside++
		}
		return block.Hash{byte(height), byte(height >> 8), byte(height >> 16)}
	})
	try.Why("there is no block above the tip, and none below 0")
	try.Equal("calls of at for a height outside 0 to tip", outside, 0)
	var list []int
	for _, h := range hashes {
		list = append(list, int(h[0])|int(h[1])<<8|int(h[2])<<16)
	}
	return list
}

func TestLocator(t *testing.T) {
	d := draw.From(t)
	for _, tip := range []int{60, 0, 1, 9, 10, 11, 12, 14_131, d.Between(13, 1000), d.Between(1000, 1<<23)} {
		var want []int
		for at, step := tip, 1; at > 0; at -= step {
			if want = append(want, at); len(want) > 9 {
				step <<= 1
			}
		}
		want = append(want, 0)
		try := expect.Tried(t, "Locator(%d, at)", tip)
		got := heights(try, tip)
		try.Why("the peer looks for the first hash that it has: if the chains part near the tip, it is found exactly, far below roughly, and block 0 is always found")
		try.Shows("heights", expect.List(got), expect.List(want))
	}
}
