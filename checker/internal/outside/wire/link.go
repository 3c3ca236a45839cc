package wire

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"reflect"
	"runtime"
	"sync"
	"time"
	"unsafe"
)

// Link is one side of a stream of calls.
type Link struct {
	book   *Book
	stream io.Writer
	from   *bufio.Reader
	judge  bool

	// Panicked is told of a panic on the other side before it is raised here.
	Panicked func(text, stack string)
	// Closed is told why nothing more can be called: io.EOF if the other side has
	// ended, an [ErrFrame] if it does not keep to the rules.
	Closed func(error)

	sending sync.Mutex // one frame after the other, in the order of their encoding
	mu      sync.Mutex // guards what follows
	memory  memory
	errs    errs
	objects objects
	epoch   uint64 // the test
	number  uint64 // of the last call
	open    map[uint64]*waiter
	stack   []*waiter // open, as they began
	free    []*waiter
	dropped int       // frames of an earlier test
	moved   time.Time // when the last frame came or went
	closed  error
	serving int // calls on goroutines of their own

	control func(op, arg uint64) uint64 // the child's
	meter   meter
	mark    string
	buffers [][]byte
}

// The most that a judge puts up with.
const (
	mostWaiters = 512    // calls at a time
	mostServing = 512    // calls of the child's that no waiting goroutine takes
	mostDropped = 10_000 // late frames in one run
)

// ErrClosed is raised in a goroutine whose call nobody answers any more.
var ErrClosed = errors.New("wire: the other side has ended")

func newLink(b *Book, stream io.ReadWriter, judge bool) *Link {
	l := &Link{book: b, stream: stream, from: bufio.NewReaderSize(stream, 64<<10), judge: judge, open: map[uint64]*waiter{}}
	l.reset()
	for range mostWaiters { // made here: a channel made in a bubble must not leave it
		l.free = append(l.free, &waiter{events: make(chan event, 2)})
	}
	return l
}

// reset forgets what the last test has shared. Numbers are not used again.
func (l *Link) reset() {
	first := max(l.memory.next, 2)
	if l.judge {
		first |= 1
	}
	l.memory = memory{byID: map[uint64]*region{}, next: first}
	l.errs = errs{map[uint64]error{}, map[uint64]error{}, l.errs.next}
	for _, o := range l.objects.watched {
		o.stop()
	}
	l.objects = objects{mine: map[uint64]offered{}, byKey: map[any]uint64{}, stubs: map[uint64]reflect.Value{}, remote: map[unsafe.Pointer]uint64{},
		next: l.objects.next, contexts: map[uint64]*remote{}}
}

// Kinds of what is called.
const (
	table = iota
	object
	control
)

// target is what is called.
type target struct {
	kind   uint64
	id     uint64
	method int
	style  style
	name   string
}

// waiter is a goroutine that waits for the answer to its call.
type waiter struct {
	number  uint64
	style   style
	args    []reflect.Value
	results []reflect.Value
	raw     *uint64 // the result of a control
	busy    bool    // serves a call of the other side's
	events  chan event
}

// event is what a waiter gets.
type event struct {
	kind        kind
	text, stack string
	call        *incoming
}

// exitText is what the testing package says of a test whose goroutine has ended.
const exitText = "test executed panic(nil) or runtime.Goexit"

// Panic is a panic of the other side's, raised here.
type Panic struct{ Text string }

func (p *Panic) Error() string { return p.Text }

// Call calls a function of the child's table. The arguments and the results are
// pointers.
func (l *Link) Call(function int, args, results []any) {
	l.call(target{kind: table, id: uint64(function)}, values(args), values(results))
}

func (l *Link) call(t target, args, results []reflect.Value) {
	w, err := l.begin(t, args, results, nil)
	if err != nil {
		l.over(err)
	}
	l.wait(w)
}

// begin sends a call.
func (l *Link) begin(t target, args, results []reflect.Value, raw *uint64) (*waiter, error) {
	l.sending.Lock()
	defer l.sending.Unlock()
	w, frame, err := l.encodeCall(t, args, results, raw)
	if err != nil {
		return nil, err
	}
	if _, err := l.stream.Write(frame); err != nil {
		return w, nil // the reader finds out why
	}
	return w, nil
}

func (l *Link) encodeCall(t target, args, results []reflect.Value, raw *uint64) (*waiter, []byte, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed != nil {
		return nil, nil, ErrClosed
	}
	if len(l.free) == 0 {
		return nil, nil, fmt.Errorf("wire: more than %d calls at a time", mostWaiters)
	}
	e := l.frame(kCall)
	l.number++
	e.uint(l.epoch)
	e.uint(l.number)
	e.uint(t.kind)
	e.uint(t.id)
	e.uint(uint64(t.method))
	if t.kind != control {
		forget := uint64(0)
		if l.judge && l.memory.live > mostSlices {
			forget = l.memory.next
			l.memory.forget(forget)
		}
		e.uint(forget)
		e.changes()
	}
	switch t.style {
	case reads:
		e.uint(uint64(args[0].Len()))
	case writes:
		e.text(string(args[0].Bytes()))
	default:
		for _, a := range args {
			e.value(a)
		}
	}
	if len(e.b) > maxFrame {
		return nil, nil, fmt.Errorf("wire: a call of %d MiB", len(e.b)>>20)
	}
	w := l.free[len(l.free)-1]
	l.free = l.free[:len(l.free)-1]
	w.number, w.style, w.args, w.results, w.raw, w.busy = l.number, t.style, args, results, raw, false
	l.open[w.number] = w
	l.stack = append(l.stack, w)
	l.moved = time.Now()
	return w, e.done(), nil
}

// Quiet is how long this side has been waiting for an answer, if it does nothing
// else: no frame has come or gone, and none of the other side's calls is served.
func (l *Link) Quiet() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, w := range l.open {
		if w.busy {
			return 0
		}
	}
	if len(l.open) == 0 || l.serving > 0 {
		return 0
	}
	return time.Since(l.moved)
}

// Still is how long no frame has come or gone.
func (l *Link) Still() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return time.Since(l.moved)
}

// wait waits for the answer and serves the other side's calls meanwhile, on this
// goroutine: what they do belongs to the test that runs here.
func (l *Link) wait(w *waiter) {
	for {
		ev := <-w.events
		switch ev.kind {
		case kCall:
			l.serve(ev.call, w)
			l.mu.Lock()
			w.busy = false
			l.mu.Unlock()
			continue
		case kReply:
			l.release(w)
		case kPanic:
			l.release(w)
			if l.Panicked != nil {
				l.Panicked(ev.text, ev.stack)
			}
			panic(&Panic{ev.text})
		case kExit:
			l.release(w)
			if l.Panicked != nil {
				l.Panicked(exitText, ev.stack)
			}
			runtime.Goexit()
		default:
			l.over(ErrClosed)
		}
		return
	}
}

// over ends the goroutine whose call cannot be made. In the child, the other side's
// end is everybody's end, and nothing to say anything of.
func (l *Link) over(err error) {
	if !l.judge && err == ErrClosed {
		runtime.Goexit()
	}
	panic(err)
}

// release gives a waiter back. Nothing is sent to it any more.
func (l *Link) release(w *waiter) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.drop(w)
	w.args, w.results, w.raw = nil, nil, nil
	l.free = append(l.free, w)
}

// drop takes a waiter off the lists.
func (l *Link) drop(w *waiter) {
	delete(l.open, w.number)
	for i := len(l.stack) - 1; i >= 0; i-- {
		if l.stack[i] == w {
			l.stack = append(l.stack[:i], l.stack[i+1:]...)
			break
		}
	}
}
