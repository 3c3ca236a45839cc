package version_test

import (
	"math"
	"testing"
	"time"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson2/version"
)

var timestampReader = reader{
	call:  "ReadTimestamp(c)",
	form:  "8 bytes, little endian: seconds since 1970, in which a time before that is negative",
	parts: []expect.Field{{Name: "timestamp", Size: 8}},
	read: func(c *version.Cursor) (any, error) {
		at, err := version.ReadTimestamp(c)
		return at.Unix(), err
	},
}

func TestReadTimestamp(t *testing.T) {
	d := draw.From(t)
	for _, n := range []int64{int64(d.Between(1_231_006_505, 1_900_000_000)), 0, 1 << 32, int64(d.Between(1<<33, 1<<40))} {
		timestampReader.takes(t, d, le64(uint64(n)), n)
	}
}

func TestReadTimestamp_signed(t *testing.T) {
	d := draw.From(t)
	n := int64(-d.Between(1, 1<<40))
	timestampReader.takes(t, d, le64(uint64(n)), n)
}

func TestReadTimestamp_UTC(t *testing.T) {
	n := int64(draw.From(t).Between(1_231_006_505, 1_900_000_000))
	try := expect.Tried(t, "ReadTimestamp(c), and then Location() of the time, for %d seconds", n)
	try.Why("the same message must read the same on every machine, whatever its time zone")
	at, err := version.ReadTimestamp(version.NewCursor(le64(uint64(n))))
	try.NoError(err)
	try.Equal("", zone(at), "UTC")
}

func TestReadTimestamp_cut(t *testing.T) {
	timestampReader.cut(t, le64(uint64(draw.From(t).Between(1, 1<<40))))
}

func TestIsRecent(t *testing.T) {
	d := draw.From(t)
	now := time.Unix(int64(d.Between(1_300_000_000, 1_900_000_000)), 0).UTC()
	for _, tt := range []struct {
		how  string
		away time.Duration
		want bool
	}{
		{"now itself", 0, true},
		{"a minute before now", -time.Minute, true},
		{"a minute after now", time.Minute, true},
		{"a random time less than an hour before now", -time.Duration(d.Between(1, 3599)) * time.Second, true},
		{"a random time less than an hour after now", time.Duration(d.Between(1, 3599)) * time.Second, true},
		{"59 minutes and 59 seconds before now", time.Second - time.Hour, true},
		{"59 minutes and 59 seconds after now", time.Hour - time.Second, true},
		{"an hour before now, to the second", -time.Hour, false},
		{"an hour after now, to the second", time.Hour, false},
		{"a random time of some days before now", -time.Duration(d.Between(2, 500)) * time.Hour, false},
		{"a random time of some days after now", time.Duration(d.Between(2, 500)) * time.Hour, false},
	} {
		try := expect.Tried(t, "IsRecent(t, now), where t is %s", tt.how)
		try.Why("less than an hour away from now, to either side; now is the argument, not this machine's clock")
		try.Equal("", version.IsRecent(now.Add(tt.away), now), tt.want)
	}
}

func TestIsRecent_fractions(t *testing.T) {
	d := draw.From(t)
	now := time.Unix(int64(d.Between(1_300_000_000, 1_900_000_000)), int64(d.Between(1, 999_999_998))).UTC()
	for _, tt := range []struct {
		how  string
		away time.Duration
		want bool
	}{
		{"an hour less a nanosecond before now", 1 - time.Hour, true},
		{"an hour less a nanosecond after now", time.Hour - 1, true},
		{"an hour before now", -time.Hour, false},
		{"an hour after now", time.Hour, false},
	} {
		try := expect.Tried(t, "IsRecent(t, now), where now is %d ns behind a whole second and t is %s", now.Nanosecond(), tt.how)
		try.Why("less than an hour is meant to the nanosecond; if you compare whole seconds, as Unix gives them, you lose the fraction of each")
		try.Equal("", version.IsRecent(now.Add(tt.away), now), tt.want)
	}
}

func TestIsRecent_far(t *testing.T) {
	now := time.Unix(int64(draw.From(t).Between(1_300_000_000, 1_900_000_000)), 0).UTC()
	for _, seconds := range []int64{math.MinInt64, math.MinInt64 / 2, math.MaxInt64 / 2, math.MaxInt64, 0} {
		try := expect.Tried(t, "IsRecent(t, now), where t is %d seconds after 1970", seconds)
		try.Why("a peer may send any 8 bytes; the difference of two times that are far apart does not fit into a Duration and stops at its end, whose Abs is safe")
		try.Equal("", version.IsRecent(time.Unix(seconds, 0), now), false)
	}
}

// Where a difference is counted in 64 bits, one that does not fit comes round
// again: 2^64 of a unit away looks like now.
func TestIsRecent_around(t *testing.T) {
	now := time.Unix(int64(draw.From(t).Between(1_300_000_000, 1_900_000_000)), 0).UTC()
	for _, tt := range []struct {
		unit    string
		seconds int64 // 2^64 of it, rounded
	}{{"nanoseconds", 18_446_744_074}, {"microseconds", 18_446_744_073_710}, {"milliseconds", 18_446_744_073_709_552}} {
		for _, away := range []int64{-tt.seconds, tt.seconds} {
			try := expect.Tried(t, "IsRecent(t, now), where t is %d seconds away from now", away)
			try.Why("that is 2^64 %s, which overflows an int64 and comes out near 0; the difference that Time.Sub gives stops at the end of a Duration", tt.unit)
			try.Equal("", version.IsRecent(time.Unix(now.Unix()+away, 0), now), false)
		}
	}
}
