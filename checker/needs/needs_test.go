package needs

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// recorder is a test that notes how it was ended.
type recorder struct {
	testing.TB
	said string
}

func (r *recorder) Helper() {}

func (r *recorder) Fatalf(format string, args ...any) {
	r.said = "failed: " + fmt.Sprintf(format, args...)
}

func (r *recorder) Skipf(format string, args ...any) {
	r.said = "skipped: " + fmt.Sprintf(format, args...)
}

func TestPackage(t *testing.T) {
	for _, tt := range []struct {
		name, ci, want string
		err            error
	}{
		{"at hand", "", "", nil},
		{"at hand, in CI", "true", "", nil},
		{"missing", "", "skipped: this test needs Debian's chromium: not on PATH", errors.New("not on PATH")},
		{"missing in CI", "true", "failed: this test needs Debian's chromium: not on PATH", errors.New("not on PATH")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv("CI", tt.ci)
			r := &recorder{TB: t}
			Package(r, "chromium", tt.err)
			require.Equal(t, tt.want, r.said)
		})
	}
}

// With nothing but the go command on PATH, Race says what to install.
func TestRace_withoutCompiler(t *testing.T) {
	t.Setenv("CI", "")
	t.Setenv("CC", "no-such-compiler")
	r := &recorder{TB: t}
	Race(r)
	require.Contains(t, r.said, "skipped: this test needs Debian's gcc")
}

func TestModule(t *testing.T) {
	for ci, want := range map[string]string{
		"":     "skipped: this test needs the Go module example.com/node v1.2.3: no network",
		"true": "failed: this test needs the Go module example.com/node v1.2.3: no network",
	} {
		t.Setenv("CI", ci)
		r := &recorder{TB: t}
		module(r, "example.com/node v1.2.3", errors.New("no network"))
		require.Equal(t, want, r.said)
		r.said = ""
		module(r, "example.com/node v1.2.3", nil)
		require.Empty(t, r.said)
	}
}
