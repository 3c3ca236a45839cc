package rules_test

import (
	"slices"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson7/rules"
)

// headers have these times.
func headers(times ...uint32) []block.Header {
	var all []block.Header
	for _, t := range times {
		all = append(all, block.Header{Time: t})
	}
	return all
}

func drawTimes(d *draw.Source, n int) []uint32 {
	times := make([]uint32, n)
	for i := range times {
		times[i] = uint32(1_300_000_000 + 600*i + d.Between(0, 4_000))
	}
	return times
}

// medianOf is the median of the last 11 times.
func medianOf(times []uint32) int64 {
	last := slices.Clone(times[max(0, len(times)-11):])
	slices.Sort(last)
	return int64(last[len(last)/2])
}

func TestMedianTime(t *testing.T) {
	d := draw.From(t)
	for _, n := range []int{1, 2, 3, 4, 10, 11, 12, d.Between(13, 40)} {
		times := drawTimes(d, n)
		before := headers(times...)
		was := slices.Clone(before)
		try := expect.Tried(t, "MedianTime(before), where the headers have the times %d", times)
		switch {
		case n > 11:
			try.Why("only the last 11 count")
		case n < 11:
			try.Why("of fewer than 11, sorted, it is the one at index n/2 = %d", n/2)
		default:
			try.Why("sort the times; the median is the one in the middle")
		}
		try.Equal("", rules.MedianTime(before), medianOf(times))
		try.Why("sort a copy: the headers are the caller's, in the order of the chain")
		try.True(slices.Equal(before, was), "the headers in another order", "the headers as they were")
	}
	try := expect.Tried(t, "MedianTime(nil)").Why("there is no median of nothing")
	try.Equal("", rules.MedianTime(nil), int64(0))
}

func TestCheckTime(t *testing.T) {
	d := draw.From(t)
	for range 3 {
		times := drawTimes(d, d.Between(2, 30))
		times[len(times)-1] += 9_000 // the parent is ahead of its time
		median := medianOf(times)
		now := int64(times[len(times)-1])
		for _, tt := range []struct {
			name string
			time int64
			want error
			is   string
			why  string
		}{
			{"one second above the median, and before its parent", median + 1, nil, "", "clocks differ: a block may be older than its parent; of the first 14,132 blocks 108 are"},
			{"the median", median, rules.ErrTooOld, "ErrTooOld", "the time must be above the median, not equal to it"},
			{"below the median", median - int64(d.Between(1, 5_000)), rules.ErrTooOld, "ErrTooOld", "the median only grows, so a chain cannot go back in time"},
			{"two hours after now", now + 7_200, nil, "", "7,200 seconds ahead are allowed"},
			{"two hours and a second after now", now + 7_201, rules.ErrFuture, "ErrFuture", "a miner that is more than 7,200 seconds ahead has to wait"},
		} {
			try := expect.Tried(t, "CheckTime(h, before, %d), where the %d headers before have the times %d, and h %d, which is %s", now, len(times), times, tt.time, tt.name).Why("%s", tt.why)
			err := rules.CheckTime(block.Header{Time: uint32(tt.time)}, headers(times...), now)
			if tt.want == nil {
				try.NoError(err)
			} else {
				try.ErrorIs(err, tt.want, tt.is)
			}
		}
	}
}

func TestCheckTime_edges(t *testing.T) {
	d := draw.From(t)
	try := expect.Tried(t, "CheckTime(h, nil, %d), where h has the time 0", 1_231_006_505)
	try.Why("the first block has no median to be above")
	try.NoError(rules.CheckTime(block.Header{}, nil, 1_231_006_505))

	parent := drawTimes(d, 1)[0]
	try = expect.Tried(t, "CheckTime(h, before, %d), where the one header before has the time %d, and h has it too", parent, parent)
	try.Why("the median of one time is that time")
	try.ErrorIs(rules.CheckTime(block.Header{Time: uint32(parent)}, headers(parent), int64(parent)), rules.ErrTooOld, "ErrTooOld")

	late := uint32(1<<32 - 1)
	now := int64(late) + int64(d.Between(0, 1_000_000))
	try = expect.Tried(t, "CheckTime(h, before, %d), where h has the time %d", now, late)
	try.Why("in 2106 the 32 bits of the field end, but not those of now: compare as int64")
	try.NoError(rules.CheckTime(block.Header{Time: late}, headers(late-1), now))

	now = int64(late) - 100
	try = expect.Tried(t, "CheckTime(h, before, %d), where h has the time %d", now, late)
	try.Why("now + 7,200 has more than 32 bits: compare as int64")
	try.NoError(rules.CheckTime(block.Header{Time: late}, headers(late-1), now))
}

func TestCheckTime_real(t *testing.T) {
	var all []block.Header
	for height := range 60 {
		all = append(all, realBlock(t, height).Header)
	}
	for height := range all {
		try := expect.Tried(t, "CheckTime(h, before, now) of Bitcoin's block %d", height)
		try.Why("the real blocks follow the rule; some are older than their parents")
		try.NoError(rules.CheckTime(all[height], all[:height], 1_600_000_000))
	}
}
