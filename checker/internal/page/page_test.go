package page

import (
	"html"
	"regexp"
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
	require.Contains(t, all, `<code class="short">end</code>`)
	require.NotContains(t, all, "secret", "a hint is shown when it is asked for")
}

// A picture is looked for in the folder of its page, and is kept inside the page.
func TestNew_picture(t *testing.T) {
	const text = "# Lesson 1: words\n\nLook:\n\n![Two words, said \"twice\"](pictures/words.svg)\n\nSee [this](https://example.org).\n"
	p, err := New(&workbook.Lesson{Name: "lesson1", Page: workbook.ParsePage(text)})
	require.NoError(t, err)
	require.Contains(t, string(p.Pieces[0].HTML), `<p>Look:</p>`)
	require.Contains(t, string(p.Pieces[0].HTML), `<figure><img src="lesson1/pictures/words.svg" alt="Two words, said &quot;twice&quot;"></figure>`)
}

func TestNew_program(t *testing.T) {
	const text = "# Lesson 6: nodes\n\n```console\n$ go run ./lessons/lesson6 network --plain\n1s\n```\n\n```text\n$ go run ./lessons/lesson6 network --nodes 8\nn1\n```\n\nEnd.\n"
	p, err := New(&workbook.Lesson{Name: "lesson6", Page: workbook.ParsePage(text)})
	require.NoError(t, err)
	require.Equal(t, &Piece{Kind: Network, Args: []string{"network", "--nodes", "8"}}, p.Program())
	require.Len(t, p.Pieces, 3)
	require.Contains(t, string(p.Pieces[0].HTML), "--nodes 8")
}

func TestHighlight(t *testing.T) {
	const src = "// f is < 1.\nfunc f(x int) string { return \"a\" + string('\\n') + `b` + min(0x1f, 2.5) }\n"
	got := string(Highlight("go", src))
	for _, want := range []string{
		`<span class="c1">// f is &lt; 1.</span>`, `<span class="kd">func</span>`, `<span class="nf">f</span>`, `<span class="kt">int</span>`,
		`<span class="k">return</span>`, `<span class="s">&#34;a&#34;</span>`, `<span class="sc">&#39;\n&#39;</span>`, "<span class=\"s\">`b`</span>",
		`<span class="nb">min</span>`, `<span class="m">0x1f</span>`, `<span class="m">2.5</span>`,
	} {
		require.Contains(t, got, want)
	}
	require.Contains(t, string(Highlight("json", `{"a": [1, "b"]}`)), `<span class="nt">&#34;a&#34;</span>`)
	for _, lang := range []string{"go", "json", "hex", "output", "text", ""} {
		const odd = "'\" \\ ` \x00 é\n"
		plain := html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(string(Highlight(lang, odd)), ""))
		require.Equal(t, odd, plain, "what is shown as %q is what is there", lang)
	}
}

// The prose of a comment can be broken elsewhere; its code and its lists' items stay apart, and
// with the style sheet's help or without, the text is what it was.
func TestFlow(t *testing.T) {
	const src = "// A is\n// <b>.\n// - flat\n//\n//\tx   y\n//\tz   1\n//\n//   - one\n//     goes on\n//   - two\n//  3. three\n// after\n// 1970. End\nfunc A() {\n\t// in\n\t// side\n\tb() // at\n\t// the end\n}\n\n//go:build x\n"
	got := string(flow(Highlight("go", src)))
	tags := regexp.MustCompile(`<[^>]*>`)
	require.Equal(t, src, html.UnescapeString(tags.ReplaceAllString(got, "")))
	var spans []string
	for _, m := range regexp.MustCompile(`(?s)<span class="c1 (para[^"]*)">(.*?)\n</span><span class="w">`).FindAllStringSubmatch(got, -1) {
		narrow := regexp.MustCompile(`(?s)<span class="soft">.*?</span>`).ReplaceAllString(m[2], "")
		spans = append(spans, m[1]+": "+html.UnescapeString(tags.ReplaceAllString(narrow, "")))
	}
	require.Equal(t, []string{"para: // A is <b>.", "para item: // - flat", "para item: //   - one goes on", "para item: //   - two", "para item: //  3. three", "para: // after 1970. End", "para inner: // in side", "para inner: // the end"}, spans)
}
