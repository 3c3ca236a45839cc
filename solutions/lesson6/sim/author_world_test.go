package sim_test

import (
	"strings"
	"testing"
	"time"

	"nodebook/solutions/lesson5/chain"
	"nodebook/solutions/lesson6/consensus"
	"nodebook/solutions/lesson6/sim"

	"github.com/stretchr/testify/require"
)

type change map[string]bool

func (c change) Cut(a, b string) bool       { return c["cut "+a+" "+b] }
func (c change) Has(node, what string) bool { return c[node+" "+what] }

// easy are rules by which a block takes no time.
func easy() consensus.Rules {
	r := consensus.Classroom()
	r.Easiest, r.Window = 0x407fffff, 1_000
	return r
}

// run is the story of the page: a minute in order, three with the change, one in order again.
func run(t *testing.T, c change, share float64) (during map[chain.Hash][]string, w *sim.World) {
	w = sim.New(8, easy(), 9)
	w.Share = share
	w.Run(time.Minute)
	w.Change = c
	w.Run(3 * time.Minute)
	during = map[chain.Hash][]string{}
	for _, n := range w.Cores {
		h := n.Index.Tip().Block.Header.ThisHash
		during[h] = append(during[h], n.Name)
	}
	w.Change = nil
	w.Run(time.Minute)
	return during, w
}

func TestWorld_nothing_changed(t *testing.T) {
	_, w := run(t, nil, 0)
	_, again := run(t, change{}, 0.9)
	require.Equal(t, w.Events.String(), again.Events.String(), "the same seed, the same network")
	require.NotContains(t, w.Events.String(), `"wrong"`)
	require.Equal(t, 1, strings.Count(w.Report(), "  height"), "all agree: %s", w.Report())
}

// The first reorganisation is counted in words that fit its number.
func TestWorld_Report_counts(t *testing.T) {
	w := sim.New(8, easy(), 9)
	seen := map[string]bool{}
	for range 6_000 {
		w.Run(time.Second / 20)
		_, text, _ := strings.Cut(w.Report(), " s, ")
		seen[strings.SplitAfter(text, ",")[0]] = true
	}
	for _, want := range []string{"0 reorganisations,", "1 reorganisation,", "2 reorganisations,"} {
		require.Contains(t, seen, want)
	}
}

// Two halves that do not hear each other part, and agree when they are one again.
func TestWorld_cut(t *testing.T) {
	during, w := run(t, change{"cut n8 n1": true, "cut n4 n5": true, "cut n1 n5": true, "cut n3 n7": true}, 0)
	for _, names := range during {
		require.NotSubset(t, names, []string{"n1", "n5"})
	}
	require.GreaterOrEqual(t, len(during), 2)
	require.Contains(t, w.Report(), "took back")
	require.Equal(t, 1, strings.Count(w.Report(), "  height"), "all agree: %s", w.Report())
}

// A liar is refused by those whom it tells, and by them alone.
func TestWorld_lies(t *testing.T) {
	_, w := run(t, change{"n4 lies": true}, 0)
	require.Contains(t, w.Events.String(), `"kind":"wrong"`)
	require.Contains(t, w.Events.String(), "wrong coinbase")
	require.NotContains(t, w.Events.String(), `"node":"n4","kind":"wrong"`)
	require.Equal(t, 1, strings.Count(w.Report(), "  height"), "all agree: %s", w.Report())
}

// A slow node hears of blocks late.
func TestWorld_slow(t *testing.T) {
	_, w := run(t, change{"n3 is slow": true}, 0)
	_, fast := run(t, nil, 0)
	require.NotEqual(t, fast.Events.String(), w.Events.String())
	require.Contains(t, w.Events.String(), `"node":"n3","kind":"tip"`)
}

// A majority undoes what everyone believed; a minority undoes its own blocks.
func TestWorld_attack(t *testing.T) {
	_, w := run(t, change{"n5 mines in secret": true}, 0.6)
	require.Regexp(t, `took back ([6-9]|\d\d) blocks`, w.Report())
	require.NotContains(t, w.Report(), ", at n5")
	_, w = run(t, change{"n5 mines in secret": true}, 0.2)
	require.NotRegexp(t, `took back \d+ blocks, at n[^5]`, w.Report())
}
