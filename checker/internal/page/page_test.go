package page

import (
	"strings"
	"testing"

	"nodebook/checker/internal/workbook"

	"github.com/stretchr/testify/require"
)

const sample = "# Lesson 1: words\n\nHello.\n\n## 1. Say\n\n```go exercise Say\nfunc Say() error\n```\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\n" +
	"<details><summary>Hint 1</summary>\n\nsecret\n\n</details>\n\n## 2. Run\n\n```go cell\nx := 1\nx\n```\n\n```output\n1\n```\n\nThe `end`.\n"

func TestNew(t *testing.T) {
	say := &workbook.Exercise{Name: "Say"}
	p, err := New(&workbook.Lesson{Name: "lesson1", Page: workbook.ParsePage(sample), Exercises: []*workbook.Exercise{say}})
	require.NoError(t, err)
	var kinds []string
	all := ""
	for _, x := range p.Pieces {
		kinds = append(kinds, string(x.Kind))
		all += string(x.HTML)
	}
	require.Equal(t, "prose exercise prose code prose", strings.Join(kinds, " "))
	require.Equal(t, []Heading{{"1-say", "1. Say"}, {"2-run", "2. Run"}}, p.Headings)
	require.Equal(t, Piece{Kind: Code, HTML: p.Pieces[3].HTML, Number: 1, Source: "x := 1\nx", Output: "1\n"}, p.Pieces[3])
	require.Contains(t, all, "<td>2</td>")
	require.Contains(t, all, "<code>end</code>")
	require.NotContains(t, all, "secret", "a hint is shown when it is asked for")
}
