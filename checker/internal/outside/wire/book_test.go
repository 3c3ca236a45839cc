package wire

import (
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"
)

// What the functions of the tests take and give.
type (
	shape struct {
		Name  string
		Bytes []byte
		Next  *shape
		own   int
	}
	counter struct {
		Max int
		n   int
	}
	codeError struct{ Code int }
)

func (e *codeError) Error() string { return fmt.Sprintf("code %d", e.Code) }

func (c *counter) Add(k int) int { c.n += k; c.Max = max(c.Max, c.n); return c.n }

var errFull = errors.New("full")

type remoteReader struct{ o *Object }

func (s remoteReader) WireObject() *Object { return s.o }
func (s remoteReader) Read(p []byte) (n int, err error) {
	s.o.Call(0, []any{&p}, []any{&n, &err})
	return
}

type fixed struct{ text string }

func (f *fixed) String() string { return f.text }

type remoteStringer struct{ o *Object }

func (s remoteStringer) WireObject() *Object { return s.o }
func (s remoteStringer) String() (r string) {
	s.o.Call(0, nil, []any{&r})
	return
}

// As package ipaddr has it, which these tests cannot import.
func init() {
	Special(func(a netip.Addr) ([]byte, error) { return a.MarshalBinary() }, func(b []byte) (a netip.Addr, err error) { return a, a.UnmarshalBinary(b) })
	Mutable(func(n big.Int) ([]byte, error) { return n.GobEncode() }, func(b []byte) (n big.Int, err error) { return n, n.GobDecode(b) },
		func(to, from *big.Int) { to.Set(from) }, func(a, b *big.Int) bool { return a.Cmp(b) == 0 })
}

func testBook() *Book {
	b := NewBook()
	b.Sentinel(&errFull)
	b.Struct((*shape)(nil), "Name", "Bytes", "Next", "own")
	b.Named((**shape)(nil))
	b.Struct((*counter)(nil), "Max", "n")
	b.Struct((*codeError)(nil), "Code")
	b.Named((**codeError)(nil))
	b.Interface((*io.Reader)(nil), func(o *Object) any { return remoteReader{o} })
	b.Interface((*fmt.Stringer)(nil), func(o *Object) any { return remoteStringer{o} })
	return b
}

// start links a judge to a child that has these functions.
func start(t *testing.T, functions ...any) *Link {
	t.Helper()
	ours, theirs := net.Pipe()
	b := testBook()
	for _, f := range functions {
		b.Func(f)
	}
	child := newLink(b, theirs, false)
	child.control = child.measure
	hello := child.frame(kHello)
	hello.text("")
	go func() {
		theirs.Write(hello.done())
		child.end(child.read())
	}()
	l, err := Dial(testBook(), ours)
	require.NoError(t, err)
	over := make(chan error, 1)
	l.Closed = func(err error) { over <- err }
	go l.Follow()
	t.Cleanup(func() {
		ours.Close()
		theirs.Close()
		if err := <-over; errors.Is(err, ErrFrame) {
			t.Error(err)
		}
	})
	return l
}

func call[R any](l *Link, function int, args ...any) (r R) {
	l.Call(function, args, []any{&r})
	return r
}
