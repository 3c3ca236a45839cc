package needs

import (
	"hash/maphash"
	"math/rand/v2"
	"os"
	"testing"
)

// All is set in the environment of a run that leaves nothing out: every program of
// every corpus is judged by everything that judges.
const All = "NODEBOOK_ALL"

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

// Some returns a part of the list, drawn each time: few of it in a short run, usual
// many in others, and the whole list if [All] is set.
func Some[T any](t testing.TB, list []T, few, usual int) []T {
	t.Helper()
	n := Drawn(few, usual)
	if n == 0 || len(list) <= n {
		return list
	}
	t.Logf("%d of %d, drawn at random; %s=1 takes all", n, len(list), All)
	var some []T
	for _, i := range rand.Perm(len(list))[:n] {
		some = append(some, list[i])
	}
	return some
}

// Drawn is how many of a corpus a run draws, for what draws by itself, in the manner
// of [Some]; 0 is all.
func Drawn(few, usual int) int {
	switch {
	case testing.Short():
		return few
	case os.Getenv(All) != "":
		return 0
	}
	return usual
}
