// Package harness is the main of a judge's program: it runs hidden tests, and says
// on standard output what became of each. Nothing of the learner's runs in it.
package harness

import (
	"encoding/json"
	"errors"
	"os"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
	"unsafe"

	"nodebook/checker/internal/outside/wire"
)

// Event is one line of what a judge's program says.
type Event struct {
	Action  string  // ready, begin, end, panic, closed, shape, timeout or bye
	Test    string  `json:",omitempty"`
	Result  string  `json:",omitempty"` // pass, fail or skip
	Seconds float64 `json:",omitempty"`
	Text    string  `json:",omitempty"` // the test's log; a panic's value and stack; why the link was closed
	Quiet   float64 `json:",omitempty"` // seconds for which a run that is out of time has done nothing but wait for the child
	Moving  bool    `json:",omitempty"` // out of time while call followed call
	Stacks  string  `json:",omitempty"` // the judge's own, which carry what was tried
}

// Exit statuses of a program that did not get to its end.
const (
	ExitClosed  = 3 // the child has ended, or was given up
	ExitBroken  = 4 // the testing package is not as it should be
	ExitTimeout = 5
)

// TimeVariable is the environment variable that holds how long all tests together
// may take, RunVariable the names of the tests to run, with spaces between.
const (
	TimeVariable = "NODEBOOK_TIME"
	RunVariable  = "NODEBOOK_RUN_TESTS"
)

type run struct {
	mu     sync.Mutex
	out    *json.Encoder
	link   *wire.Link
	asked  map[string]int // the number of each test, from 1
	test   string
	ending sync.Once
	alarm  *time.Timer
}

func (r *run) say(e Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.out.Encode(e)
}

// stop says why the run ends, and ends it. Others that want to end it wait.
func (r *run) stop(e Event, status int) {
	r.ending.Do(func() {
		r.mu.Lock()
		e.Test = r.test
		r.mu.Unlock()
		e.Stacks = stacks()
		r.say(e)
		os.Exit(status)
	})
	select {}
}

func stacks() string {
	buf := make([]byte, 256<<10)
	return string(buf[:runtime.Stack(buf, true)])
}

// Main runs tests. tests is all of them; RunVariable names those that are asked for.
func Main(path string, tests []testing.InternalTest, start func(*testing.M)) {
	r := &run{out: json.NewEncoder(os.Stdout), asked: map[string]int{}}
	if !fits() {
		os.Exit(ExitBroken)
	}
	for i, name := range strings.Fields(os.Getenv(RunVariable)) {
		r.asked[name] = i + 1
	}
	limit, err := time.ParseDuration(os.Getenv(TimeVariable))
	if err != nil {
		limit = time.Minute
	}
	if null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0); err == nil {
		os.Stdout = null // what the testing package prints is not needed
	}
	r.alarm = time.AfterFunc(limit, r.timeout)
	r.connect()
	r.alarm.Reset(limit)
	var list []testing.InternalTest
	for _, t := range tests {
		if r.asked[t.Name] > 0 {
			list = append(list, testing.InternalTest{Name: t.Name, F: r.wrap(t.Name, t.F)})
		}
	}
	start(testing.MainStart(deps{path}, list, nil, nil, nil))
	r.say(Event{Action: "bye"})
	os.Exit(0)
}

// connect opens the link to the child.
func (r *run) connect() {
	link, err := wire.Open(wire.Inherited())
	switch {
	case errors.Is(err, wire.ErrShape):
		r.stop(Event{Action: "shape", Text: err.Error()}, ExitClosed)
	case err != nil:
		r.stop(closed(err), ExitClosed)
	}
	r.link = link
	link.Panicked = func(text, stack string) {
		r.say(Event{Action: "panic", Test: r.test, Text: "panic: " + text + "\n\n" + stack})
	}
	link.Closed = func(err error) { r.stop(closed(err), ExitClosed) }
	go link.Follow()
	r.say(Event{Action: "ready"})
}

func clip(s string) string { return s[:min(len(s), kept)] }

func closed(err error) Event {
	if errors.Is(err, wire.ErrFrame) {
		return Event{Action: "closed", Text: err.Error()}
	}
	return Event{Action: "closed"} // the end, or a reset if the child has left something unread
}

// moving is how long the link of a run may be still in which call follows call.
const moving = 100 * time.Millisecond

// patience is how long a child that is out of time may take to print its stacks.
const patience = 2 * time.Second

func (r *run) timeout() {
	over := Event{Action: "timeout"}
	if r.link != nil {
		over.Quiet, over.Moving = r.link.Quiet().Seconds(), r.link.Still() < moving
		r.link.Closed = func(error) { r.stop(over, ExitTimeout) }
		r.link.Stacks()
		time.Sleep(patience)
	}
	r.stop(over, ExitTimeout)
}

func (r *run) wrap(name string, f func(*testing.T)) func(*testing.T) {
	return func(t *testing.T) {
		r.mu.Lock()
		r.test = name
		r.mu.Unlock()
		r.say(Event{Action: "begin", Test: name})
		r.link.Begin(r.asked[name])
		start, returned := time.Now(), false
		t.Cleanup(func() {
			e := Event{Action: "end", Test: name, Result: "pass", Seconds: time.Since(start).Seconds(), Text: logOf(t)}
			switch {
			case t.Failed():
				e.Result = "fail"
			case t.Skipped():
				e.Result = "skip"
			case !returned: // a panic, which ends this program
				return
			}
			r.say(e)
		})
		f(t)
		returned = true
	}
}

const kept = 256 << 10 // bytes of a test's log

// logOf is what the testing package holds of a test's log.
func logOf(t *testing.T) string {
	v := reflect.ValueOf(t).Elem()
	out, mu := v.FieldByName("output"), v.FieldByName("mu")
	lock := (*sync.RWMutex)(unsafe.Pointer(mu.UnsafeAddr()))
	lock.RLock()
	defer lock.RUnlock()
	b := *(*[]byte)(unsafe.Pointer(out.UnsafeAddr()))
	return string(b[:min(len(b), kept)])
}

// fits reports whether the testing package is as logOf needs it.
func fits() bool {
	t := reflect.TypeFor[testing.T]()
	out, ok := t.FieldByName("output")
	mu, also := t.FieldByName("mu")
	return ok && also && out.Type == reflect.TypeFor[[]byte]() && mu.Type == reflect.TypeFor[sync.RWMutex]()
}
