package main

import (
	"bytes"
	"strings"
	"testing"

	"nodebook/checker/needs"
	"nodebook/fixtures/simnet"

	"github.com/stretchr/testify/require"
)

// The program gets the real chain although a peer of each bad kind is there, and has
// Bitcoin Core's hash of its coins.
func TestRun_hostile(t *testing.T) {
	needs.Time(t)
	var bad []string
	for _, m := range simnet.Manners() {
		switch m {
		case simnet.Deaf: // 30 s until it is given up; TestSync_simulation has it
		case simnet.LowWork: // cannot be mined with mainnet's target
		default:
			bad = append(bad, m.String())
		}
	}
	var out, errs bytes.Buffer
	code := run(t.Context(), []string{"-peers", "3", "-bad", strings.Join(bad, ",")}, &out, &errs)
	require.Equal(t, 0, code, "%s%s", out.String(), errs.String())
	require.Contains(t, out.String(), "tip       14131, 00000000b3e750f37fdb42e1018799a9f44b546d393b130b369590a072430a1c\n")
	require.Contains(t, out.String(), "set       74c5a654587d4eaac9248b73889453e0b2fbc918bbc7bb8d8e6301d4d8c98db3\n")
	// Each peer is asked for headers; which of them are asked for many blocks is luck.
	for _, m := range []simnet.Manner{simnet.Unlinked, simnet.NoWork, simnet.TooMany, simnet.Transaction} {
		require.Contains(t, out.String(), "("+m.String()+") after 0 blocks: ")
	}
}
