package trial

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNeeded(t *testing.T) {
	module := map[string][]byte{
		"fixtures/a/a.go":           []byte("package a\nimport \"example.org/x/y\"\n"),
		"fixtures/a/testdata/a.txt": []byte("embedded"),
		"fixtures/b/b.go":           []byte("package b\n"),
		"vendor/example.org/x/x.go": []byte("package x\n"),
		"vendor/example.org/x/y/y.go": []byte(`package y
import (
	"fmt"
	"nodebook/fixtures/a"
)`),
		"vendor/example.org/z/z.go": []byte("package z\n"),
	}
	got := needed(module, [][]byte{[]byte("package p\nimport (\n\t\"os\"\n\t\"nodebook/fixtures/a\"\n)"), []byte("no Go")})
	require.Equal(t, []string{"fixtures/a/a.go", "fixtures/a/testdata/a.txt", "vendor/example.org/x/y/y.go"}, slices.Sorted(maps.Keys(got)))
	require.Empty(t, needed(module, nil))
}
