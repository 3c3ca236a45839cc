package build

import (
	"go/parser"
	"go/token"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const someTests = `package p_test

import (
	"bytes"
	"io"
	str "strings"
	"testing"
)

type fake struct{ n int }

// Read is a method, needed with its type.
func (f *fake) Read(b []byte) (int, error) { return 0, io.EOF }

const (
	one = iota + 1
	two
)

//go:noinline
func helper() int { return two }

var _ = bytes.MinRead

func TestOne(t *testing.T) { _ = &fake{helper()} }

func TestTwo(t *testing.T) {
	str.Repeat("a", 2)
}
`

// What some tests do not need is left out, and lines stay where they are.
func TestParseTests_only(t *testing.T) {
	files := []File{
		{"lessons/l/p/a_test.go", []byte(someTests)},
		{"lessons/l/p/b_test.go", []byte("package p_test\n\nimport \"testing\"\n\nfunc TestThree(t *testing.T) {}\n")},
	}
	all, err := ParseTests("nodebook/lessons/l/p", files, nil)
	require.NoError(t, err)
	require.Equal(t, []string{"TestOne", "TestTwo", "TestThree"}, all.Names)
	require.Equal(t, strings.Replace(someTests, "package p_test", "package main", 1), string(all.Files[0].Src))

	some, err := ParseTests("nodebook/lessons/l/p", files, []string{"TestOne"})
	require.NoError(t, err)
	require.Equal(t, []string{"TestOne"}, some.Names)
	require.Len(t, some.Files, 1)
	src := string(some.Files[0].Src)
	for _, kept := range []string{"type fake", "Read(b []byte)", "two", "func helper()", "bytes.MinRead", `"bytes"`, `"io"`, `"testing"`} {
		require.Contains(t, src, kept)
	}
	for _, gone := range []string{"TestTwo", `"strings"`} {
		require.NotContains(t, src, gone)
	}
	require.Equal(t, strings.Count(someTests, "\n"), strings.Count(src, "\n"))
	two, err := ParseTests("nodebook/lessons/l/p", files, []string{"TestTwo"})
	require.NoError(t, err)
	require.NotContains(t, string(two.Files[0].Src), "noinline", "a directive goes with its function")
	for _, x := range []*Tests{all, some, two} {
		for _, f := range x.Program().Files {
			_, err := parser.ParseFile(token.NewFileSet(), f.Name, f.Src, 0)
			require.NoError(t, err)
		}
	}
}

func TestParseTests_inside(t *testing.T) {
	_, err := ParseTests("nodebook/lessons/l/p", []File{{"a_test.go", []byte("package p\n")}}, nil)
	require.ErrorIs(t, err, ErrIndirect)
}
