package build

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Settings that change verdicts are dropped, from wherever they come; those that
// say where things are stay.
func TestEnviron(t *testing.T) {
	file := filepath.Join(t.TempDir(), "env")
	require.NoError(t, os.WriteFile(file, []byte("GOPROXY=https://proxy.example\nGOFLAGS=-mod=mod\nGOTMPDIR=/no/such/folder\nGOCACHE=/theirs\n"), 0o600))
	t.Setenv("GOENV", file)
	t.Setenv("GOOS", "plan9")
	t.Setenv("GOCACHE", "/mine")
	t.Setenv("GOPROXY", "")
	t.Setenv("GOTMPDIR", "")
	env := Environ()
	last := func(name string) string {
		value := ""
		for _, kv := range env {
			if n, v, _ := strings.Cut(kv, "="); n == name {
				value = v
			}
		}
		return value
	}
	for name, want := range map[string]string{"GOENV": "off", "GOFLAGS": "", "GOOS": "", "GOCACHE": "/mine",
		"GOPROXY": "https://proxy.example", "GOTMPDIR": ""} {
		require.Equal(t, want, last(name), name)
	}
	require.True(t, slices.Contains(Ignored(), "GOOS=plan9") && slices.Contains(Ignored(), "GOFLAGS=-mod=mod"), "%v", Ignored())
	require.Equal(t, []string{"GOTMPDIR=/x"}, WorkIn("/x"))
	t.Setenv("GOTMPDIR", t.TempDir())
	require.Empty(t, WorkIn("/x"))
}
