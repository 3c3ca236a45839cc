package build

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestStore(t *testing.T) {
	s := &Store{Dir: filepath.Join(t.TempDir(), "archives"), Max: 1000}
	_, ok := s.Get("k")
	require.False(t, ok)
	var all sync.WaitGroup
	for i := range 8 { // several checkers at the same time
		all.Go(func() {
			at := filepath.Join(t.TempDir(), "a")
			if os.WriteFile(at, fmt.Appendf(nil, "archive"), 0o600) == nil {
				s.Put(fmt.Sprint("k", i%2), at)
			}
		})
	}
	all.Wait()
	for _, key := range []string{"k0", "k1"} {
		at, ok := s.Get(key)
		require.True(t, ok)
		b, err := os.ReadFile(at)
		require.NoError(t, err)
		require.Equal(t, "archive", string(b))
	}
}

// What was not used for longest goes first, and what is in use stays.
func TestStore_bounded(t *testing.T) {
	s := &Store{Dir: t.TempDir(), Max: 1000}
	for i, age := range []time.Duration{5 * time.Hour, 4 * time.Hour, 3 * time.Hour, 2 * time.Hour, 0} {
		at := s.file(fmt.Sprint(i))
		require.NoError(t, os.WriteFile(at, make([]byte, 400), 0o600))
		require.NoError(t, os.Chtimes(at, time.Now(), time.Now().Add(-age)))
	}
	_, ok := s.Get("0") // used now
	require.True(t, ok)
	at := filepath.Join(t.TempDir(), "a")
	require.NoError(t, os.WriteFile(at, make([]byte, 400), 0o600))
	s.Put("new", at)
	for key, want := range map[string]bool{"0": true, "1": false, "2": false, "3": false, "4": true, "new": true} {
		_, ok := s.Get(key)
		require.Equal(t, want, ok, key)
	}
}

// If nothing can be kept, an archive is used from where it is.
func TestStore_none(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	for _, s := range []*Store{nil, {Dir: filepath.Join(file, "below")}} {
		require.Equal(t, file, s.Put("k", file))
		_, ok := s.Get("k")
		require.False(t, ok)
	}
}
