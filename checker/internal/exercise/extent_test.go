package exercise

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func sampleNames() *names {
	n := &names{given: map[string]bool{"": true}, marked: map[string]bool{"Read": true, "Set.Has": true}}
	for _, name := range []string{"Read", "Set.Has", "ErrRead", "Set", "Close", "limit"} {
		n.given[name] = true
	}
	return n
}

// An editor holds a function and the learner's own helpers beside it, and
// nothing of the lesson's else, whether the file parses or not.
func TestExtent(t *testing.T) {
	const above = "package p\n\nimport \"io\"\n\n// ErrRead is given.\nvar ErrRead = io.EOF\n\n// Read reads.\n"
	const below = "\n\n// Close is given.\nfunc Close() {}\n\n// Set is a set.\ntype Set[T any] struct{ x T }\n\n// Has tells.\nfunc (s *Set[T]) Has() bool {\n\treturn false\n}\n"
	for _, c := range []struct{ name, text string }{
		{"the function alone", "func Read() error {\n\treturn nil\n}"},
		{"a helper after it", "func Read() error {\n\treturn one()\n}\n\n// one helps.\nfunc one() error { return nil }\n\ntype mine int\n\nconst (\n\ta = 1\n)"},
		{"a helper before it", "func one() error { return nil }\n\nfunc Read() error {\n\treturn one()\n}"},
		{"a brace is missing", "func Read() error {\n\tif true {\n\t\treturn nil"},
		{"a brace too many", "func Read() error {\n\treturn nil\n}\n}"},
		{"a quote that is not closed", "func Read() error {\n\treturn errors.New(\"a)\n}"},
		{"not indented", "func Read() error {\nvar b byte\n_ = b\nreturn nil\n}"},
	} {
		src := above + c.text + below
		from, to, ok := sampleNames().extent(src, "Read")
		require.True(t, ok, c.name)
		require.Equal(t, c.text, src[from:to], c.name)
		from, to, ok = sampleNames().extent(src, "Set.Has")
		require.True(t, ok, c.name)
		require.Equal(t, "func (s *Set[T]) Has() bool {\n\treturn false\n}", src[from:to], c.name)
	}
	_, _, ok := sampleNames().extent(above, "Read")
	require.False(t, ok)
}

func TestFits(t *testing.T) {
	const read = "func Read() error {\n\treturn nil\n}\n"
	for text, want := range map[string]string{
		read:                               "",
		read + "\nfunc one() {}\n":         "",
		"func one() {}\n\n" + read:         "",
		"func Read() error {\n\tif true {": "",
		"func Read() error {\nvar limit = 1\n_ = limit\nreturn nil\n}\n": "",
		"":                     "func Read is gone",
		"func Reed() error {}": "func Read is gone",
		"func Reed() error {":  "func Read is gone",
		read + "\n" + read:     "Read is declared in the package already",
		read + "\nfunc (s *Set[T]) Has() bool { return true }\n": "Set.Has is declared in the package already",
		read + "\nimport \"os\"\n":                               "imports and the package clause are at the top",
	} {
		err := sampleNames().fits(text, "Read")
		if want == "" {
			require.NoError(t, err, text)
		} else {
			require.ErrorIs(t, err, ErrNotThis)
			require.ErrorContains(t, err, want, text)
		}
	}
}

// A whole file that is pasted brings its imports along.
func TestLift(t *testing.T) {
	imports, rest := lift("// Copyright.\n\npackage p\n\nimport m \"math\"\n\nimport (\n\t\"io\"\n\n\tb \"bytes\"\n)\n\nfunc Read() {}\n")
	require.Equal(t, []string{`m "math"`, `"io"`, `b "bytes"`}, imports)
	require.Equal(t, "func Read() {}\n", rest)
	require.Equal(t, "package p\n\nimport b \"bytes\"\n\nimport m \"math\"\n\nimport \"io\"\n", withImports("package p\n\nimport \"io\"\n", imports))
	imports, rest = lift("func Read() {}\n")
	require.Empty(t, imports)
	require.Equal(t, "func Read() {}\n", rest)
}
