package interpreter

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"sync"

	"nodebook/checker/internal/interpreter/lower"
	"nodebook/checker/internal/lazyregexp"
)

// trace is the interpreter's standard error. While a panic unwinds, the
// interpreter writes a line for each of its functions; the trace turns them into
// lines of a Go stack, at the learner's places.
type trace struct {
	mu   sync.Mutex
	to   io.Writer
	root string
	core *lower.Core
	at   *int // the line that a checked program is at; nil is not known
}

var panicLine = lazyregexp.New(`^(?:_\.go:)?(\d+):\d+: panic: `)

// recoveredMark is the line that says that the panic whose stack is above was
// recovered.
const recoveredMark = "nodebook: recovered"

func (t *trace) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for line := range bytes.Lines(b) {
		m := panicLine().FindSubmatch(line)
		if m == nil || t.core == nil {
			t.to.Write(line)
			continue
		}
		n, _ := strconv.Atoi(string(m[1])) // the first line of the function
		if t.at != nil && t.core.Within(n, *t.at) {
			n = *t.at
		}
		if p := t.core.Position(n); p.IsValid() {
			fmt.Fprintf(t.to, "\t%s/%s:%d\n", t.root, p.Filename, p.Line)
		}
	}
	return len(b), nil
}

func (t *trace) recovered() {
	t.mu.Lock()
	defer t.mu.Unlock()
	fmt.Fprintln(t.to, recoveredMark)
}

// raisedMark begins the line that says what a panic's value is, where the runtime
// would show a box.
const raisedMark = "nodebook: raised "

func (t *trace) raised(value string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	fmt.Fprintln(t.to, raisedMark+value)
}

var boxShown = lazyregexp.New(`(?m)^panic: \(prelude\.Box\) 0x[0-9a-f]+`)

// unboxed replaces a panic's box with the value in it.
func unboxed(text string) string {
	value := lineWith(text, raisedMark)
	if value == "" {
		return text
	}
	return boxShown().ReplaceAllLiteralString(text, "panic: "+value)
}
