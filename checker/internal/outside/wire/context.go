package wire

import (
	"context"
	"reflect"
	"sync"
	"time"
)

// A context ends without a call, so the side that has it tells the other one: in
// the next frame, whatever that is about, and at once, in a frame without a call,
// in case there is none. It begins to when the other side looks for the first time, by Done or by
// Err, and not before: a test's context may count who looks.
//
// A context that one side derives from the other's is sent with the number of the
// one that it comes from, whose values it has.

// ownContext is a context of this side's that the other one has been given.
type ownContext struct {
	l    *Link
	id   uint64
	ctx  context.Context
	told bool
	stop func() bool // stops watching; nil before anybody has looked
}

// looker is what the other side calls of a context.
type looker interface{ Look() error }

// Look is called when the other side looks, and returns what Err does.
func (o *ownContext) Look() error {
	o.ctx.Done()
	o.l.watch(o)
	return o.ctx.Err()
}

func (l *Link) watch(o *ownContext) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if m := l.objects.mine[o.id]; o.stop != nil || !m.v.IsValid() || m.v.Interface() != any(o) { // or of an earlier test
		return
	}
	o.stop = context.AfterFunc(o.ctx, l.news)
	l.objects.watched = append(l.objects.watched, o)
}

// news sends what has changed, though nobody calls anything.
func (l *Link) news() {
	l.sending.Lock()
	defer l.sending.Unlock()
	frame := func() []byte {
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.closed != nil {
			return nil
		}
		e := l.frame(kNews)
		e.uint(l.epoch)
		e.changes()
		return e.done()
	}()
	if frame != nil {
		l.stream.Write(frame)
	}
}

// ends writes the contexts of this side's that have ended.
func (e *encoder) ends() {
	for _, o := range e.l.objects.watched {
		if err := o.ctx.Err(); err != nil && !o.told {
			o.told = true
			e.uint(o.id)
			e.failure(reflect.ValueOf(&err).Elem())
		}
	}
	e.uint(0)
}

func (d *decoder) ends() {
	for {
		id := d.uint()
		if id == 0 {
			return
		}
		c, ok := d.l.objects.contexts[id]
		if !ok {
			bad("no context %d", id)
		}
		var err error
		d.failure(reflect.ValueOf(&err).Elem())
		if err == nil {
			bad("a context that ends without an error")
		}
		c.end(err)
	}
}

// remote is a context of the other side's.
type remote struct {
	l        *Link
	id       uint64
	deadline time.Time
	limited  bool
	from     context.Context // of this side, if it is derived from one
	done     chan struct{}

	mu     sync.Mutex
	looked bool
	err    error
	ended  map[*func()]bool // what to call at the end
}

func (c *remote) Deadline() (time.Time, bool) { return c.deadline, c.limited }

func (c *remote) Done() <-chan struct{} {
	c.look()
	return c.done
}

// Err asks the other side. The child asks once: it is told of the end before
// whatever else the judge says later. The judge asks each time: what it has just
// ended may have ended a context that the child has derived.
func (c *remote) Err() error {
	if err, looked := c.state(); err != nil || looked && !c.l.judge {
		return err
	}
	return c.ask()
}

func (c *remote) state() (err error, looked bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err, c.looked
}

func (c *remote) look() {
	if err, looked := c.state(); err == nil && !looked {
		c.ask()
	}
}

var lookerType = reflect.TypeFor[looker]()

func (c *remote) ask() (err error) {
	defer func() {
		if p := recover(); p == ErrClosed { // nobody's test any more
			err = context.Canceled
		} else if p != nil {
			panic(p)
		}
	}()
	c.mu.Lock()
	c.looked = true
	c.mu.Unlock()
	c.l.call(target{object, c.id, 0, plain, "Look"}, nil, values([]any{&err}))
	if err != nil {
		c.end(err)
	}
	return err
}

// Value has the values of the context that this one is derived from. Package
// context has keys of its own, by which it finds a context's end: that is ours.
func (c *remote) Value(key any) any {
	if key == any(&ancestor) {
		return c
	}
	if _, internal := key.(*int); internal || c.from == nil {
		return nil
	}
	return c.from.Value(key)
}

// ancestor is the key by which a context that is derived from the other side's
// finds that.
var ancestor struct{ _ byte }

// AfterFunc is how package context derives a context from this one without a
// goroutine that waits.
func (c *remote) AfterFunc(f func()) func() bool {
	c.look()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil {
		go f()
		return func() bool { return false }
	}
	if c.ended == nil {
		c.ended = map[*func()]bool{}
	}
	c.ended[&f] = true
	return func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		waits := c.ended[&f]
		delete(c.ended, &f)
		return waits
	}
}

func (c *remote) end(err error) {
	c.mu.Lock()
	if c.err != nil {
		c.mu.Unlock()
		return
	}
	c.err = err
	close(c.done)
	ended := c.ended
	c.ended = nil
	c.mu.Unlock()
	for f := range ended {
		(*f)()
	}
}

func writeContext(e *encoder, v reflect.Value) {
	if v.IsNil() {
		e.byte(objNil)
		return
	}
	ctx := v.Interface().(context.Context)
	from, _ := ctx.Value(&ancestor).(*remote)
	if from != nil && from.l != e.l {
		from = nil
	}
	if from != nil && ctx == context.Context(from) {
		e.byte(objYours)
		e.uint(from.id)
		return
	}
	e.byte(objMine)
	e.uint(e.l.offerContext(ctx))
	at, limited := ctx.Deadline()
	e.bool(limited)
	if limited {
		e.value(reflect.ValueOf(&at).Elem())
	}
	if from != nil {
		e.uint(from.id)
	} else {
		e.uint(0)
	}
}

// offerContext numbers a context of this side's.
func (l *Link) offerContext(ctx context.Context) uint64 {
	var key any
	if reflect.ValueOf(ctx).Comparable() {
		if key = any(ctx); l.objects.byKey[key] > 0 {
			return l.objects.byKey[key]
		}
	}
	o := &ownContext{l: l, id: l.objects.next + 1, ctx: ctx}
	return l.offer(reflect.ValueOf(o).Convert(lookerType), key)
}

func readContext(d *decoder, v reflect.Value) {
	o := &d.l.objects
	switch tag := d.byte(); tag {
	case objNil:
		v.SetZero()
	case objYours:
		v.Set(reflect.ValueOf(d.ours(d.uint())))
	case objMine:
		c := &remote{l: d.l, id: d.uint(), limited: d.bool(), done: make(chan struct{})}
		if c.limited {
			d.value(reflect.ValueOf(&c.deadline).Elem())
		}
		if from := d.uint(); from > 0 {
			c.from = d.ours(from)
		}
		if known := o.contexts[c.id]; known != nil {
			c = known
		} else if len(o.contexts) >= mostContexts {
			bad("more than %d contexts", mostContexts)
		}
		o.contexts[c.id] = c
		v.Set(reflect.ValueOf(c))
	default:
		bad("a context of kind %d", tag)
	}
}

const mostContexts = 10_000

// ours is a context that this side has sent.
func (d *decoder) ours(id uint64) context.Context {
	mine := d.l.objects.mine[id]
	if mine.v.IsValid() && mine.v.Type() == lookerType {
		return mine.v.Interface().(*ownContext).ctx
	}
	bad("context %d is none of ours", id)
	return nil
}
