package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"nodebook/lessons/lesson4/crawl"

	"golang.org/x/term"
)

const (
	barWidth = 24                     // characters
	redraw   = 100 * time.Millisecond // on a terminal
)

// bar shows progress: on a terminal one line that changes, elsewhere a line for
// each tenth of the work. It is for one goroutine.
type bar struct {
	w        io.Writer
	terminal bool
	last     time.Time // of drawing
	tenths   int       // shown
}

func newBar(w io.Writer) *bar {
	f, ok := w.(*os.File)
	return &bar{w: w, terminal: ok && term.IsTerminal(int(f.Fd()))}
}

// show draws p if it is time to.
func (b *bar) show(p crawl.Progress, now time.Time) {
	done := p.Received+p.Failures == p.Total
	if b.terminal {
		if !done && now.Sub(b.last) < redraw {
			return
		}
		b.last = now
		full := min(barWidth, max(0, int(p.Percent()/100*barWidth)))
		fmt.Fprintf(b.w, "\r\x1b[K%s%s %v", strings.Repeat("█", full), strings.Repeat("░", barWidth-full), p)
		if done {
			fmt.Fprintln(b.w)
		}
		return
	}
	if tenths := int(p.Percent() / 10); tenths > b.tenths {
		b.tenths = tenths
		fmt.Fprintln(b.w, p)
	}
}

// end leaves the line if the work ended before its end.
func (b *bar) end(p crawl.Progress) {
	if p.Received+p.Failures == p.Total {
		return
	}
	if b.terminal {
		fmt.Fprintln(b.w)
		return
	}
	fmt.Fprintln(b.w, p)
}
