package main

import (
	"fmt"
	"time"

	"nodebook/lessons/lesson3/bitnodes"
)

// counted is a snapshot, counted.
type counted struct {
	from     string
	taken    time.Time
	height   int
	nodes    int
	bad      []bitnodes.Bad
	charts   []chart
	dialable []bitnodes.Address // over IPv4 and IPv6, which need no proxy
}

// chart is one histogram.
type chart struct {
	title string
	bars  []bitnodes.Bar
}

func count(s bitnodes.Snapshot, rows bitnodes.Rows, from source) counted {
	nodes, bad := bitnodes.Decode(rows)
	addrs := make([]bitnodes.Address, len(nodes)) // of those that are counted, and no others
	for i, n := range nodes {
		addrs[i] = n.Address
	}
	c := counted{
		from: from.String(), taken: time.Unix(s.Timestamp, 0).UTC(), height: s.LatestHeight,
		nodes: len(nodes), bad: bad,
		dialable: bitnodes.Dialable(addrs, []bitnodes.Network{bitnodes.IPv4, bitnodes.IPv6}, nil),
	}
	for _, by := range []struct {
		title string
		label func(bitnodes.Node) string
	}{
		{"network", bitnodes.ByNetwork},
		{"user agent", bitnodes.ByUserAgent},
		{"protocol version", bitnodes.ByProtocol},
		{"services", bitnodes.ByServices},
		{"best block", bitnodes.ByHeight(s.LatestHeight)},
		{"country", byCountry},
	} {
		bars := bitnodes.Histogram(nodes, by.label, from.bars)
		if by.title == "country" && len(bars) == 1 {
			continue // rows of 5 fields: it is the same for all, unknown
		}
		c.charts = append(c.charts, chart{by.title, bars})
	}
	return c
}

func byCountry(n bitnodes.Node) string {
	if n.Country == "" {
		return "unknown"
	}
	return n.Country
}

// number writes n with its thousands apart.
func number(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// amount writes n and what there is so much of, such as "node".
func amount(n int, one, more string) string {
	if n == 1 {
		return "1 " + one
	}
	return number(n) + " " + more
}

// percent is the share of n in all.
func percent(n, all int) float64 {
	if all == 0 {
		return 0
	}
	return 100 * float64(n) / float64(all)
}
