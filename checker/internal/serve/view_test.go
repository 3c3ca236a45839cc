package serve

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestInParts(t *testing.T) {
	section := func(packages ...string) sectionEntry {
		var s sectionEntry
		for _, p := range packages {
			s.Exercises = append(s.Exercises, exerciseEntry{Package: p})
		}
		return s
	}
	var long []sectionEntry
	for _, p := range []string{"chain", "chain", "wallet", "wallet", "", "chain", "node", "node", "node", "node"} {
		if p == "" {
			long = append(long, section())
			continue
		}
		long = append(long, section(p, p))
	}
	var got []string
	for _, s := range inParts(long) {
		got = append(got, s.Part)
	}
	require.Equal(t, []string{"chain", "", "wallet", "", "", "chain", "node", "", "", ""}, got)
	one := make([]sectionEntry, 12)
	for i := range one {
		one[i] = section("framing")
	}
	for _, s := range inParts(one) {
		require.Empty(t, s.Part, "one package is one part")
	}
}
