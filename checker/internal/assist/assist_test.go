package assist

import (
	"slices"
	"strings"
	"testing"

	"nodebook/checker/internal/cell"
	"nodebook/checker/internal/workbook"
	"nodebook/lessons"
	"nodebook/solutions"
)

// snippet reads a text with | at the cursor.
func snippet(t testing.TB, text string, above ...string) Snippet {
	t.Helper()
	book, err := workbook.New(solutions.Files, lessons.Files)
	if err != nil {
		t.Fatal(err)
	}
	l, err := book.Lesson("lesson2")
	if err != nil {
		t.Fatal(err)
	}
	before, after, ok := strings.Cut(text, "|")
	if !ok {
		t.Fatal("no cursor")
	}
	s := Snippet{Source: before + after, Offset: len(before), Names: cell.PackagesOf(book, l)}
	for i, src := range above {
		s.Above = append(s.Above, cell.Cell{Number: i + 1, Source: src})
	}
	return s
}

func assistant() *Assistant { return New("../../..") }

func TestComplete(t *testing.T) {
	a := assistant()
	for _, c := range []struct {
		name, text string
		above      []string
		want       []string // at the head of the answer
		not        string
	}{
		{name: "a package's members", text: "strings.Fie|", want: []string{"Fields", "FieldsFunc", "FieldsFuncSeq", "FieldsSeq"}},
		{name: "the case does not matter", text: "strings.fields|", want: []string{"Fields"}},
		{name: "a lesson's package", text: "framing.ReadM|", want: []string{"ReadMagic", "ReadMessage"}},
		{name: "an open call", text: "fmt.Println(strings.ToUp|", want: []string{"ToUpper"}},
		{name: "a loop's head", text: "for _, w := range strings.Fields(|", want: []string{}},
		{name: "a loop's range", text: "for _, w := range strings.Field|", want: []string{"Fields"}},
		{name: "a condition", text: "x := \"\"\nif strings.HasP|", want: []string{"HasPrefix"}},
		{name: "in a literal", text: "m := framing.Message{Comm|", want: []string{"Command"}},
		{name: "all fields of a literal", text: "type peer struct{ addr, name string }\np := peer{|", want: []string{"addr", "name"}},
		{name: "a field that is not set yet", text: "type peer struct{ addr, name string }\np := &peer{\n\taddr: \"a\",\n\t|", want: []string{"name"}, not: "addr"},
		{name: "a literal in a list", text: "type peer struct{ addr, name string }\np := []*peer{{addr: \"a\"}, {na|", want: []string{"name"}},
		{name: "a value in a literal", text: "c := http.Client{Timeout: time.Sec|", want: []string{"Second"}},
		{name: "a value on a line of a literal", text: "c := http.Client{\n\tTimeout: time.Sec|\n}", want: []string{"Second"}},
		{name: "a value without a name", text: "nonce := 1\ntype pair struct{ a, b int }\np := pair{1, non|", want: []string{"nonce"}},
		{name: "an element", text: "nonce := 1\nall := []int{non|", want: []string{"nonce"}},
		{name: "a key of a map", text: "nonce := 1\nall := map[int]string{non|", want: []string{"nonce"}},
		{name: "not another package's private field", text: "w := sync.WaitGroup{|", want: []string{}, not: "sema"},
		{name: "a variable of this cell", text: "blockHeight := 1\nfmt.Println(blockH|)", want: []string{"blockHeight"}},
		{name: "a variable of a cell above", text: "blockH|", above: []string{"blockHeight := 1"}, want: []string{"blockHeight"}},
		{name: "a field", text: "m.Pay|", above: []string{"var m framing.Message"}, want: []string{"Payload"}},
		{name: "a method", text: "v := version.Services(1)\nv.H|", want: []string{"Has"}},
		{name: "not a private field", text: "var b strings.Builder\nb.|", want: []string{"Cap"}, not: "addr"},
		{name: "a keyword", text: "rang|", want: []string{"range"}},
		{name: "a package by its name", text: "frami|", want: []string{"framing"}},
		{name: "text that follows stays out", text: "strings.ToUp|\nx := (", want: []string{"ToUpper"}},
		{name: "inside a word", text: "strings.ToUp|per(\"a\")", want: []string{"ToUpper"}},
		{name: "inside a function", text: "func f(peer string) string {\n\treturn pee|\n}", want: []string{"peer"}},
		{name: "a type parameter", text: "func f[Key comparable](k Key) Ke|", want: []string{"Key"}},
		{name: "nothing of ours", text: "nodebook|", want: []string{}, not: here},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := a.Complete(snippet(t, c.text, c.above...))
			var names []string
			for _, x := range got.Items {
				names = append(names, x.Name)
			}
			if len(names) < len(c.want) || !slices.Equal(names[:len(c.want)], c.want) {
				t.Errorf("%q: got %v, want %v first", c.text, names[:min(len(names), 10)], c.want)
			}
			if c.not != "" && slices.Contains(names, c.not) {
				t.Errorf("%q: %s is offered", c.text, c.not)
			}
		})
	}
}

// A word is replaced as a whole, also if the cursor is inside it.
func TestComplete_extent(t *testing.T) {
	s := snippet(t, "x := 1\nstrings.ToUp|per(\"ä\")")
	c := assistant().Complete(s)
	if got := s.Source[c.From:c.To]; got != "ToUpper" {
		t.Errorf("the word is %q", got)
	}
}

func TestInspect(t *testing.T) {
	a := assistant()
	for _, c := range []struct {
		text  string
		above []string
		sig   string
		doc   string // starts with
	}{
		{text: "framing.ReadMag|ic(nil)", sig: "func framing.ReadMagic(", doc: "ReadMagic reads"},
		{text: "strings.ToU|pper(\"\")", sig: "func strings.ToUpper(s string) string", doc: "ToUpper returns"},
		{text: "h|eight", above: []string{"height := uint32(1)"}, sig: "var height uint32"},
		{text: "var m framing.Message\nm.Pay|load", sig: "field Payload []byte"},
		{text: "var s version.Services\ns.Ha|s(1)", sig: "func (version.Services).Has(", doc: "Has "},
		{text: "show.Ba|rs(\"\")", sig: "func show.Bars(", doc: "Bars shows"},
		{text: "io.EO|F", sig: "var io.EOF error", doc: "EOF is the error"},
		{text: "ap|pend(nil)", sig: "builtin append"},
		{text: "m := framing.Message{Com|mand: \"ping\"}", sig: "field Command "},
		{text: "fram|ing.X", sig: "package framing"},
	} {
		m, ok := a.Inspect(snippet(t, c.text, c.above...))
		if !ok || !strings.HasPrefix(m.Signature, c.sig) || !strings.HasPrefix(m.Doc, c.doc) {
			t.Errorf("%q: %v %+v, want %q and %q", c.text, ok, m, c.sig, c.doc)
		}
	}
	for _, text := range []string{"|", "nothing|", "1 + |", "strings.Nothing|", "}}}|", "\"ab|c\""} {
		if m, ok := a.Inspect(snippet(t, text)); ok {
			t.Errorf("%q: %+v", text, m)
		}
	}
}

// Whatever is typed, there is an answer and no panic.
func FuzzComplete(f *testing.F) {
	for _, text := range []string{"strings.|", "func (|", "x := []|", "switch x := y.(|", "`|", "/* |", "go func() { x.|", "type t[T any] struct{ |"} {
		before, after, _ := strings.Cut(text, "|")
		f.Add(before+after, len(before))
	}
	a := assistant()
	f.Fuzz(func(t *testing.T, text string, offset int) {
		if len(text) > 500 {
			return
		}
		s := snippet(t, "|")
		s.Source, s.Offset = text, offset
		c := a.Complete(s)
		if c.From < 0 || c.To < c.From || c.To > len(text) {
			t.Errorf("%d to %d of %d", c.From, c.To, len(text))
		}
		a.Inspect(s)
	})
}

func BenchmarkComplete(b *testing.B) {
	a := assistant()
	s := snippet(b, "m.Pay|", "var m framing.Message", "b := new(bytes.Buffer)")
	a.Complete(s)
	for b.Loop() {
		a.Complete(s)
	}
}
