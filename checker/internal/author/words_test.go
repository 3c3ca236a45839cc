package author

import (
	"strings"
	"testing"

	"nodebook/checker/internal/workbook"

	"github.com/stretchr/testify/require"
)

func TestHits(t *testing.T) {
	words, err := wordings()
	require.NoError(t, err)
	const fence = "```"
	page := "He is a nice neighbor, it is easy.\n\n" + fence + "go exercise Has\n// Has tells whether it is so.\nfunc Has() bool\n" + fence + // style-ok: what the test looks for
		"\n\nIt goes on for ever.\n\n" + fence + "go cell\ncolor := 1 // begins anew\n" + fence + "\n" // style-ok: what the test looks for
	for _, c := range []struct {
		name, file, text string
		want             []string
	}{
		{"a comment", "checker/a.go", "package a\n\n// Has tells whether it is so.\n", []string{"tells whether"}}, // style-ok: what the test looks for
		{"two in one line", "docs/a.md", "It mends it once more.\n", []string{"mends", "once more"}},              // style-ok: what the test looks for
		{"a line that says why", "docs/a.md", "It mends it. <!-- style-ok: the song is called so -->\n", nil},     // style-ok: what the test looks for
		{"only a page has the words of a page", "docs/a.md", "It is easy.\n", nil},
		{"a page: prose and cells, but not what comes from a solution", "lessons/lesson1/README.md", page,
			[]string{"easy", "neighbor", "for ever", "anew"}}, // style-ok: what the test looks for
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, h := range hits(c.file, []byte(c.text), words) {
				got = append(got, h.Found)
			}
			require.ElementsMatch(t, c.want, got)
		})
	}
}

// A hit belongs to the longest path that the baseline names.
func TestCounted(t *testing.T) {
	base := map[string]int{"lessons": 0, "lessons/lesson5": 3}
	got := counted([]Hit{{File: "lessons/lesson1/README.md"}, {File: "lessons/lesson5/README.md"}, {File: "other/a.md"}}, base)
	require.Len(t, got["lessons"], 1)
	require.Len(t, got["lessons/lesson5"], 1)
	require.Len(t, got["."], 1)
}

func TestDensity_finds(t *testing.T) {
	const table = "| given | result |\n| --- | --- |\n| 1 | 2 |\n"
	section := func(words int, table string) string {
		return "## 1. Say\n\n" + strings.Repeat("word ", words) + "\n\n```go exercise Say\n```\n\n" + table + "\n<details><summary>Hint 1</summary>\n\n| x | ErrX |\n\n</details>\n"
	}
	for _, c := range []struct {
		name, page string
		want       []string
	}{
		{"good", section(60, table+"| 2 | `ErrSay` |\n"), nil},
		{"no bad case; a table in a hint does not count", section(60, table+"| 2 | 3 |\n"), []string{"no good and bad case"}},
		{"no table", section(60, ""), []string{"no good and bad case"}},
		{"hardly a word", section(5, table+"| 2 | `ErrSay` |\n"), []string{"has 5 words"}},
		{"a sermon", section(430, table+"| 2 | `ErrSay` |\n"), []string{"has 430 words", "words without an exercise"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := density(&workbook.Lesson{Name: "lesson1", Page: workbook.ParsePage("# Lesson 1: x\n\n" + c.page)})
			require.Len(t, got, len(c.want))
			for i, w := range c.want {
				require.Contains(t, got[i].Message, w)
			}
		})
	}
}

func TestUnknown(t *testing.T) {
	const fence = "```"
	src := "# A node\n\nThe peer's chian, `chian` and [a chain](https://chian.org) of ReadChain in SHA-512.\n\n" + fence + "go\nchian := 1\n" + fence + "\n\n| a | nodde |\n| --- | --- |\n| b | chain |\n"
	require.Equal(t, []word{{"chian", 3}, {"nodde", 9}}, Unknown([]byte(src)))
}

func TestBroken(t *testing.T) {
	r := &Repo{Root: "../../.."}
	d := document{anchors: map[string]bool{"the-page": true}}
	for link, want := range map[string]string{
		"https://example.org/x":      "",
		"#the-page":                  "",
		"#nowhere":                   "no heading",
		"authors.md":                 "",
		"authors.md#the-page":        "",
		"authors.md#no-such-heading": "no heading",
		"no-such-file.md":            "no file",
	} {
		why := r.broken("docs/pages.md", d, link)
		if want == "" {
			require.Empty(t, why, link)
		} else {
			require.Contains(t, why, want, link)
		}
	}
	require.Contains(t, r.broken("lessons/lesson1/README.md", d, "../../docs/authors.md"), "leaves the folder")
}

func TestExcerpt(t *testing.T) {
	const text = "$ go run x\none\ntwo\nthree\nfour\n"
	for ranges, want := range map[string]string{
		"1-4":     text,
		"1-1":     "$ go run x\none\n...\n",
		"2-2,4-4": "$ go run x\n...\ntwo\n...\nfour\n",
	} {
		got, err := excerpt(text, ranges)
		require.NoError(t, err)
		require.Equal(t, want, got, ranges)
	}
	for _, ranges := range []string{"", "x", "0-1", "3-2", "2-5", "2-3,3-4"} {
		_, err := excerpt(text, ranges)
		require.Error(t, err, ranges)
	}
}
