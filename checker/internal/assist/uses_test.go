package assist

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestUses(t *testing.T) {
	a := assistant()
	for _, c := range []struct{ name, text, want string }{ // want has the name's places in brackets
		{"a variable of a cell", "n := 1\nn|++\nfmt.Println(n, \"n\")", "[n] := 1\n[n]++\nfmt.Println([n], \"n\")"},
		{"the cursor before it", "|n := 1\nn", "[n] := 1\n[n]"},
		{"another of the same name", "x := 1\nif y := x; y > 0 {\n\tx := 2\n\t_ = x|\n}\n_ = x", "x := 1\nif y := x; y > 0 {\n\t[x] := 2\n\t_ = [x]\n}\n_ = x"},
		{"a type switch", "var v any\nswitch x| := v.(type) {\ncase int:\n\tfmt.Println(x)\ncase string:\n\tfmt.Println(x, 1)\n}", "var v any\nswitch [x] := v.(type) {\ncase int:\n\tfmt.Println([x])\ncase string:\n\tfmt.Println([x], 1)\n}"},
		{"a branch of a type switch", "var v any\nswitch x := v.(type) {\ncase int:\n\tfmt.Println(x|)\n}", "var v any\nswitch [x] := v.(type) {\ncase int:\n\tfmt.Println([x])\n}"},
		{"a type", "type peer struct{ age int }\np := pe|er{1}\n_ = p.age", "type [peer] struct{ age int }\np := [peer]{1}\n_ = p.age"},
		{"letters of two bytes", "größe := 1 // größe\n_ = grö|ße", "[größe] := 1 // größe\n_ = [größe]"},
		{"a field", "type peer struct{ age int }\np := peer{1}\n_ = p.ag|e", ""},
		{"a package", "strings.ToUp|per(\"a\")", ""},
		{"a function of a lesson", "framing.Hash|256(nil)", ""},
		{"a keyword", "for| range 2 {}", ""},
		{"what is not Go", "n := (\nn|", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := snippet(t, c.text)
			require.Equal(t, c.want, marked(s.Source, a.Uses(s)))
		})
	}
	s := snippet(t, "m|", "m := 1")
	require.Empty(t, a.Uses(s), "a name of a cell above")

	s = snippet(t, "func ReadMagic(r io.Reader) (Network, error) {\n\tvar b [4]byte\n\t_, err := io.ReadFull(r, b|[:])\n\treturn Network(0), err\n}")
	s.Package = "lessons/lesson1/framing"
	require.Equal(t, 2, strings.Count(marked(s.Source, a.Uses(s)), "[b]"))
	s.Offset = strings.Index(s.Source, "ReadMagic")
	require.Empty(t, a.Uses(s), "a name of the package is for others too")
}

// marked is a text with brackets around its spans, or "" if there are none.
func marked(text string, spans []Span) string {
	if len(spans) == 0 {
		return ""
	}
	var out strings.Builder
	end := 0
	for _, s := range spans {
		out.WriteString(text[end:s.From] + "[" + text[s.From:s.To] + "]")
		end = s.To
	}
	return out.String() + text[end:]
}
