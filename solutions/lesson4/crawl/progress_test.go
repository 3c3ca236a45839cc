package crawl_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson4/crawl"
)

// drawProgress draws a progress that has begun and not ended.
func drawProgress(d *draw.Source) crawl.Progress {
	p := crawl.Progress{Received: d.Between(1, 5000), Failures: d.Between(1, 3000), Elapsed: time.Duration(d.Between(1000, 900_000)) * time.Millisecond}
	p.Total = p.Received + p.Failures + d.Between(1, 9000)
	return p
}

func show(p crawl.Progress) string {
	return fmt.Sprintf("Progress{Total: %d, Received: %d, Failures: %d, Elapsed: %v}", p.Total, p.Received, p.Failures, p.Elapsed)
}

func TestProgress_String(t *testing.T) {
	d := draw.From(t)
	for range 50 {
		p := drawProgress(d)
		try := expect.Tried(t, "%s.String()", show(p))
		done := p.Received + p.Failures
		minutes := p.Elapsed.Minutes() / float64(done) * float64(p.Total-done)
		percent := 100 * float64(done) / float64(p.Total)
		want := fmt.Sprintf("%d received | %d failures | %d remaining | %.1f%% complete | ~%.1f minutes left", p.Received, p.Failures, p.Total-done, percent, minutes)
		got := p.String()
		if got != want && !near(got, want) {
			try.Why("a peer that failed is done too, and the rest takes as long per peer as what is done: elapsed / done x remaining")
			try.Equal("", got, want)
		}
	}
}

// near reports whether two lines differ in nothing but the rounding of a number.
func near(got, want string) bool {
	a, b := strings.Fields(got), strings.Fields(want)
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		var x, y float64
		if a[i] == b[i] {
			continue
		}
		_, err1 := fmt.Sscanf(strings.Trim(a[i], "~%"), "%g", &x)
		_, err2 := fmt.Sscanf(strings.Trim(b[i], "~%"), "%g", &y)
		if err1 != nil || err2 != nil || math.Abs(x-y) > 0.11 || len(a[i])-strings.Index(a[i], ".") != len(b[i])-strings.Index(b[i], ".") {
			return false
		}
	}
	return true
}

func TestProgress_String_example(t *testing.T) {
	p := crawl.Progress{Total: 100, Received: 30, Failures: 10, Elapsed: time.Minute}
	expect.Tried(t, "%s.String()", show(p)).Why("the line has the form of the example in the doc comment").Equal("", p.String(), "30 received | 10 failures | 60 remaining | 40.0% complete | ~1.5 minutes left")
}

func TestProgress_String_parts(t *testing.T) {
	d := draw.From(t)
	p := drawProgress(d)
	done := p.Received + p.Failures
	expect.Tried(t, "%s.Remaining()", show(p)).Why("a peer that failed need not be asked again: it is done").Equal("", p.Remaining(), p.Total-done)
	got, want := p.Percent(), 100*float64(done)/float64(p.Total)
	expect.Tried(t, "%s.Percent()", show(p)).Why("a percentage is a hundred times the share that is done, with its fraction").True(math.Abs(got-want) < 1e-6, fmt.Sprint(got), fmt.Sprint(want))
	left, ok := p.Left()
	try := expect.Tried(t, "%s.Left()", show(p)).Why("what is asked for is the time of the rest, not of the whole: elapsed / done x remaining")
	try.Equal("ok", ok, true)
	exact := time.Duration(float64(p.Elapsed) / float64(done) * float64(p.Total-done))
	try.True((left-exact).Abs() < 10*time.Millisecond, left.String(), exact.String())
}

func TestProgress_String_begin(t *testing.T) {
	d := draw.From(t)
	p := crawl.Progress{Total: d.Between(1, 9000), Elapsed: time.Duration(d.Between(0, 100)) * time.Second}
	try := expect.Tried(t, "%s.String()", show(p)).Why("as long as nothing is done, nothing says how long a peer takes, and a division by 0 has no answer")
	try.Equal("", p.String(), fmt.Sprintf("0 received | 0 failures | %d remaining | 0.0%% complete | ~? minutes left", p.Total))
	_, ok := p.Left()
	expect.Tried(t, "%s.Left()", show(p)).Why("as long as nothing is done, nothing says how long a peer takes: ok is false").Equal("ok", ok, false)
}

func TestProgress_String_end(t *testing.T) {
	d := draw.From(t)
	p := drawProgress(d)
	p.Total = p.Received + p.Failures
	expect.Tried(t, "%s.String()", show(p)).Why("when all is done, nothing remains and no time is left").Equal("", p.String(), fmt.Sprintf("%d received | %d failures | 0 remaining | 100.0%% complete | ~0.0 minutes left", p.Received, p.Failures))
}

func TestProgress_Percent_nothing(t *testing.T) {
	expect.Tried(t, "Progress{}.Percent()").Why("if there is nothing to do, all of it is done; dividing by a Total of 0 gives no number").Equal("", crawl.Progress{}.Percent(), 100.0)
}

// Nanoseconds by peers is more than 63 bits hold.
func TestProgress_String_large(t *testing.T) {
	d := draw.From(t)
	done := d.Between(1_000_000, 2_000_000)
	p := crawl.Progress{Total: 20 * done, Received: done, Elapsed: time.Duration(d.Between(30, 50)) * time.Hour}
	left, ok := p.Left()
	try := expect.Tried(t, "%s.Left()", show(p)).Why("a Duration counts nanoseconds in an int64: multiplied by this many peers it overflows, so divide first or use float64")
	try.Equal("ok", ok, true)
	try.True((left-19*p.Elapsed).Abs() < time.Second, left.String(), (19 * p.Elapsed).String())
}

// What is done has been done, however quickly.
func TestProgress_String_quick(t *testing.T) {
	p := crawl.Progress{Total: 10, Received: 2, Failures: 1}
	left, ok := p.Left()
	try := expect.Tried(t, "%s.Left()", show(p)).Why("an Elapsed of 0 is a time too: only if no peer is done is the time left unknown")
	try.Equal("ok", ok, true)
	try.Equal("left", left, time.Duration(0))
}

func TestProgress_String_many(t *testing.T) {
	d := draw.From(t)
	p := crawl.Progress{Total: 100_000_000, Received: 30_000_000, Failures: 1_000_000 * d.Between(1, 9)}
	try := expect.Tried(t, "%s.Percent()", show(p)).Why("a hundred times as many peers do not fit 32 bits: calculate with float64")
	want := float64(p.Received+p.Failures) / 1_000_000
	try.True(p.Percent() > want-0.01 && p.Percent() < want+0.01, fmt.Sprint(p.Percent()), fmt.Sprint(want))
}
