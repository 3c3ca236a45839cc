package crawl

import (
	"fmt"
	"io"
	"time"
)

// timelineStyle is of the bars, in light and in dark.
const timelineStyle = `<style>
.paper { fill: #ffffff } .tick { stroke: #d0d7de } text { fill: #57606a; font: 11px sans-serif }
.answered { fill: #1a7f37 } .failed { fill: #cf222e }
@media (prefers-color-scheme: dark) {
.paper { fill: #0d1117 } .tick { stroke: #30363d } text { fill: #8b949e }
.answered { fill: #3fb950 } .failed { fill: #ff7b72 }
}
</style>
`

// TimelineHead writes the start of a timeline: size, title and a description
// for those who cannot see it, colours, and a line for each tick of time.
func TimelineHead(w io.Writer, results []Result) error {
	lanes, answered := 0, 0
	for i, lane := range Lanes(results) {
		lanes = max(lanes, lane+1)
		if results[i].Err == nil {
			answered++
		}
	}
	first, last := Span(results)
	whole := last.Sub(first)
	bottom := lanes * LaneHeight
	_, err := fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-10 -10 %d %d" role="img" aria-labelledby="t d">
<title id="t">Timeline of %d peers</title>
<desc id="d">A bar for each peer, from the start of the asking to its end, in %v: %d answered (green), %d failed (red). At most %d were asked at once.</desc>
%s<path class="paper" d="M-10-10h%dv%dh-%dz"/>
`, TimelineWidth+20, bottom+40, len(results), whole.Round(time.Millisecond), answered, len(results)-answered, lanes,
		timelineStyle, TimelineWidth+20, bottom+40, TimelineWidth+20)
	if err != nil || whole <= 0 {
		return err
	}
	step := tick(whole)
	for t := time.Duration(0); t <= whole; t += step {
		x := TimelineWidth * float64(t) / float64(whole)
		if _, err := fmt.Fprintf(w, `<path class="tick" d="M%.1f 0V%d"/><text x="%.1f" y="%d">%v</text>`+"\n", x, bottom+8, x, bottom+22, t); err != nil {
			return err
		}
	}
	return nil
}

// tick is a round time of which between 4 and 10 fit into the whole.
func tick(whole time.Duration) time.Duration {
	step := time.Duration(1)
	for {
		for _, times := range []time.Duration{1, 2, 5} {
			if whole/(step*times) < 10 {
				return step * times
			}
		}
		step *= 10
	}
}
