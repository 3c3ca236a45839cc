package interpreter

import (
	"bytes"
	"nodebook/checker/internal/verdict"
	"strconv"
	"strings"
)

// reader turns what the testing package prints with -test.v=test2json into
// events, as "go test -json" does. Lines that the testing package writes begin
// with the byte 0x16, wherever the code under test has left off.
type reader struct {
	pkg     string // import path
	current string // the test that output belongs to
	emit    func(verdict.Event)
}

const mark = 0x16

// line takes one line, without its newline. A line of the testing package's own
// goes to the end, after what the code under test has left unfinished: that may
// have the mark in it as well.
func (r *reader) line(b []byte) {
	i := bytes.LastIndexByte(b, mark)
	if i < 0 || !framed(string(b[i+1:])) {
		r.output(string(b) + "\n")
		return
	}
	if i > 0 {
		r.output(string(b[:i]))
	}
	r.frame(string(b[i+1:]))
}

// framed reports whether text is what the testing package writes behind a mark.
func framed(text string) bool {
	text = strings.TrimLeft(text, " ")
	return strings.HasPrefix(text, "=== ") || strings.HasPrefix(text, "--- ") || text == "PASS" || text == "FAIL"
}

// frame takes a line of the testing package's own: "=== RUN   TestA/b",
// "    --- PASS: TestA/b (0.00s)", or "PASS" at the end.
func (r *reader) frame(text string) {
	word, rest, _ := strings.Cut(strings.TrimLeft(text, " "), " ")
	what, name, _ := strings.Cut(rest, " ")
	switch {
	case word == "===" && name != "":
		r.current = strings.TrimLeft(name, " ")
		if what == "RUN" {
			r.emit(verdict.Event{Action: "run", Package: r.pkg, Test: r.current})
		}
		r.output(text + "\n")
	case word == "---" && (what == "PASS:" || what == "FAIL:" || what == "SKIP:"):
		name, took, _ := strings.Cut(name, " (")
		seconds, _ := strconv.ParseFloat(strings.TrimSuffix(took, "s)"), 64)
		r.current = name
		r.output(text + "\n")
		r.emit(verdict.Event{Action: strings.ToLower(strings.TrimSuffix(what, ":")), Package: r.pkg, Test: name, Elapsed: seconds})
	default:
		r.current = "" // PASS or FAIL: the tests are over
		r.output(text + "\n")
	}
}

func (r *reader) output(text string) {
	r.emit(verdict.Event{Action: "output", Package: r.pkg, Test: r.current, Output: text})
}
