package bitnodes_test

// On a machine with much else to do, a few floods of MaxBody bytes take a while.
//
//nodebook:limits timeout=30s

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson3/bitnodes"
)

// thing is what the tests of ReadJSON decode into.
type thing struct {
	Name  string `json:"name"`
	Count int    `json:"count"`
}

func drawThing(d *draw.Source) (thing, string) {
	v := thing{d.Word(d.Between(1, 12)), d.IntN(1_000_000)}
	return v, fmt.Sprintf(`{"name": %q, "count": %d}`, v.Name, v.Count)
}

const thingType = `var v struct { Name string; Count int }`

func TestReadJSON(t *testing.T) {
	d := draw.From(t)
	for _, around := range []string{"", "\n", " \r\n\t"} {
		want, doc := drawThing(d)
		doc = around + doc + around
		try := expect.Tried(t, "%s; ReadJSON(r, &v), where r holds %#q and gives it in pieces", thingType, doc)
		var got thing
		try.NoError(bitnodes.ReadJSON(d.Fragments([]byte(doc)), &got))
		try.Equal("v", got, want)
	}
}

func TestReadJSON_endWithData(t *testing.T) {
	want, doc := drawThing(draw.From(t))
	try := expect.Tried(t, "%s; ReadJSON(r, &v), where r holds %#q and returns io.EOF together with the last bytes", thingType, doc)
	try.Why("a Read may return bytes and an error at the same time, and the body of an answer often does: use the bytes first")
	var got thing
	try.NoError(bitnodes.ReadJSON(iotest.DataErrReader(strings.NewReader(doc)), &got))
	try.Equal("v", got, want)
}

func TestReadJSON_cut(t *testing.T) {
	d := draw.From(t)
	_, doc := drawThing(d)
	for n := range doc {
		try := expect.Tried(t, "ReadJSON(r, &v), where r holds %#q, the first %d bytes of a document of %d", doc[:n], n, len(doc))
		try.Why("a document that ends too early was cut off; a caller may ask again, as it would not for text that is not JSON")
		var got thing
		try.ErrorIs(bitnodes.ReadJSON(d.Fragments([]byte(doc[:n])), &got), io.ErrUnexpectedEOF, "io.ErrUnexpectedEOF")
	}
	var got thing
	try := expect.Tried(t, "ReadJSON(r, &v), where r holds white space alone, %q", " \n ")
	try.ErrorIs(bitnodes.ReadJSON(strings.NewReader(" \n "), &got), io.ErrUnexpectedEOF, "io.ErrUnexpectedEOF")
}

func TestReadJSON_notJSON(t *testing.T) {
	d := draw.From(t)
	_, doc := drawThing(d)
	_, second := drawThing(d)
	for _, tt := range []struct{ name, text, why string }{
		{"a page of HTML", html, "a server in trouble sends HTML, sometimes with status 200"},
		{"a document of another shape", `["` + d.Word(6) + `"]`, "an array does not fit a struct"},
		{"a string where a number belongs", fmt.Sprintf(`{"name": %q, "count": %q}`, d.Word(4), d.Word(4)), "text does not fit an int"},
		{"a document and HTML after it", doc + html, "a decoder stops at the end of the document; what follows must be looked at too"},
		{"two documents", doc + second, "a decoder stops at the end of the document; what follows must be looked at too"},
		{"a document and a brace too many", doc + "}", "a decoder stops at the end of the document; what follows must be looked at too"},
	} {
		try := expect.Tried(t, "%s; ReadJSON(r, &v), where r holds %s: %s", thingType, tt.name, short(tt.text)).Why("%s", tt.why)
		var got thing
		err := bitnodes.ReadJSON(strings.NewReader(tt.text), &got)
		try.ErrorIs(err, bitnodes.ErrJSON, "ErrJSON")
		try.NotErrorIs(err, io.ErrUnexpectedEOF, "io.ErrUnexpectedEOF")
	}
}

// flood gives head and then fill forever, but gives up on a reader that has
// read far more than it should.
type flood struct {
	head string
	fill byte
	read int
}

func (f *flood) Read(p []byte) (int, error) {
	if f.read > maxBody+tooMuch {
		return 0, io.EOF
	}
	n := copy(p, f.head)
	f.head = f.head[n:]
	copy(p[n:], bytes.Repeat([]byte{f.fill}, len(p)-n))
	f.read += len(p)
	return len(p), nil
}

// tooMuch is by how many bytes a reader may pass MaxBody, being in full swing.
const tooMuch = 1 << 20

func TestReadJSON_tooBig(t *testing.T) {
	d := draw.From(t)
	_, doc := drawThing(d)
	for _, tt := range []struct {
		what string
		r    *flood
	}{
		{"a string that does not end", &flood{head: `{"name": "`, fill: 'x'}},
		{"a document, and then spaces forever", &flood{head: doc, fill: ' '}},
	} {
		try := expect.Tried(t, "ReadJSON(r, &v), where r gives %s", tt.what)
		try.Why("the length of what a stranger sends is bounded while it is read, or it fills the memory")
		var got thing
		err := bitnodes.ReadJSON(tt.r, &got)
		try.ErrorIs(err, bitnodes.ErrTooBig, "ErrTooBig")
		try.True(tt.r.read <= maxBody+tooMuch, fmt.Sprintf("%d bytes read from r", tt.r.read),
			fmt.Sprintf("reading to end soon after MaxBody, %d bytes", maxBody))
	}
}

func TestReadJSON_bound(t *testing.T) {
	d := draw.From(t)
	want, doc := drawThing(d)
	for _, extra := range []int{0, 1} {
		r := io.MultiReader(strings.NewReader(doc), strings.NewReader(strings.Repeat(" ", maxBody-len(doc)+extra)))
		var got thing
		size := "MaxBody"
		if extra > 0 {
			size += "+1"
		}
		try := expect.Tried(t, "ReadJSON(r, &v), where r holds a document and spaces, %s bytes together", size).Why("MaxBody itself is allowed, and not a byte more")
		err := bitnodes.ReadJSON(r, &got)
		if extra == 0 {
			try.NoError(err)
			try.Equal("v", got, want)
			continue
		}
		try.ErrorIs(err, bitnodes.ErrTooBig, "ErrTooBig")
	}
}

func TestReadJSON_readError(t *testing.T) {
	d := draw.From(t)
	_, doc := drawThing(d)
	broken := errors.New("connection reset by " + d.Word(6))
	for _, n := range []int{d.IntN(len(doc)), len(doc)} {
		try := expect.Tried(t, "ReadJSON(r, &v), where r fails after %d of the document's %d bytes with the error %q", n, len(doc), broken)
		try.Why("that reading failed is not the document's fault: the reader's error is passed on, wrapped with %%w, also if a whole document came before it: there is no telling what else was to come")
		var got thing
		err := bitnodes.ReadJSON(io.MultiReader(strings.NewReader(doc[:n]), failing{broken}), &got)
		try.ErrorIs(err, broken, "the reader's error")
		try.NotErrorIs(err, bitnodes.ErrJSON, "ErrJSON")
		try.NotErrorIs(err, io.ErrUnexpectedEOF, "io.ErrUnexpectedEOF")
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestReadJSON_unknownField(t *testing.T) {
	d := draw.From(t)
	want, doc := drawThing(d)
	doc = fmt.Sprintf(`{"%s": [%d, null], %s`, "new_"+d.Word(5), d.IntN(99), doc[1:])
	try := expect.Tried(t, "%s; ReadJSON(r, &v), where r holds %#q", thingType, doc)
	try.Why("what v has no field for is skipped: a server may say more tomorrow than it does today")
	var got thing
	try.NoError(bitnodes.ReadJSON(strings.NewReader(doc), &got))
	try.Equal("v", got, want)
}

func TestReadJSON_kinds(t *testing.T) {
	d := draw.From(t)
	word, n := d.Word(5), float64(d.IntN(1000))
	for _, tt := range []struct {
		doc  string
		want any
	}{
		{"null", nil}, {"true", true}, {"false", false}, {fmt.Sprint(n), n}, {fmt.Sprintf("%q", word), word}, {"[]", []any{}}, {"{}", map[string]any{}},
	} {
		var got any = "v as it was"
		try := expect.Tried(t, "var v any; ReadJSON(r, &v), where r holds %s", tt.doc).Why("any JSON value is a document, and v takes all of them")
		try.NoError(bitnodes.ReadJSON(strings.NewReader(tt.doc), &got))
		try.Equal("v", got, tt.want)
	}
	want, _ := drawThing(d)
	got := want
	try := expect.Tried(t, "%s; ReadJSON(r, &v), where r holds null", thingType).Why("null is a document like any other; encoding/json leaves a struct as it is then")
	try.NoError(bitnodes.ReadJSON(strings.NewReader("null"), &got))
	try.Equal("v", got, want)
}

func TestReadJSON_noWhiteSpace(t *testing.T) {
	_, doc := drawThing(draw.From(t))
	for _, char := range []string{"\v", "\f", "\x00", "\u0085", "\u00a0", "\ufeff"} {
		for _, text := range []string{char + doc, doc + char} {
			try := expect.Tried(t, "ReadJSON(r, &v), where r holds %+q", text).Why("JSON's white space is space, tab, carriage return and line feed; bytes.TrimSpace and its kin take away more")
			var got thing
			err := bitnodes.ReadJSON(strings.NewReader(text), &got)
			try.ErrorIs(err, bitnodes.ErrJSON, "ErrJSON")
		}
	}
}
