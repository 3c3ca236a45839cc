package interpreter

import (
	"strings"
	"time"

	"nodebook/checker/internal/interpreter/prelude"
	"nodebook/checker/internal/lazyregexp"
	"nodebook/checker/internal/process"
	"nodebook/checker/internal/verdict"
	"nodebook/checker/internal/workbook"
)

const (
	startTime = 5 * time.Second // to check and lower, on a slow machine
	ownMemory = 512 << 20       // of the interpreter itself
	rawOutput = 64 << 20        // bytes of the tests' output and its frames
	panicExit = 2               // the exit status of a program that panics

	timedOut = "panic: test timed out after "
)

// foreign are the words of reflection: the interpreter ran into what Go would
// say in other words, or into a fault of its own.
var foreign = lazyregexp.New(`(?m)^panic: (?:reflect[.:]|.*reflect\.Value|.*reflect: )`)

// ended decides what to make of a child that did not come to its end. It tells
// whether it has: what an interpreter cannot answer for is not judged, or tried
// again with errors in Go's words.
func (c *child) ended(q *request, o process.Outcome) bool {
	tests := c.tests // that may have ended it: before the first one began, all
	t, running := c.test(c.trace.Last(c.pkg))
	if running {
		tests = []workbook.Test{t}
	}
	why := ""
	switch {
	case o.Exit == prelude.WallExit && strings.Contains(o.Err, prelude.WallMark):
		why = lineWith(o.Err, prelude.WallMark)
	case o.Stop == process.Wall, strings.Contains(o.Err, timedOut) && !verdict.Blocked(o.Err):
		why = "it did not end in time: it never ends, or is too slow when interpreted"
	case strings.Contains(o.Err, "goroutine stack exceeds"):
		why = "its calls go deeper than the interpreter can follow"
	case o.Stop == process.Memory || process.NoMemory(o.Err):
		why = "it needs more memory than an interpreter may have"
	case o.Exit < 0 && o.Stop == "":
		why = "a signal ended the interpreter: it is short of memory, or somebody killed it"
	case foreign().MatchString(o.Err):
		why = "the interpreter failed in it: " + lineWith(o.Err, "panic: ")
	}
	if !q.Checked && again(why, o) {
		c.again = tests
		return true
	}
	if why == "" {
		return false
	}
	for _, t := range tests {
		if running || c.trace.Result(t) == "" {
			c.trace.NotJudged(t, why)
		}
	}
	return true
}

// again reports whether a checked program would say more: the words of an error of
// the runtime, or the line of a panic.
func again(why string, o process.Outcome) bool {
	return why == "" && o.Exit == panicExit && strings.Contains(o.Err, "panic: ") && !strings.Contains(o.Err, timedOut) ||
		strings.HasPrefix(why, "the interpreter failed") || strings.Contains(why, "recovers from an error of the runtime")
}

func (c *child) test(name string) (workbook.Test, bool) {
	for _, t := range c.tests {
		if t.Name == name {
			return t, true
		}
	}
	return workbook.Test{}, false
}

func lineWith(text, mark string) string {
	i := strings.LastIndex(text, mark)
	if i < 0 {
		return ""
	}
	line, _, _ := strings.Cut(text[i+len(mark):], "\n")
	return line
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}

// currentStack drops from standard error what belongs to panics that were
// recovered.
func currentStack(text string) string {
	i := strings.LastIndex(text, recoveredMark)
	if i < 0 {
		return text
	}
	return strings.TrimPrefix(text[i+len(recoveredMark):], "\n")
}
