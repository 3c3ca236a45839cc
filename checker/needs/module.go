package needs

import (
	"errors"
	"os"
	"testing"

	"nodebook/fixtures/btcd"
)

// Btcd builds the node that tests of real connections start, and returns its
// path. The go command fetches it from the module proxy, so if there is no
// network, and nothing was fetched before, the test is skipped; in CI it fails.
func Btcd(t testing.TB) string {
	t.Helper()
	Time(t)
	path, err := btcd.Build(t.Context())
	if err != nil && !errors.Is(err, btcd.ErrFetch) {
		t.Fatal(err)
	}
	module(t, btcd.Module, err)
	return path
}

// module skips the test, or fails it in CI, unless err is nil.
func module(t testing.TB, name string, err error) {
	t.Helper()
	if err == nil {
		return
	}
	const say = "this test needs the Go module %s: %v"
	if os.Getenv("CI") != "" {
		t.Fatalf(say, name, err)
	} else {
		t.Skipf(say, name, err)
	}
}
