package wire

import (
	"reflect"
	"slices"
)

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
	for i := len(l.stack) - 1; i >= 0 && !c.apart; i-- {
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
		c.apart = guards[t] != nil
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
	for i, b := range l.buffers {
		if cap(b) >= n {
			l.buffers = slices.Delete(l.buffers, i, i+1)
			return b[:n]
		}
	}
	return make([]byte, n)
}

// keep keeps a buffer for a later Read: one that reads into the rest of four
// megabytes, piece by piece, would have each piece's buffer cleared again. The largest
// are kept, which all fit.
func (l *Link) keep(b []byte) {
	if len(l.buffers) < mostBuffers {
		l.buffers = append(l.buffers, b)
		return
	}
	least := 0
	for i := range l.buffers {
		if cap(l.buffers[i]) < cap(l.buffers[least]) {
			least = i
		}
	}
	if cap(b) > cap(l.buffers[least]) {
		l.buffers[least] = b
	}
}

const mostBuffers = 4 // that are kept
