package picture

import (
	"fmt"
	"strings"

	"nodebook/fixtures/chain"
)

// The wire of the progress that is drawn: bytes a second, and how many blocks go over
// it. A bit more than half of them come before the largest block of the chain.
const (
	progressRate   = 3_000
	progressBlocks = 100
	progressBefore = 55
)

// progress is the blocks and the bytes that are here, over a wire that never rests.
func progress() Picture {
	all := chain.All()
	largest := 0
	for height, raw := range all {
		if len(raw) > len(all[largest]) {
			largest = height
		}
	}
	first := largest - progressBefore
	blocks, total := all[first:first+progressBlocks], 0
	for _, raw := range blocks {
		total += len(raw)
	}
	const left, right, top, bottom = 58.0, 396.0, 64.0, 254.0
	x := func(bytes int) float64 { return left + (right-left)*float64(bytes)/float64(total) }
	y := func(share float64) float64 { return bottom - (bottom-top)*share }
	c := newCanvas(330)
	c.text(18, 26, "bold", "%d blocks, %s bytes, %s bytes a second", len(blocks), count(total), count(progressRate))
	for _, percent := range []int{0, 50, 100} {
		c.line(left, y(float64(percent)/100), right, y(float64(percent)/100), "rule")
		c.text(left-8, y(float64(percent)/100)+4.8, "small quiet end", "%d%%", percent)
	}
	seconds := float64(total) / progressRate
	for s := 0; float64(s) < seconds; s += 2 {
		c.text(x(s*progressRate), bottom+20, "small quiet mid", "%d s", s)
	}
	var line strings.Builder
	here := 0
	fmt.Fprintf(&line, "M%s %s", num(x(0)), num(y(0)))
	for i, raw := range blocks {
		here += len(raw)
		fmt.Fprintf(&line, "L%s %s", num(x(here)), num(y(float64(i)/progressBlocks))) // it counts when it is whole
		fmt.Fprintf(&line, "L%s %s", num(x(here)), num(y(float64(i+1)/progressBlocks)))
	}
	c.line(x(0), y(0), x(total), y(1), "l2 thick dash")
	c.path("l1 thick", "%s", line.String())
	middle := 0
	for _, raw := range blocks[:progressBefore] {
		middle += len(raw)
	}
	middle += len(all[largest]) / 2
	c.text(x(middle)-8, y(.55)-26, "small end", "block %s:", count(largest))
	c.text(x(middle)-8, y(.55)-9, "small end", "%s bytes", count(len(all[largest])))
	c.line(left, 308, left+26, 308, "l1 thick")
	c.text(left+34, 312, "small", "blocks")
	c.line(left+120, 308, left+146, 308, "l2 thick dash")
	c.text(left+154, 312, "small", "bytes")
	return Picture{Lesson: "lesson8", Name: "progress", Title: "Equal blocks, unequal bytes",
		Desc: fmt.Sprintf("Two lines over the %.1f seconds in which blocks %s to %s come over a wire of %s bytes a second. The share of bytes rises evenly. "+
			"The share of blocks rises faster at first, then stands still while block %s comes, which has %s bytes, as many as %d others.",
			seconds, count(first), count(first+progressBlocks-1), count(progressRate), count(largest), count(len(all[largest])), len(all[largest])/len(all[largest-1])), canvas: c}
}
