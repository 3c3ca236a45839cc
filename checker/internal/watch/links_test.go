package watch

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/fsnotify/fsnotify"
	"github.com/stretchr/testify/require"
)

// A save in a folder that is reached through a link is seen, and a link that
// leads upwards ends nowhere.
func TestFingerprint_links(t *testing.T) {
	book, elsewhere := t.TempDir(), t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(elsewhere, "framing"), 0o755))
	file := filepath.Join(elsewhere, "framing", "ping.go")
	require.NoError(t, os.WriteFile(file, []byte("package framing\n"), 0o644))
	if err := os.Symlink(elsewhere, filepath.Join(book, "lesson1")); err != nil {
		t.Skip(err)
	}
	require.NoError(t, os.Symlink(book, filepath.Join(elsewhere, "up")))
	before := fingerprint(book)
	require.NoError(t, os.WriteFile(file, []byte("package framing // saved\n"), 0o644))
	require.NotEqual(t, before, fingerprint(book))

	var folders []string
	w := &watcher{dir: book, notify: added{&folders}}
	require.NoError(t, w.addFolders())
	require.Contains(t, folders, filepath.Join(book, "lesson1", "framing"))
}

// added is a Notifier that keeps what it is to watch.

type added struct{ folders *[]string }

func (a added) Add(path string) error       { *a.folders = append(*a.folders, path); return nil }
func (added) Events() <-chan fsnotify.Event { return nil }
func (added) Errors() <-chan error          { return nil }
func (added) Close() error                  { return nil }
