package wire

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"reflect"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
)

// What the judge asks of a child besides calls.
const (
	opBegin   = iota + 1 // a test begins: its number
	opMeter              // how much calls have allocated, which is counted from now on
	opStacks             // print all stacks and end
	opRunning            // how many goroutines there are
	opHeap               // how many bytes of the heap are in use
	opCollect            // collect garbage
)

// Begin begins a test: what the last one shared is forgotten on both sides.
func (l *Link) Begin(test int) {
	l.mu.Lock()
	l.reset()
	l.epoch++
	l.mu.Unlock()
	l.ask(opBegin, uint64(test))
}

// Allocated is how many bytes the child says that its functions have allocated
// since this was first asked for in the test.
func (l *Link) Allocated() uint64 { return l.ask(opMeter, 0) }

// Goroutines is how many goroutines the child says it has.
func (l *Link) Goroutines() int { return int(l.ask(opRunning, 0)) }

// Heap is how much of its heap the child says is in use.
func (l *Link) Heap() uint64 { return l.ask(opHeap, 0) }

// Collect has the child collect its garbage.
func (l *Link) Collect() { l.ask(opCollect, 0) }

// Stacks asks the child to print its goroutines' stacks and to end. It does not
// wait.
func (l *Link) Stacks() {
	var n uint64
	go l.begin(target{kind: control, id: opStacks}, one(0), nil, &n)
}

// one is the argument of a control.
func one(n uint64) []reflect.Value { return []reflect.Value{reflect.ValueOf(&n).Elem()} }

func (l *Link) ask(op, arg uint64) uint64 {
	var n uint64
	w, err := l.begin(target{kind: control, id: op}, one(arg), nil, &n)
	if err != nil {
		panic(err)
	}
	l.wait(w)
	return n
}

// Serve is a child's side: it answers calls until the judge ends. mark is printed
// before the output of each test.
func Serve(b *Book, stream io.ReadWriter, mark string) {
	l := newLink(b, stream, false)
	l.control, l.mark = l.measure, mark
	e := l.frame(kHello)
	e.text(strings.Join(b.faults, "; "))
	stream.Write(e.done())
	err := l.read()
	if err != io.EOF {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(4)
	}
	os.Exit(0)
}

// measure answers what the judge asks about this process.
func (l *Link) measure(op, _ uint64) uint64 {
	switch op {
	case opMeter:
		return l.meter.read()
	case opRunning:
		return uint64(runtime.NumGoroutine())
	case opHeap:
		var s runtime.MemStats
		runtime.ReadMemStats(&s)
		return s.HeapAlloc
	case opCollect:
		runtime.GC()
	}
	return 0
}

// enter does what must be done before the next frame is read. It returns the
// test that is current then.
func (l *Link) enter(op, arg uint64) uint64 {
	switch op {
	case opBegin:
		l.reset()
		l.epoch++
		l.meter.stop()
		fmt.Printf("\n%s %d\n", l.mark, arg)
	case opStacks:
		printStacks()
		os.Exit(2)
	}
	return l.epoch
}

// printStacks prints the stacks of all goroutines but this one, which is ours.
func printStacks() {
	buf := make([]byte, 1<<20)
	for n := runtime.Stack(buf, true); ; n = runtime.Stack(buf, true) {
		if n < len(buf) {
			buf = buf[:n]
			break
		}
		if len(buf) >= 64<<20 {
			break
		}
		buf = make([]byte, 4*len(buf))
	}
	var out bytes.Buffer
	out.WriteString("panic: test timed out after its time\n\n")
	for i, g := range bytes.Split(buf, []byte("\n\n")) {
		if i > 0 {
			out.Write(g)
			out.WriteString("\n\n")
		}
	}
	os.Stderr.Write(out.Bytes()[:min(out.Len(), 200<<10)])
}

// meter counts what the functions of the table allocate.
type meter struct {
	mu     sync.Mutex
	on     bool
	before uint64
	total  uint64
}

func (m *meter) read() uint64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.on = true
	return m.total
}

func (m *meter) stop() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.on = false
}

func (m *meter) begin() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.on {
		m.before = total()
	}
}

func (m *meter) end() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.on {
		m.total += total() - m.before
	}
}

func total() uint64 {
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return s.TotalAlloc
}

// From and To are the descriptors from which a program reads what its fellow writes,
// and to which it writes.
const (
	From = 3
	To   = 4
)

// pipeEnd is how a file is read and written; some systems know a quicker way.
var pipeEnd = func(f *os.File) io.ReadWriter { return f }

// Inherited is the stream to the fellow that this program was started with.
func Inherited() io.ReadWriter {
	return struct {
		io.Reader
		io.Writer
	}{pipeEnd(os.NewFile(From, "pipe")), pipeEnd(os.NewFile(To, "pipe"))}
}

// MarkVariable is the environment variable with what a child prints before each
// test's output, ThreadsVariable the one with how many threads it may have.
const (
	MarkVariable    = "NODEBOOK_MARK"
	ThreadsVariable = "NODEBOOK_THREADS"
)

// Main is the main of a child.
func Main(b *Book) {
	debug.SetTraceback("all")
	debug.SetMaxStack(100 << 20) // as package expect does
	if n, err := strconv.Atoi(os.Getenv(ThreadsVariable)); err == nil {
		debug.SetMaxThreads(n)
	}
	Serve(b, Inherited(), os.Getenv(MarkVariable))
}
