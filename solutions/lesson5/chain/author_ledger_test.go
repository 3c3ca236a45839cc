package chain_test

import (
	"math"
	"testing"

	"nodebook/solutions/lesson5/chain"

	"github.com/stretchr/testify/require"
)

// Someone who has paid themselves twice may spend one token of each payment, whichever.
func TestLedger_Spend_choices(t *testing.T) {
	l := chain.NewLedger()
	a, b := minted(0, 100), minted(0, 1000)
	one, two := paid(t, 0, 0, 30, payment(a)).Transaction, paid(t, 0, 0, 400, payment(b)).Transaction
	enter(t, l, a, b, one, two)
	for _, first := range []chain.Token{payment(one), change(one)} {
		for _, second := range []chain.Token{payment(two), change(two)} {
			took, err := l.Clone().Spend(paid(t, 0, 1, first.Value+second.Value, first, second).Transaction)
			require.NoError(t, err, "%d and %d", first.Value, second.Value)
			require.True(t, len(took) == 2 && took[0].Same(first) && took[1].Same(second))
		}
	}
}

func TestCheckSpending_sum(t *testing.T) {
	k := func(v int64) chain.Token { return chain.Token{Value: v} }
	require.EqualValues(t, 7, chain.Sum([]chain.Token{k(3), k(4)}))
	require.EqualValues(t, math.MaxInt64, chain.Sum([]chain.Token{k(math.MaxInt64 - 1), k(1)}))
	require.EqualValues(t, math.MaxInt64, chain.Sum([]chain.Token{k(math.MaxInt64 - 1), k(2)}))
	require.EqualValues(t, math.MaxInt64, chain.Sum([]chain.Token{k(math.MaxInt64), k(math.MaxInt64), k(5)}))
}
