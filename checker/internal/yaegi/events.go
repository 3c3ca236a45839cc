package yaegi

import (
	"bytes"
	"strconv"
	"strings"

	"nodebook/checker/internal/gotest"
	"nodebook/checker/internal/lazyregexp"
)

// reader turns what the testing package prints with -test.v=test2json into
// events, as "go test -json" does. Lines that the testing package writes begin
// with the byte 0x16, wherever the code under test has left off.
type reader struct {
	pkg     string // import path
	current string // the test that output belongs to
	emit    func(gotest.Event)
}

const mark = 0x16

var (
	beginLine  = lazyregexp.New(`^=== (RUN|PAUSE|CONT|NAME)\s+(.*)$`)
	resultLine = lazyregexp.New(`^\s*--- (PASS|FAIL|SKIP): (.*) \(([0-9.]+)s\)$`)
)

// line takes one line, without its newline.
func (r *reader) line(b []byte) {
	if i := bytes.IndexByte(b, mark); i > 0 {
		r.output(string(b[:i]))
		b = b[i:]
	}
	text := string(b)
	if i := strings.IndexByte(text, mark); i >= 0 {
		r.frame(text[:i] + text[i+1:])
		return
	}
	r.output(text + "\n")
}

// frame takes a line of the testing package's own.
func (r *reader) frame(text string) {
	if m := beginLine().FindStringSubmatch(text); m != nil {
		r.current = m[2]
		if m[1] == "RUN" {
			r.emit(gotest.Event{Action: "run", Package: r.pkg, Test: r.current})
		}
		r.output(text + "\n")
		return
	}
	if m := resultLine().FindStringSubmatch(text); m != nil {
		r.current = m[2]
		r.output(text + "\n")
		seconds, _ := strconv.ParseFloat(m[3], 64)
		r.emit(gotest.Event{Action: strings.ToLower(m[1]), Package: r.pkg, Test: m[2], Elapsed: seconds})
		return
	}
	r.current = "" // PASS or FAIL: the tests are over
	r.output(text + "\n")
}

func (r *reader) output(text string) {
	r.emit(gotest.Event{Action: "output", Package: r.pkg, Test: r.current, Output: text})
}
