package wire

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"reflect"
	"strconv"

	"nodebook/lessons/todo"
)

// standard is the errors of the standard library, and the stubs', that travel as
// themselves. Those of net are in the book of a package that imports it: to link it
// takes longer than all else.
var standard = []error{
	todo.Err, io.EOF, io.ErrUnexpectedEOF, io.ErrClosedPipe, io.ErrShortBuffer, io.ErrShortWrite, io.ErrNoProgress,
	os.ErrDeadlineExceeded, os.ErrClosed, fs.ErrNotExist, fs.ErrExist, fs.ErrPermission, fs.ErrInvalid,
	context.Canceled, context.DeadlineExceeded, errors.ErrUnsupported, strconv.ErrRange, strconv.ErrSyntax,
}

// How an error is written.
const (
	errNil = iota
	errYours
	errSentinel
	errNew
)

// Bits of what else is known of an error.
const (
	nilInside  = 1 << iota // an interface that holds a nil pointer
	hasTimeout             // has a method Timeout
	isTimeout
	isTemporary
	saysYes // errors.Is finds an error in it that nobody has
)

func same(a, b error) bool {
	return a != nil && b != nil && reflect.TypeOf(a) == reflect.TypeOf(b) && reflect.TypeOf(a).Comparable() && reflect.ValueOf(a).Comparable() && a == b
}

// errs is the errors of a test that have crossed.
type errs struct {
	mine   map[uint64]error
	theirs map[uint64]error
	next   uint64
}

// mostErrors is how many errors of a test are remembered in each direction. One
// sent after that is new each time.
const mostErrors = 10_000

func (e *encoder) failure(v reflect.Value) {
	if v.IsNil() {
		e.byte(errNil)
		return
	}
	err := v.Interface().(error)
	l := e.l
	if f := failureOf(err); f != nil && same(l.errs.theirs[f.id], err) {
		e.byte(errYours)
		e.uint(f.id)
		return
	}
	for i, s := range l.book.sentinels {
		if same(*s, err) {
			e.byte(errSentinel)
			e.uint(uint64(i))
			return
		}
	}
	e.byte(errNew)
	e.uint(l.numberOf(err))
	e.describe(err)
}

func failureOf(err error) *Failure {
	switch f := err.(type) {
	case *Failure:
		return f
	case timeoutFailure:
		return f.Failure
	}
	return nil
}

// numberOf is the number of an error of this side's.
func (l *Link) numberOf(err error) uint64 {
	if reflect.TypeOf(err).Kind() == reflect.Pointer {
		for id, e := range l.errs.mine {
			if same(e, err) {
				return id
			}
		}
	}
	l.errs.next++
	if len(l.errs.mine) < mostErrors {
		l.errs.mine[l.errs.next] = err
	}
	return l.errs.next
}

func (e *encoder) describe(err error) {
	var bits uint64
	if p := reflect.ValueOf(err); p.Kind() == reflect.Pointer && p.IsNil() {
		e.uint(nilInside)
		e.text("")
		e.text(fmt.Sprintf("%T", err))
		e.uint(0)
		e.uint(0)
		e.uint(0)
		return
	}
	if t, ok := err.(interface{ Timeout() bool }); ok {
		bits |= hasTimeout
		if t.Timeout() {
			bits |= isTimeout
		}
	}
	if t, ok := err.(interface{ Temporary() bool }); ok && t.Temporary() {
		bits |= isTemporary
	}
	// Asked first: an Is method that says yes once is found out by it, and what it
	// says after that says nothing.
	if errors.Is(err, &stranger{}) {
		bits |= saysYes
	}
	e.uint(bits)
	e.text(err.Error())
	e.text(fmt.Sprintf("%T", err))
	var found []uint64
	for i, s := range e.l.book.sentinels {
		if *s != nil && bits&saysYes == 0 && errors.Is(err, *s) {
			found = append(found, uint64(i))
		}
	}
	e.numbers(found)
	found = nil
	for id, theirs := range e.l.errs.theirs {
		if errors.Is(err, theirs) {
			found = append(found, id)
		}
	}
	e.numbers(found)
	e.typed(err)
}

// stranger is an error that is in no other.
type stranger struct{ _ byte }

func (*stranger) Error() string { return "an error that only this side has" }

func (e *encoder) numbers(list []uint64) {
	e.uint(uint64(len(list)))
	for _, n := range list {
		e.uint(n)
	}
}

// typed writes the values of known types that errors.As finds.
func (e *encoder) typed(err error) {
	type found struct {
		number int
		v      reflect.Value
	}
	var all []found
	for i, t := range e.l.book.values {
		if !t.Implements(errorType) {
			continue
		}
		target := reflect.New(t)
		if errors.As(err, target.Interface()) {
			all = append(all, found{i, target.Elem()})
		}
	}
	e.uint(uint64(len(all)))
	for _, f := range all {
		e.uint(uint64(f.number))
		e.value(f.v)
	}
}

func (d *decoder) failure(v reflect.Value) {
	l := d.l
	switch tag := d.byte(); tag {
	case errNil:
		v.SetZero()
	case errYours:
		id := d.uint()
		err := l.errs.mine[id]
		if err == nil {
			bad("no error %d", id)
		}
		v.Set(reflect.ValueOf(err))
	case errSentinel:
		err := *l.book.sentinels[d.small(len(l.book.sentinels)-1, "sentinel")]
		if err == nil {
			bad("a sentinel that is nil")
		}
		v.Set(reflect.ValueOf(err))
	case errNew:
		v.Set(reflect.ValueOf(d.described(d.uint())))
	default:
		bad("an error of kind %d", tag)
	}
}

func (d *decoder) described(id uint64) error {
	l := d.l
	f := &Failure{id: id, bits: d.uint(), text: d.text(), typeName: d.text()}
	for range d.small(len(l.book.sentinels), "sentinels") {
		f.is = append(f.is, *l.book.sentinels[d.small(len(l.book.sentinels)-1, "sentinel")])
	}
	for range d.small(mostErrors, "errors") {
		if err := l.errs.mine[d.uint()]; err != nil {
			f.is = append(f.is, err)
		}
	}
	for range d.small(len(l.book.values), "values") {
		t := l.book.values[d.small(len(l.book.values)-1, "type")]
		if !t.Implements(errorType) {
			bad("%v is not an error", t)
		}
		v := reflect.New(t).Elem()
		d.value(v)
		f.values = append(f.values, v)
	}
	if known := l.errs.theirs[id]; known != nil {
		return known
	}
	var err error = f
	if f.bits&hasTimeout != 0 {
		err = timeoutFailure{f}
	}
	if len(l.errs.theirs) < mostErrors {
		l.errs.theirs[id] = err
	}
	return err
}
