package needs

import (
	"hash/maphash"
	"math/rand/v2"
	"testing"
)

// Time leaves a test that takes long out of a short run (go test -short).
func Time(t testing.TB) {
	t.Helper()
	if testing.Short() {
		t.Skip("left out of a short run")
	}
}

// Lot leaves a test out of all but one in n short runs. Which ones is drawn again
// each time, so that a day of short runs sees every test. A test that asks twice
// gets the same answer.
func Lot(t testing.TB, n int) {
	t.Helper()
	if testing.Short() && maphash.String(lots, t.Name())%uint64(n) != 0 {
		t.Skipf("not drawn: in a short run, one in %d of these tests is", n)
	}
}

var lots = maphash.MakeSeed()

// Some returns the list, or n of it, drawn each time, in a short run.
func Some[T any](t testing.TB, list []T, n int) []T {
	t.Helper()
	if !testing.Short() || len(list) <= n {
		return list
	}
	t.Logf("a short run: %d of %d, drawn at random", n, len(list))
	var drawn []T
	for _, i := range rand.Perm(len(list))[:n] {
		drawn = append(drawn, list[i])
	}
	return drawn
}
