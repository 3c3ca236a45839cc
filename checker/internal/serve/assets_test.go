package serve

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The bundle says what it was built from and what came out; what has changed
// since makes it stale. No Node is needed to find that out.
func TestBundle_fresh(t *testing.T) {
	text, err := os.ReadFile("assets/SOURCES")
	require.NoError(t, err)
	recorded := map[string]string{}
	for line := range strings.Lines(string(text)) {
		sum, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
		recorded[name] = sum
	}
	var sources []string
	require.NoError(t, filepath.WalkDir("web/src", func(file string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			sources = append(sources, file)
		}
		return err
	}))
	require.NotEmpty(t, sources)
	for _, kind := range []string{"css", "js", "woff2", "txt"} {
		built, err := filepath.Glob("assets/*." + kind)
		require.NoError(t, err)
		require.NotEmpty(t, built)
		for _, f := range built {
			sources = append(sources, "web/../"+filepath.ToSlash(f))
		}
	}
	var names []string
	for _, f := range append(sources, "web/build.mjs", "web/package.json", "web/package-lock.json", "web/tsconfig.json") {
		b, err := os.ReadFile(f)
		require.NoError(t, err)
		sum := sha256.Sum256(b)
		name := strings.TrimPrefix(filepath.ToSlash(f), "web/")
		names = append(names, name)
		require.Equal(t, hex.EncodeToString(sum[:]), recorded[name], "%s has changed: run npm ci && npm run build in checker/internal/serve/web", f)
	}
	require.Len(t, recorded, len(slices.Compact(slices.Sorted(slices.Values(names)))))
}

func TestBundle_size(t *testing.T) {
	const most, mostFonts = 300_000, 70_000
	total, fonts := 0, 0
	entries, err := assets.ReadDir("assets")
	require.NoError(t, err)
	for _, e := range entries {
		b, err := assets.ReadFile("assets/" + e.Name())
		require.NoError(t, err)
		if filepath.Ext(e.Name()) == ".woff2" { // compressed already
			fonts += len(b)
			continue
		}
		var out bytes.Buffer
		w := gzip.NewWriter(&out)
		w.Write(b)
		w.Close()
		total += out.Len()
	}
	t.Logf("%d bytes gzipped, and %d of fonts", total, fonts)
	require.LessOrEqual(t, fonts, mostFonts)
	require.LessOrEqual(t, total, most)
}
