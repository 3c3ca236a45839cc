package author_test

import (
	"slices"
	"testing"

	"nodebook/checker/internal/author"
)

func TestSentences(t *testing.T) {
	doc := `ReadName reads a name (0x20 to 0x7e), e.g. "ping". It keeps the
rest, whatever it is. "Why?" it does not ask.

 1. the length: [ErrTooLarge]
 2. the magic

Errors, whose text names the field: [ErrCommand] for a bad byte, and for one
after the first NUL; [io.EOF] if the stream has ended,
[io.ErrUnexpectedEOF] for a field cut short. It is never nil.
`
	want := []string{
		`ReadName reads a name (0x20 to 0x7e), e.g. "ping".`,
		"It keeps the rest, whatever it is.",
		`"Why?" it does not ask.`,
		"the length: ErrTooLarge",
		"the magic",
		"Errors, whose text names the field",
		"ErrCommand for a bad byte, and for one after the first NUL",
		"io.EOF if the stream has ended",
		"io.ErrUnexpectedEOF for a field cut short.",
		"It is never nil.",
	}
	if got := author.Sentences(doc); !slices.Equal(got, want) {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
}

// Every sentence of a finished lesson has a wrong solution or a reason, and no
// other lesson gets worse.
func TestContracts(t *testing.T) {
	complaints, err := repo(t).Contracts()
	hold(t, complaints, err)
}

func TestRightSolutions(t *testing.T) {
	complaints, err := repo(t).RightRules()
	hold(t, complaints, err)
}

// A sentence counts as broken only if a wrong solution names it, and a mark that
// names no sentence is a complaint.
func TestContract_marks(t *testing.T) {
	r := repo(t)
	l, err := r.Book.Lesson("lesson1")
	if err != nil {
		t.Fatal(err)
	}
	claims, complaints, err := r.Contract(l)
	hold(t, complaints, err)
	e := l.Exercise("ReadMessage")
	reason := ""
	for _, c := range claims {
		if c.Exercise == e && c.Untested != "" {
			reason = c.Untested
		}
	}
	if reason == "" {
		t.Error("the UNTESTED mark in ReadMessage was not found")
	}
	w, err := author.ParseWrong(l, e.Package, "x.txt", []byte("// wrong: x\n// refused: ReadMessage\n// breaks: \"the magic\"\n// breaks: \"no such words\"\n\npackage framing\n"))
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{`"the magic"`, `"no such words"`}; !slices.Equal(w.Breaks, want) {
		t.Errorf("breaks: got %q, want %q", w.Breaks, want)
	}
}
