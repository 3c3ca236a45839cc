package wire

import (
	"fmt"
	"io"
	"reflect"
)

// read takes frames until the stream ends. It is the only goroutine that decodes:
// what frames change takes effect in their order.
func (l *Link) read() error {
	for {
		b, err := readFrame(l.from)
		if err != nil {
			return err
		}
		if err := l.take(b); err != nil {
			return err
		}
	}
}

// take takes one frame.
func (l *Link) take(b []byte) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	d := &decoder{l: l, b: b[1:]}
	return d.run(func() {
		epoch := d.uint()
		if l.judge && epoch != l.epoch {
			l.late(epoch)
			return
		}
		switch k := kind(b[0]); k {
		case kCall:
			l.takeCall(d, epoch)
		case kReply, kPanic, kExit:
			l.takeAnswer(d, k)
		default:
			bad("a frame of kind %d", k)
		}
	})
}

// late passes over a frame of an earlier test: a goroutine that a test has left
// behind may still call what it was given then. It gets no answer.
func (l *Link) late(epoch uint64) {
	if l.dropped++; epoch > l.epoch || l.dropped > mostDropped {
		bad("a frame of another test")
	}
}

// takeAnswer gives an answer to the goroutine that waits for it.
func (l *Link) takeAnswer(d *decoder, k kind) {
	number := d.uint()
	w := l.open[number]
	if w == nil {
		if number == 0 || number > l.number {
			bad("an answer to no call: %d", number)
		}
		if l.dropped++; l.dropped > mostDropped {
			bad("answers to no call")
		}
		if k == kReply { // to a goroutine that a test's failure has ended
			d.changes()
		}
		return
	}
	ev := event{kind: k}
	switch k {
	case kReply:
		if w.raw != nil {
			*w.raw = d.uint()
			break
		}
		d.changes()
		for _, r := range w.results {
			d.value(r)
		}
		if w.style == reads {
			copy(w.args[0].Bytes(), d.bytes(d.small(w.args[0].Len(), "bytes read")))
		}
	case kPanic:
		ev.text, ev.stack = d.text(), d.text()
	case kExit:
		ev.stack = d.text()
	}
	d.end()
	l.drop(w) // it may still be serving a call: this is the last that it gets
	w.events <- ev
}

// takeCall gives a call to the goroutine whose call it most likely belongs to:
// the one that began last, among those that only wait.
func (l *Link) takeCall(d *decoder, epoch uint64) {
	c := &incoming{number: d.uint(), epoch: epoch}
	kind, id, method := d.uint(), d.uint(), d.uint()
	if kind == control {
		if l.judge || l.control == nil {
			bad("a call of the judge's own")
		}
		arg := d.uint()
		go func(n uint64) {
			l.answer(kReply, &incoming{number: c.number, epoch: n}, func(e *encoder) { e.uint(l.control(id, arg)) })
		}(l.enter(id, arg))
		return
	}
	forget := d.uint()
	if forget > 0 {
		if l.judge {
			bad("the child forgets")
		}
		l.memory.forget(forget)
	}
	d.changes()
	if !l.find(c, kind, id, method) {
		if l.dropped++; l.dropped > mostDropped {
			bad("calls of what is gone")
		}
		return
	}
	l.arguments(d, c)
	d.end()
	if !l.judge {
		go l.serve(c, nil)
		return
	}
	for i := len(l.stack) - 1; i >= 0; i-- {
		if w := l.stack[i]; !w.busy {
			w.busy = true
			w.events <- event{kind: kCall, call: c}
			return
		}
	}
	if l.serving >= mostServing {
		bad("more than %d calls at a time", mostServing)
	}
	l.serving++
	go func() {
		defer func() {
			l.mu.Lock()
			l.serving--
			l.mu.Unlock()
		}()
		l.serve(c, nil)
	}()
}

// find looks up what is called; false if it is gone.
func (l *Link) find(c *incoming, kind, id, method uint64) bool {
	switch kind {
	case table:
		if l.judge || id >= uint64(len(l.book.funcs)) {
			bad("no function %d", id)
		}
		c.fn, c.metered = l.book.funcs[id], true
		return true
	case object:
		o, ok := l.objects.mine[id]
		if !ok {
			if id == 0 || id > l.objects.next {
				bad("no object %d", id)
			}
			return false
		}
		if o.v.Kind() == reflect.Func {
			c.fn = o.v
			return true
		}
		t := o.v.Type()
		if method >= uint64(t.NumMethod()) {
			bad("no method %d of %v", method, t)
		}
		c.fn = o.v.Method(int(method))
		m := t.Method(int(method))
		c.style = styleOf(m.Name, m.Type)
		return true
	}
	bad("a call of kind %d", kind)
	return false
}

func (l *Link) arguments(d *decoder, c *incoming) {
	switch c.style {
	case reads:
		c.args = []reflect.Value{reflect.ValueOf(l.buffer(d.small(maxFrame, "buffer")))}
	case writes:
		c.args = []reflect.Value{reflect.ValueOf([]byte(d.text()))}
	default:
		t := c.fn.Type()
		for i := range t.NumIn() {
			v := reflect.New(t.In(i)).Elem()
			d.value(v)
			c.args = append(c.args, v)
		}
	}
}

// buffer is memory for a Read. Its content means nothing: only what was read goes
// back.
func (l *Link) buffer(n int) []byte {
	if k := len(l.buffers); k > 0 && cap(l.buffers[k-1]) >= n {
		b := l.buffers[k-1]
		l.buffers = l.buffers[:k-1]
		return b[:n:n]
	}
	return make([]byte, n)
}

const mostBuffers = 4 // that are kept

// end tells everybody that nothing more comes.
func (l *Link) end(err error) {
	l.mu.Lock()
	l.closed = err
	waiting := l.stack
	l.stack = nil
	l.mu.Unlock()
	if l.Closed != nil {
		l.Closed(err)
	}
	for _, w := range waiting {
		select {
		case w.events <- event{}:
		default:
		}
	}
}

// Dial begins a judge's side. It waits for the child to say that it is there.
func Dial(b *Book, stream io.ReadWriter) (*Link, error) {
	l := newLink(b, stream, true)
	first, err := readFrame(l.from)
	if err != nil {
		return nil, err
	}
	d := &decoder{l: l, b: first[1:]}
	var said string
	if err := d.run(func() {
		if kind(first[0]) != kHello {
			bad("no hello")
		}
		said = d.text()
		d.end()
	}); err != nil {
		return nil, err
	}
	if said != "" {
		return nil, fmt.Errorf("%w: %s", ErrShape, clip(said))
	}
	return l, nil
}

// ErrShape is the error of a child whose types lack what the tests need.
var ErrShape = fmt.Errorf("a declaration has changed")

func clip(s string) string { return s[:min(len(s), 1000)] }

// Follow reads until the stream ends. The judge calls it on a goroutine that is
// in no bubble.
func (l *Link) Follow() { l.end(l.read()) }
