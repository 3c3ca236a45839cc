package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"nodebook/lessons/lesson3/bitnodes"
)

const (
	labelWidth = 32 // columns
	barWidth   = 26 // columns of the longest bar
	mostBad    = 3  // bad entries that are named
)

// print writes the counts, in at most 80 columns.
func (c counted) print(w io.Writer) {
	fmt.Fprintf(w, "snapshot of %s (%s)\n", c.taken.Format("2006-01-02 15:04 UTC"), plain(c.from))
	fmt.Fprintf(w, "%s, best block %s\n", amount(c.nodes, "node", "nodes"), number(c.height))
	for _, ch := range c.charts {
		if len(ch.bars) == 0 {
			continue
		}
		fmt.Fprintf(w, "\n%s\n", ch.title)
		longest := ch.longest()
		for _, b := range ch.bars {
			fmt.Fprintf(w, "  %-*s %-*s %7s %5.1f %%\n", labelWidth, label(b, labelWidth), barWidth, blocks(b.Nodes, longest), number(b.Nodes), percent(b.Nodes, c.nodes))
		}
	}
	fmt.Fprintln(w)
	if len(c.dialable) > 0 {
		fmt.Fprintf(w, "%s can be dialled without a proxy, first %s\n", number(len(c.dialable)), plain(c.dialable[0].String()))
	}
	if len(c.bad) > 0 {
		fmt.Fprintf(w, "%s could not be read\n", amount(len(c.bad), "entry", "entries"))
		for _, b := range c.bad[:min(len(c.bad), mostBad)] {
			fmt.Fprintf(w, "  %s\n", cut(plain(fmt.Sprintf("%q: %v", b.Key, b.Err)), 76))
		}
	}
}

func (ch chart) longest() int {
	n := 0
	for _, b := range ch.bars {
		n = max(n, b.Nodes)
	}
	return n
}

// blocks is a bar in eighths of a column; whatever is not zero can be seen.
func blocks(n, longest int) string {
	if n <= 0 || longest <= 0 {
		return ""
	}
	eighths := max(1, n*barWidth*8/longest)
	bar := strings.Repeat("█", eighths/8)
	if rest := eighths % 8; rest > 0 {
		bar += string([]rune("▏▎▍▌▋▊▉")[rest-1])
	}
	return bar
}

// label is a bar's label, fit to be printed.
func label(b bitnodes.Bar, width int) string {
	if b.Label == "" {
		return "(empty)"
	}
	return cut(plain(b.Label), width)
}

// plain makes text from a stranger harmless: ASCII that can be printed stays,
// anything else, and what a terminal would obey, is spelt out as Go spells it.
func plain(s string) string {
	q := strconv.QuoteToASCII(s)
	return strings.ReplaceAll(q[1:len(q)-1], `\"`, `"`)
}

// cut shortens ASCII text to a width.
func cut(s string, width int) string {
	if len(s) <= width {
		return s
	}
	return s[:width-3] + "..."
}
