package cli

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The browser is led to the workbook by a file that nobody else can read; the token is in
// no argument of a process.
func TestOpenBrowser(t *testing.T) {
	if runtime.GOOS != "linux" {
		return // elsewhere the command that opens a file is not ours to replace
	}
	bin, root := t.TempDir(), t.TempDir()
	got := filepath.Join(bin, "got")
	require.NoError(t, os.WriteFile(filepath.Join(bin, "xdg-open"), []byte("#!/bin/sh\necho \"$@\" > "+got+".new\nmv "+got+".new "+got+"\n"), 0o755))
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	file := filepath.Join(root, "open-workbook.html")
	require.NoError(t, os.WriteFile(file, []byte("left by somebody"), 0o666))
	done := openBrowser(root, `http://127.0.0.1:1/room/?token=ABC&"<`)
	info, err := os.Stat(file)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Contains(t, string(text), `content="0;url=http://127.0.0.1:1/room/?token=ABC&amp;&#34;&lt;"`)
	require.Eventually(t, func() bool { _, err := os.Stat(got); return err == nil }, 4*time.Minute, 5*time.Millisecond)
	args, err := os.ReadFile(got)
	require.NoError(t, err)
	require.Equal(t, file, strings.TrimSpace(string(args)))
	done()
	require.NoFileExists(t, file)
}

// From a script, from CI and without a display no browser is opened.
func TestCanOpenBrowser(t *testing.T) {
	var out strings.Builder
	a := &app{out: &out}
	t.Setenv("DISPLAY", ":0")
	require.False(t, a.canOpenBrowser(), "the output is no terminal")
}
