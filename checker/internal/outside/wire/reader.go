package wire

import (
	"fmt"
	"io"
	"time"
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
	l.moved = time.Now()
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
		case kNews:
			d.changes()
			d.end()
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
