package crawl

import (
	"io"
	"time"

	"nodebook/lessons/todo"
)

// Sizes of a timeline, in units of the drawing.
const (
	TimelineWidth = 1000 // from the first start to the last end
	LaneHeight    = 4    // from one lane to the next
	BarHeight     = 3
)

// Span returns the first start and the last end.
func Span(results []Result) (first, last time.Time) {
	for i, r := range results {
		if i == 0 || r.Start.Before(first) {
			first = r.Start
		}
		if i == 0 || r.End.After(last) {
			last = r.End
		}
	}
	return first, last
}

// Lanes puts each result into a lane, counted from 0, so that in no lane two
// results overlap in time: element i of the answer is the lane of results[i]. One
// that starts just when another ends does not overlap it.
//
// In the order of their start, each takes the lowest lane that is free. So
// there are no more lanes than results that were under way at one time.
func Lanes(results []Result) []int {
	return nil
}

// Timeline draws a bar for each result, from its start to its end, as SVG:
//
//	<rect class="answered" x="12.5" y="8" width="105.0" height="3"><title>127.9.1.4:18444  /Satoshi:29.0.0/</title></rect>
//
//	class          answered, or failed if Err is not nil
//	x, width       in proportion to the time: the first start is at 0, the last end at TimelineWidth
//	y              LaneHeight times the lane of [Lanes]
//	height         BarHeight
//	title          Result.String, escaped by [xml.EscapeText]: a user agent is a stranger's text
//
// If the whole time is 0, so are every x and width. Before the bars comes what
// [TimelineHead] writes, after them "</svg>" and a newline.
//
// Errors: those of w.
func Timeline(w io.Writer, results []Result) error {
	return todo.Err
}
