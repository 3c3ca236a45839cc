package wire

import (
	"fmt"
	"reflect"
	"runtime/debug"
)

// incoming is a call of the other side's.
type incoming struct {
	number  uint64
	epoch   uint64
	fn      reflect.Value
	args    []reflect.Value
	style   style
	metered bool
	apart   bool // may last longer than the call that it belongs to
}

// serve runs a call and answers it. If it ends the goroutine, the waiter that
// runs it, if any, is not answered any more either.
func (l *Link) serve(c *incoming, w *waiter) {
	returned := false
	defer func() {
		if returned {
			return
		}
		if p := recover(); p != nil {
			l.answer(kPanic, c, func(e *encoder) {
				e.text(panicText(p))
				e.text(string(debug.Stack()))
			})
			return
		}
		if w != nil {
			l.mu.Lock()
			l.drop(w)
			l.mu.Unlock()
		}
		stack := string(debug.Stack())
		l.answer(kExit, c, func(e *encoder) { e.text(stack) })
	}()
	var out []reflect.Value
	if c.metered {
		l.meter.begin()
	}
	if c.fn.Type().IsVariadic() {
		out = c.fn.CallSlice(c.args)
	} else {
		out = c.fn.Call(c.args)
	}
	if c.metered {
		l.meter.end()
	}
	l.answer(kReply, c, func(e *encoder) {
		e.changes()
		for _, v := range out {
			own := reflect.New(v.Type()).Elem()
			own.Set(v)
			e.value(own)
		}
		if c.style == reads {
			b, n := c.args[0], int(out[0].Int())
			e.text(string(b.Bytes()[:max(0, min(n, b.Len()))]))
			l.keep(b.Bytes())
		}
	})
	returned = true
}

// answer sends the answer to a call.
func (l *Link) answer(k kind, c *incoming, body func(*encoder)) {
	l.sending.Lock()
	defer l.sending.Unlock()
	frame := func() []byte {
		l.mu.Lock()
		defer l.mu.Unlock()
		if c.epoch != l.epoch { // of an earlier test: nobody waits for it
			return nil
		}
		e := l.frame(k)
		e.uint(l.epoch)
		e.uint(c.number)
		body(e)
		if len(e.b) > maxFrame {
			panic(fmt.Sprintf("an answer of more than %d MiB", maxFrame>>20))
		}
		return e.done()
	}()
	if frame != nil {
		l.stream.Write(frame)
	}
}

// panicText is a panic's value as the runtime prints it.
func panicText(p any) string {
	switch x := p.(type) {
	case error:
		return x.Error()
	case fmt.Stringer:
		return x.String()
	case string:
		return x
	}
	v := reflect.ValueOf(p)
	basic := v.Kind() >= reflect.Bool && v.Kind() <= reflect.Complex128 || v.Kind() == reflect.String
	switch {
	case basic && v.Type().PkgPath() == "":
		return fmt.Sprintf("%T(%v)", p, p)
	case basic && v.Kind() == reflect.String:
		return fmt.Sprintf("%T(%q)", p, p)
	case basic:
		return fmt.Sprintf("%T(%v)", p, p)
	}
	return fmt.Sprintf("(%T)", p)
}
