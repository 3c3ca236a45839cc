package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRun_misuse(t *testing.T) {
	for _, args := range [][]string{{}, {"nonsense"}, {"network", "--no-such-flag"}, {"peer", "argument"}} {
		require.Equal(t, 2, run(args), "%q", args)
	}
	require.Equal(t, 1, run([]string{"network", "--nodes", "1"}))
}
