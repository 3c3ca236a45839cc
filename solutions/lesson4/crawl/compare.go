package crawl

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"
	"time"
)

// Way is a way to ask many peers: [GetVersions], [Goroutines], [Pool] and so on.
type Way struct {
	Name string
	Ask  func(ctx context.Context, addresses []string) []Result
}

// Row is how one way did.
type Row struct {
	Name     string
	Answered int           // peers with a version
	Failed   int           // peers with an error
	Lost     int           // peers without a result
	Took     time.Duration // from its call to its return
	Ratio    float64       // how many times as fast as the first way; 0 if Took is 0
}

// Compare has each way ask the same peers, one way after another, and measures
// it. Row i is for ways[i]. A peer for which a way has several results counts
// once, by the first of them; a result for any other address is ignored.
func Compare(ctx context.Context, ways []Way, addresses []string) []Row {
	// BEGIN SOLUTION
	rows := make([]Row, len(ways))
	for i, way := range ways {
		start := time.Now()
		results := way.Ask(ctx, addresses)
		row := Row{Name: way.Name, Took: time.Since(start)}
		open := make(map[string]bool, len(addresses))
		for _, address := range addresses {
			open[address] = true
		}
		for _, r := range results {
			switch {
			case !open[r.Address]:
				continue
			case r.Err == nil:
				row.Answered++
			default:
				row.Failed++
			}
			delete(open, r.Address)
		}
		row.Lost = len(open)
		rows[i] = row
		if row.Took > 0 {
			rows[i].Ratio = float64(rows[0].Took) / float64(row.Took)
		}
	}
	return rows
	// END SOLUTION
}

// Table writes rows as a table.
func Table(w io.Writer, rows []Row) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "way\tanswered\tfailed\tlost\ttook\tratio\t")
	for _, r := range rows {
		fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%s\t%.1fx\t\n", r.Name, r.Answered, r.Failed, r.Lost, r.Took.Round(time.Millisecond), r.Ratio)
	}
	return t.Flush()
}

// Bound returns how long n workers need for peers that take these times each,
// if nothing but waiting takes time: a worker that is free takes the next.
func Bound(waits []time.Duration, n int) time.Duration {
	free := make([]time.Duration, max(n, 1)) // a heap: when each worker is free; free[0] is first
	var end time.Duration
	for _, d := range waits {
		free[0] += d
		end = max(end, free[0])
		for i := 0; ; { // sift down
			least := i
			for _, child := range []int{2*i + 1, 2*i + 2} {
				if child < len(free) && free[child] < free[least] {
					least = child
				}
			}
			if least == i {
				break
			}
			free[i], free[least] = free[least], free[i]
			i = least
		}
	}
	return end
}
