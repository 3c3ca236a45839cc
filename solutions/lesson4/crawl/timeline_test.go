package crawl_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson2/version"
	"nodebook/solutions/lesson4/crawl"
)

// drawResults draws results that overlap each other in time.
func drawResults(d *draw.Source, n int) []crawl.Result {
	zero := time.Date(2026, 1, 1, 0, 0, d.IntN(60), 0, time.UTC)
	list := make([]crawl.Result, n)
	for i, address := range addresses(d, n) {
		start := zero.Add(time.Duration(d.IntN(3000)) * time.Millisecond)
		list[i] = crawl.Result{Address: address, Version: versionOf(address), Start: start, End: start.Add(time.Duration(d.Between(1, 1000)) * time.Millisecond)}
		if d.IntN(3) == 0 {
			list[i].Version, list[i].Err = version.Version{}, errFake
		}
	}
	// The first result is not the first to start: code that mistakes it for that gets caught.
	first, _ := crawl.Span(list)
	if late := first.Add(100 * time.Millisecond); n > 1 && list[0].Start.Before(late) {
		list[0].Start, list[0].End = late, list[0].End.Add(late.Sub(list[0].Start))
		list[1].Start = first
	}
	return list
}

// deepest is the most results that were under way at one time.
func deepest(results []crawl.Result) int {
	most := 0
	for _, r := range results {
		n := 0
		for _, other := range results {
			if !other.Start.After(r.Start) && other.End.After(r.Start) {
				n++
			}
		}
		most = max(most, n)
	}
	return most
}

const (
	whyLaneEach = "lane i is of results[i]: each result has one"
	whyWrites   = "an error is w's alone, and w has taken everything"
)

func TestTimeline_lanes(t *testing.T) {
	d := draw.From(t)
	for range 20 {
		results := drawResults(d, d.Between(2, 60))
		given := slices.Clone(results)
		try := expect.Tried(t, "Lanes(results) of %d results", len(results))
		lanes := crawl.Lanes(given)
		try.Why(whyLaneEach).Equal("number of lanes given", len(lanes), len(results))
		try.Why("the caller owns the slice and may need its order: sort a copy, or places")
		try.True(slices.EqualFunc(given, results, func(a, b crawl.Result) bool { return a.Address == b.Address }), "the results are in another order afterwards", "results as they were")
		span := func(i int) string {
			first, _ := crawl.Span(results)
			return fmt.Sprintf("results[%d] (%v to %v)", i, results[i].Start.Sub(first), results[i].End.Sub(first))
		}
		for i := range results {
			try.Why("lanes are drawn one below the other: the first is 0").True(lanes[i] >= 0, fmt.Sprintf("lane %d", lanes[i]), "lanes counted from 0")
			for j := range i {
				overlap := results[i].Start.Before(results[j].End) && results[j].Start.Before(results[i].End)
				if overlap && lanes[i] == lanes[j] {
					try.Why("two bars in one lane at one time would be drawn over each other")
					try.Fail(fmt.Sprintf("%s and %s share lane %d", span(i), span(j), lanes[i]), "results that overlap in time are in different lanes")
				}
			}
		}
		try.Why("a lane is free again when its result has ended: taken in the order of their start, results need no more lanes than there are at one time")
		try.Equal("lanes in use", slices.Max(lanes)+1, deepest(results))
	}
}

// Which lane is the lowest that is free can be said by hand.
func TestTimeline_lanesLowest(t *testing.T) {
	d := draw.From(t)
	zero := drawResults(d, 1)[0].Start
	minutes := []struct{ start, end, lane int }{{0, 10, 0}, {1, 4, 1}, {2, 8, 2}, {3, 5, 3}, {6, 7, 1}, {7, 12, 1}, {9, 20, 2}, {11, 13, 0}, {14, 15, 0}, {15, 15, 0}, {16, 18, 0}}
	var results []crawl.Result
	for _, i := range d.Perm(len(minutes)) {
		m := minutes[i]
		results = append(results, crawl.Result{Address: fmt.Sprint(m.lane), Start: zero.Add(time.Duration(m.start) * time.Minute), End: zero.Add(time.Duration(m.end) * time.Minute)})
	}
	try := expect.Tried(t, "Lanes(results) of %d results", len(results))
	lanes := crawl.Lanes(results)
	try.Why(whyLaneEach).Equal("number of lanes given", len(lanes), len(results))
	try.Why("each result takes the lowest lane that is free when it starts: one that ends at that moment leaves its lane free")
	for i, r := range results {
		try.Equal(fmt.Sprintf("lane of the one from %v to %v", r.Start.Sub(zero), r.End.Sub(zero)), fmt.Sprint(lanes[i]), r.Address)
	}
}

func TestTimeline_lanesOneAfterAnother(t *testing.T) {
	d := draw.From(t)
	results := drawResults(d, 10)
	at := results[0].Start
	for i := range results {
		results[i].Start, results[i].End = at, at.Add(time.Duration(d.Between(1, 100))*time.Millisecond)
		at = results[i].End
	}
	d.Shuffle(len(results), func(i, j int) { results[i], results[j] = results[j], results[i] })
	try := expect.Tried(t, "Lanes(results) of 10 results, each of which starts when another one ends").Why("a result that starts when another one ends does not overlap it, and can have its lane")
	try.Equal("", crawl.Lanes(results), make([]int, 10))
	expect.Tried(t, "Lanes(results) of no results").Why(whyLaneEach).Equal("number of lanes given", len(crawl.Lanes(nil)), 0)
}

// bar is a <rect> as the drawing has it.
type bar struct {
	Class  string  `xml:"class,attr"`
	X      float64 `xml:"x,attr"`
	Y      float64 `xml:"y,attr"`
	Width  float64 `xml:"width,attr"`
	Height float64 `xml:"height,attr"`
	Title  string  `xml:"title"`
}

// read reads a drawing as a browser does.
func read(try *expect.Try, svg []byte) []bar {
	if len(svg) == 0 {
		try.Why("what is still in a buffer has not been written: a bufio.Writer needs a Flush at the end")
		try.Fail("nothing was written", "a drawing")
	}
	var doc struct {
		XMLName xml.Name
		Bars    []bar `xml:"rect"`
	}
	try.Why("a browser shows nothing of a drawing that is not well-formed")
	err := xml.Unmarshal(svg, &doc)
	try.True(err == nil, fmt.Sprintf("no well-formed XML: %v", err), "well-formed XML")
	try.Equal("root element", doc.XMLName.Local, "svg")
	try.Why("")
	return doc.Bars
}

func TestTimeline(t *testing.T) {
	d := draw.From(t)
	results := drawResults(d, d.Between(10, 40))
	results[2].End = results[2].Start // one that was over at once has a bar too
	var out bytes.Buffer
	try := expect.Tried(t, "Timeline(w, results) of %d results", len(results))
	try.Why(whyWrites).NoError(crawl.Timeline(&out, results))
	bars := read(try, out.Bytes())
	try.Why("each result has a bar").Equal("number of <rect>", len(bars), len(results))
	try.Why("a document that is not closed is not well-formed").True(strings.HasSuffix(out.String(), "</svg>\n"), fmt.Sprintf("the end is %q", out.String()[max(0, out.Len()-12):]), `"</svg>" and a newline at the end`)
	var head bytes.Buffer
	try.NoError(crawl.TimelineHead(&head, results))
	try.Why("size, style and ticks of the drawing come first").True(strings.HasPrefix(out.String(), head.String()), "something else before the bars", "what TimelineHead writes")
	first, last := crawl.Span(results)
	unit := crawl.TimelineWidth / last.Sub(first).Seconds()
	lanes := crawl.Lanes(results)
	for at, r := range results {
		i := slices.IndexFunc(bars, func(b bar) bool { return b.Title == r.String() })
		if i < 0 {
			try.Why("the title is Result.String: a browser shows it when the mouse points at the bar")
			try.Fail("no such title", fmt.Sprintf("a <rect> with the <title> %q", r))
		}
		b := bars[i]
		try := expect.Tried(t, "Timeline(w, results): the bar of a result from %v to %v of %v", r.Start.Sub(first), r.End.Sub(first), last.Sub(first))
		class := "answered"
		if r.Err != nil {
			class = "failed"
		}
		try.Why("the class has the bar's colour: an Err that is not nil is a failure").Equal("class", b.Class, class)
		try.Why("x and width are in proportion to the time, the whole of which is %d", crawl.TimelineWidth)
		about(try, "x", b.X, unit*r.Start.Sub(first).Seconds())
		about(try, "width", b.Width, unit*r.End.Sub(r.Start).Seconds())
		try.Why("all bars are equally high")
		about(try, "height", b.Height, crawl.BarHeight)
		try.Why("y is LaneHeight times the lane that Lanes gives to this result")
		about(try, "y", b.Y, float64(crawl.LaneHeight*lanes[at]))
	}
	overlapping(try, bars)
}

func TestTimeline_long(t *testing.T) {
	results := drawResults(draw.From(t), 3)
	start := results[1].Start // the first
	for i, day := range []time.Duration{150, 0, 299} {
		results[i].Start = start.Add(24 * time.Hour * day)
		results[i].End = results[i].Start.Add(24 * time.Hour)
	}
	var out bytes.Buffer
	try := expect.Tried(t, "Timeline(w, results) of 3 results, in the course of 300 days")
	try.Why(whyWrites).NoError(crawl.Timeline(&out, results))
	bars := read(try, out.Bytes())
	try.Why("each result has a bar").Equal("number of <rect>", len(bars), 3)
	try.Why("x and width are in proportion to the time: a Duration counts nanoseconds in an int64, which overflows if you multiply so long a time by 1000 before you divide")
	for i, x := range []float64{500, 0, 996.67} {
		at := slices.IndexFunc(bars, func(b bar) bool { return b.Title == results[i].String() })
		try.True(at >= 0, "no such title", fmt.Sprintf("a <rect> with the <title> %q", results[i]))
		about(try, "x", bars[at].X, x)
		about(try, "width", bars[at].Width, 3.33)
	}
}

// about wants two lengths to be as good as equal.
func about(try *expect.Try, name string, got, want float64) {
	try.True(math.Abs(got-want) < 0.15, fmt.Sprintf("%s = %v", name, got), fmt.Sprintf("%s = %.2f", name, want))
}

// overlapping wants no bar to be drawn over another.
func overlapping(try *expect.Try, bars []bar) {
	for i, a := range bars {
		for _, b := range bars[:i] {
			apart := a.X+a.Width <= b.X+0.3 || b.X+b.Width <= a.X+0.3
			if a.Y == b.Y && !apart {
				try.Why("two bars in one lane at one time would be drawn over each other")
				try.Fail(fmt.Sprintf("bars from x=%.1f to %.1f and from x=%.1f to %.1f, both at y=%v", a.X, a.X+a.Width, b.X, b.X+b.Width, a.Y), "no bar over another: y is LaneHeight times the lane that Lanes gives")
			}
		}
	}
}

func TestTimeline_escapes(t *testing.T) {
	d := draw.From(t)
	for _, evil := range []string{"</title></rect><script>alert(1)</script>", "a & b", `"quoted"`, "bell \x07 and \x00", "\xff\xfe"} {
		results := drawResults(d, 2)
		results[0].Err, results[0].Version.UserAgent = nil, evil
		results[1].Err = errors.New(evil)
		var out bytes.Buffer
		try := expect.Tried(t, "Timeline(w, results), where a peer's user agent is %q", evil)
		try.Why(whyWrites).NoError(crawl.Timeline(&out, results))
		try.Why("a user agent is a stranger's text, and a browser would run a script in it: xml.EscapeText makes it harmless")
		try.True(!strings.Contains(out.String(), "<script>"), "<script> is in the drawing", "&lt;script&gt;")
		bars := read(try, out.Bytes())
		try.Why("each result has a bar").Equal("number of <rect>", len(bars), 2)
	}
}

func TestTimeline_atOnce(t *testing.T) {
	d := draw.From(t)
	results := drawResults(d, 3)
	for i := range results {
		results[i].Start = results[0].Start
		results[i].End = results[0].Start
	}
	var out bytes.Buffer
	try := expect.Tried(t, "Timeline(w, results), where the whole time is nothing")
	try.Why(whyWrites).NoError(crawl.Timeline(&out, results))
	for _, b := range read(try, out.Bytes()) {
		try.Why("a share of nothing is not a number: 0 divided by 0 is NaN").Equal("x and width", []float64{b.X, b.Width}, []float64{0, 0})
	}
	out.Reset()
	try = expect.Tried(t, "Timeline(w, results) of no results")
	try.Why(whyWrites).NoError(crawl.Timeline(&out, nil))
	bars := read(try, out.Bytes())
	try.Why("each result has a bar: no results have none").Equal("number of <rect>", len(bars), 0)
}

func TestTimeline_writerFails(t *testing.T) {
	d := draw.From(t)
	results := drawResults(d, 200)
	for _, after := range []int{0, 100, 5000, 20_000} {
		w := &shortWriter{left: after}
		try := expect.Tried(t, "Timeline(w, results), where w fails after %d bytes", after)
		err := crawl.Timeline(w, results)
		try.Why("a caller that is told of no error takes the drawing to be complete").True(expect.Is(err, io.ErrShortWrite), expect.Error(err), "the error of w")
	}
	var whole bytes.Buffer
	try := expect.Tried(t, "Timeline(w, results), where w fails once and then goes on")
	try.Why(whyWrites).NoError(crawl.Timeline(&whole, results))
	for _, at := range []int{1, whole.Len() / 2, whole.Len() - 1} {
		try := expect.Tried(t, "Timeline(w, results), where w fails once, at byte %d of %d, and then goes on", at, whole.Len())
		try.Why("the error of each write counts: a drawing with a hole in it is not complete, even if its end was written")
		err := crawl.Timeline(&holed{left: at}, results)
		try.True(expect.Is(err, io.ErrShortWrite), expect.Error(err), "the error of w")
	}
}

// holed fails at one byte, and takes whatever comes after that.
type holed struct{ left int }

func (w *holed) Write(p []byte) (int, error) {
	at := w.left
	w.left -= len(p)
	if at >= 0 && w.left < 0 {
		return at, io.ErrShortWrite
	}
	return len(p), nil
}

// shortWriter takes a number of bytes, and fails.
type shortWriter struct{ left int }

func (w *shortWriter) Write(p []byte) (int, error) {
	if len(p) > w.left {
		n := w.left
		w.left = 0
		return n, io.ErrShortWrite
	}
	w.left -= len(p)
	return len(p), nil
}
