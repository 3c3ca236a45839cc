package main

import (
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"

	"nodebook/fixtures/simnet"
	"nodebook/lessons/lesson7/rules"
	"nodebook/lessons/lesson8/headers"
	"nodebook/lessons/lesson8/ibd"
)

// report is what a run tells at its end.
type report struct {
	source  source
	tip     *headers.Node // the last block that was connected
	best    int           // height of the best header
	checked int           // signatures
	batched int           // of these, in batches
	hints   int           // how many blocks had some; then no coin was looked up
	network *network
	result  ibd.Result
	had     int // height at the start
	took    time.Duration
	busy    time.Duration // of all cores; 0 if it is not known
}

func (r report) print(out io.Writer) {
	kept := r.network.kept()
	peers, blocks, bytes := 0, 0, 0
	for _, from := range kept {
		if len(from) > 0 {
			peers++
		}
		blocks += len(from)
		for _, b := range from {
			bytes += b.bytes
		}
	}
	fmt.Fprintf(out, "headers   %s of the %s\n", grouped(int64(r.best)), r.source.name)
	fmt.Fprintf(out, "blocks    %s from %s, %.1f MB\n", grouped(int64(blocks)), counted(peers, "peer"), float64(bytes)/1e6)
	for i, l := range r.network.links {
		if err := r.result.Dropped[i]; err != nil {
			fmt.Fprintf(out, "dropped   %s after %s: %s\n", name(i, l), counted(len(kept[i]), "block"), hashes.ReplaceAllString(err.Error(), "$1…"))
		}
	}
	if r.had > 0 {
		fmt.Fprintf(out, "had       %s from an earlier run\n", grouped(int64(r.had)))
	}
	if r.hints > 0 {
		fmt.Fprintf(out, "hints     for %s blocks; no coin was looked up, no signature checked, and nothing is left in the sum\n", grouped(int64(r.hints)))
	} else {
		fmt.Fprintf(out, "checked   %s signatures", grouped(int64(r.checked)))
		if r.batched > 0 {
			fmt.Fprintf(out, ", %s of them in batches", grouped(int64(r.batched)))
		}
		fmt.Fprintln(out)
	}
	fmt.Fprintf(out, "tip       %d, %s\n", r.tip.Height, r.tip.Hash)
	fmt.Fprintf(out, "took      %.2f s, %.2f s on a core, with the simulated peers\n", r.took.Seconds(), r.busy.Seconds())
}

// hashes matches hashes in a reason: the first half of their digits, nearly all zeros
// in the hash of a block, says which one it is.
var hashes = regexp.MustCompile(`\b([0-9a-f]{24})[0-9a-f]{40}\b`)

// name is a peer's number, from 1, and its manner or address.
func name(i int, l *link) string {
	switch {
	case l.manner != simnet.Serves:
		return fmt.Sprintf("peer %d (%s)", i+1, l.manner)
	case l.address != "":
		return fmt.Sprintf("peer %d (%s)", i+1, l.address)
	}
	return fmt.Sprintf("peer %d", i+1)
}

// btc is an amount in whole bitcoins, with its fraction if it has one.
func btc(units int64) string {
	whole := grouped(units / rules.Coin)
	if rest := units % rules.Coin; rest != 0 {
		return whole + strings.TrimRight(fmt.Sprintf(".%08d", rest), "0")
	}
	return whole
}

// counted is a number and what it counts, in the plural unless there is one.
func counted(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return grouped(int64(n)) + " " + what
}

// grouped is a number of 0 or more with a comma after each third digit.
func grouped(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
