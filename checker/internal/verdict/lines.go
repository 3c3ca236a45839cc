package verdict

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"nodebook/checker/internal/process"
)

// Lines turns what a test program prints with -test.v=test2json into events, as
// "go tool test2json" does. The testing package puts a byte that nobody prints by
// accident before each of its own lines.
type Lines struct {
	pkg     string
	sink    func(Event)
	rest    []byte  // of a line whose end has not come yet
	long    bool    // the beginning of that line has been passed on
	marked  bool    // the last line of the testing package had its mark: others need it, too
	test    string  // to which output belongs
	reports []Event // results that wait for what is logged below them, outermost first
}

// NewLines starts on the output of a package's test program.
func NewLines(pkg string, sink func(Event)) *Lines { return &Lines{pkg: pkg, sink: sink} }

const (
	lineMark    = 0x16
	longestLine = 4096 // of the testing package's own
)

// Write takes a part of the output.
func (l *Lines) Write(b []byte) {
	l.rest = append(l.rest, b...)
	for {
		n := endOfLine(l.rest)
		if n < 0 {
			break
		}
		l.line(l.rest[:n], l.long)
		l.rest, l.long = l.rest[n:], false
	}
	if len(l.rest) > longestLine {
		n := wholeRunes(l.rest)
		l.output(l.rest[:n])
		l.rest, l.long = l.rest[n:], true
	}
}

// wholeRunes is how much of b does not end in the middle of a letter.
func wholeRunes(b []byte) int {
	for i := len(b) - 1; i >= 0 && i > len(b)-utf8.UTFMax; i-- {
		if utf8.RuneStart(b[i]) {
			if !utf8.FullRune(b[i:]) {
				return i
			}
			break
		}
	}
	return len(b)
}

// endOfLine is the length of the first line: it ends after a newline, or before a
// mark. It is -1 if the line has no end yet.
func endOfLine(b []byte) int {
	for i, c := range b {
		switch {
		case c == '\n':
			return i + 1
		case c == lineMark && i > 0:
			return i
		}
	}
	return -1
}

// Close takes the program's end.
func (l *Lines) Close(o process.Outcome) {
	if o.Exit != 0 && o.Stop == "" { // go test says this
		l.Write([]byte(o.How + "\n\x16FAIL\t" + l.pkg + "\t0.000s\n"))
	}
	if len(l.rest) > 0 {
		l.output(l.rest)
	}
	result := "pass"
	if o.Exit != 0 {
		result = "fail"
	}
	l.sink(Event{Action: result, Package: l.pkg})
}

func (l *Lines) output(b []byte) {
	l.sink(Event{Action: "output", Package: l.pkg, Test: l.test, Output: string([]rune(string(b)))}) // valid UTF-8, as in JSON
}

// line takes a whole line, or the end of one.
func (l *Lines) line(line []byte, end bool) {
	marked := line[0] == lineMark
	if end || l.marked && !marked {
		l.output(line)
		return
	}
	if marked {
		line = line[1:]
	}
	text := strings.TrimSuffix(strings.TrimSuffix(string(line), "\n"), "\r")
	if text == "PASS" || text == "FAIL" || strings.HasPrefix(text, "FAIL\t") {
		l.report(0)
		l.test, l.marked = "", marked
		l.output(line)
		return
	}
	if action, name, ok := update(text); ok {
		l.marked = marked
		l.report(0)
		l.test = name
		e := Event{Action: action, Package: l.pkg, Test: name}
		switch action {
		case "name":
		case "pause":
			l.output(line)
			l.sink(e)
		default:
			l.sink(e)
			l.output(line)
		}
		return
	}
	indent := 0
	for strings.HasPrefix(text[4*indent:], "    ") {
		indent++
	}
	e, ok := result(text[4*indent:])
	switch {
	case ok && len(l.reports) >= indent:
		l.marked = marked
		l.report(indent)
		e.Package, l.test = l.pkg, e.Test
		l.reports = append(l.reports, e)
	case !ok && indent > 0 && indent <= len(l.reports):
		l.test = l.reports[indent-1].Test
	}
	l.output(line)
}

// report passes on the results that wait, down to a depth.
func (l *Lines) report(depth int) {
	l.test = ""
	for len(l.reports) > depth {
		last := len(l.reports) - 1
		l.sink(l.reports[last])
		l.reports = l.reports[:last]
	}
}

// update reads a line such as "=== RUN   TestPing".
func update(text string) (action, name string, ok bool) {
	rest, ok := strings.CutPrefix(text, "=== ")
	if !ok {
		return "", "", false
	}
	action, name, _ = strings.Cut(rest, " ")
	switch action {
	case "RUN", "PAUSE", "CONT", "NAME", "PASS", "FAIL", "SKIP":
		return strings.ToLower(action), strings.TrimSpace(name), true
	}
	return "", "", false
}

// result reads a line such as "--- FAIL: TestPing (0.01s)".
func result(text string) (Event, bool) {
	for _, word := range []string{"PASS", "FAIL", "SKIP"} {
		rest, ok := strings.CutPrefix(text, "--- "+word+": ")
		if !ok {
			continue
		}
		e := Event{Action: strings.ToLower(word), Test: strings.TrimSpace(rest)}
		if name, time, ok := strings.Cut(e.Test, " ("); ok {
			e.Test = name
			e.Elapsed, _ = strconv.ParseFloat(strings.TrimSuffix(time, "s)"), 64)
		}
		return e, true
	}
	return Event{}, false
}
