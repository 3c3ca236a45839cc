package outside

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"nodebook/checker/internal/outside/harness"
	"nodebook/checker/internal/process"
	"nodebook/checker/internal/verdict"
	"nodebook/checker/internal/workbook"
)

// hearing takes in what both programs of a run say, and makes a trace of it. Only
// the judge's program is believed.
type hearing struct {
	trace *verdict.Trace
	pkg   *workbook.Package
	tests []workbook.Test // as they are numbered, from 1
	mark  string
	out   []byte // the child's output

	current int            // the test that runs, from 1
	last    *harness.Event // how the run ended
	panics  string         // the last panic of the child's in the current test
	over    bool           // all tests that were asked for have run
}

func newHearing(root, mark string, tests []workbook.Test) *hearing {
	return &hearing{trace: verdict.NewTrace(root, tests), pkg: tests[0].Package, tests: tests, mark: mark}
}

// line takes a line of the judge's program.
func (h *hearing) line(b []byte) {
	var e harness.Event
	if json.Unmarshal(b, &e) != nil {
		return
	}
	n := h.number(e.Test)
	switch e.Action {
	case "begin":
		h.current, h.panics = n, ""
		if n > 0 {
			h.trace.Begin(h.tests[n-1])
		}
	case "end":
		if n > 0 {
			h.trace.End(h.tests[n-1], e.Result, e.Text, e.Seconds)
		}
		h.panics = ""
	case "panic":
		h.panics = e.Text
	case "closed", "timeout", "shape":
		h.last = &e
	case "bye":
		h.over = true
	}
}

func (h *hearing) number(name string) int {
	for i, t := range h.tests {
		if t.Name == name {
			return i + 1
		}
	}
	return 0
}

// close notes how both programs ended.
func (h *hearing) close(judge, child process.Outcome) {
	h.printed()
	if h.over {
		h.trace.Close(h.pkg, child.Stop, 0) // a limit passed after the last test is no test's fault
		return
	}
	say := func(text string) {
		if h.current > 0 {
			h.trace.Printed(h.tests[h.current-1], text)
		} else {
			h.trace.Outside(h.pkg, text)
		}
	}
	stop, exit := child.Stop, child.Exit
	switch {
	case h.last == nil && judge.Stop != "": // the judge itself hangs, or keeps too much
		stop = judge.Stop
	case h.last == nil: // it panicked, as a test may
		text := judge.Err
		if h.panics != "" && strings.Contains(text, "panic: "+firstOf(h.panics)) {
			text = h.panics
		}
		say("\n" + text)
		h.tried(judge.Err)
		stop, exit = "", 2
	case h.last.Action == "shape":
		h.trace.BuildFailed(fmt.Sprintf("%s:1:1: %s\n", childFile(h.pkg), h.last.Text))
		return
	case h.last.Text != "": // a bad frame
		h.forged(h.last.Text)
		return
	case h.last.Action == "timeout":
		h.tried(h.last.Stacks)
		if !bytes.Contains(h.out, []byte("panic: test timed out")) {
			stop = process.Wall
		} else if h.last.Moving {
			// At this moment all of the child waits for the next call, or for the answer
			// to one: that is no deadlock.
			say("\ngoroutine 0 [running]:\n")
		}
	default: // the child has ended
		h.tried(h.last.Stacks)
		if stop == "" && exit == 0 && h.current > 0 {
			say("\npanic: unexpected call to os.Exit(0) during test\n")
		}
	}
	h.trace.Close(h.pkg, stop, exit)
}

// firstOf is the value of a panic, in its report.
func firstOf(report string) string {
	line, _, _ := strings.Cut(strings.TrimPrefix(report, "panic: "), "\n")
	return line
}

func (h *hearing) tried(stacks string) {
	if h.current > 0 {
		h.trace.Tried(h.tests[h.current-1], stacks)
	}
}

// forged is the end of a run whose child does not keep to the rules.
func (h *hearing) forged(why string) {
	if h.current == 0 {
		h.trace.Outside(h.pkg, "panic: it does not answer as a program of this lesson does: "+why+"\n")
	} else {
		x := h.tests[h.current-1]
		log := "    outside.go:1: it does not answer as a program of this lesson does: " + why + "\n"
		h.trace.End(x, "fail", log, 0)
	}
	h.trace.Close(h.pkg, "", 2)
}

// printed gives each test what the child has printed during it.
func (h *hearing) printed() {
	test := 0
	for i, part := range bytes.Split(h.out, []byte("\n"+h.mark+" ")) {
		if i > 0 {
			head, body, _ := bytes.Cut(part, []byte("\n"))
			if n, err := strconv.Atoi(string(head)); err == nil && n > 0 && n <= len(h.tests) {
				test = n
			}
			part = body
		}
		if len(part) == 0 {
			continue
		}
		if test > 0 {
			h.trace.Printed(h.tests[test-1], string(part))
		} else {
			h.trace.Outside(h.pkg, string(part))
		}
	}
}
