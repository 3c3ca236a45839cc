package wire

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/netip"
	"os"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Every kind of value comes back as it went.
func TestValues(t *testing.T) {
	l := start(t,
		func(a bool, b int8, c uint64, d float64, e string, f [3]uint16, g complex64) string {
			return fmt.Sprint(a, b, c, d, e, f, g)
		},
		func(s shape) shape { s.own++; return s },
		func(m map[string][]int) map[string][]int { return m },
		func(a netip.Addr, t time.Time) (netip.Addr, time.Time) { return a.Next(), t.Add(time.Hour) },
		func(a ...any) []any { return a },
	)
	a, b, c, d, e, f, g := true, int8(-7), uint64(1<<63), 1.5, "x\x00é", [3]uint16{1, 2, 65535}, complex64(complex(1, -2))
	require.Equal(t, fmt.Sprint(a, b, c, d, e, f, g), call[string](l, 0, &a, &b, &c, &d, &e, &f, &g))
	s := shape{Name: "a", Bytes: []byte{1}, Next: &shape{Name: "b"}, own: 3}
	got := call[shape](l, 1, &s)
	require.Equal(t, shape{Name: "a", Bytes: []byte{1}, Next: s.Next, own: 4}, got)
	require.Same(t, s.Next, got.Next)
	m := map[string][]int{"": nil, "x": {}, "y": {1, 2}}
	require.Equal(t, m, call[map[string][]int](l, 2, &m))
	at, when := netip.MustParseAddr("fe80::1%eth0"), time.Date(2009, 1, 3, 18, 15, 5, 7, time.FixedZone("here", 3600))
	var next netip.Addr
	var later time.Time
	l.Call(3, []any{&at, &when}, []any{&next, &later})
	require.Equal(t, "fe80::2%eth0", next.String())
	require.Equal(t, when.Add(time.Hour).String(), later.String())
	list := []any{1, "two", nil, 3.0, errFull, []byte{4}}
	require.Equal(t, list, call[[]any](l, 4, &list))
}

// Memory that both sides know is one memory.
func TestAliasing(t *testing.T) {
	var kept []byte
	l := start(t,
		func(b []byte) []byte { kept = b; return append(b, 'x') }, // may write behind b
		func() { kept[0] = '!' },                                  // late
		func(b []byte) []byte { return b[1:3] },
		func(s *shape) { s.Name = "changed"; s.Bytes[0]++ },
		func(m map[string]int) { delete(m, "a"); m["b"]++ },
		func(all []shape) { all[1].Name = "second"; all[0].Bytes = all[1].Bytes },
		func(n *big.Int) { n.Rsh(n, 8) },
		func(all []big.Int) { all[1].Add(&all[1], big.NewInt(1)) },
	)
	buf := []byte("abcdef")
	part := buf[:2]
	got := call[[]byte](l, 0, &part)
	require.Equal(t, "abx", string(got))
	require.Equal(t, "abxdef", string(buf), "the child wrote into our memory")
	require.Same(t, &buf[0], &got[0])
	require.Equal(t, cap(part), cap(got))
	l.Call(1, nil, nil)
	require.Equal(t, "!bxdef", string(buf))
	mid := call[[]byte](l, 2, &buf)
	mid[0] = 'M'
	require.Equal(t, "!Mxdef", string(buf))
	require.Equal(t, "Mx", string(mid))

	s := &shape{Name: "s", Bytes: buf}
	l.Call(3, []any{&s}, nil)
	require.Equal(t, "changed", s.Name)
	require.Equal(t, byte('"'), buf[0], "the byte that both name has changed")
	m := map[string]int{"a": 1, "b": 2}
	l.Call(4, []any{&m}, nil)
	require.Equal(t, map[string]int{"b": 3}, m)
	all := []shape{{Bytes: []byte{1}}, {Bytes: []byte{2}}}
	l.Call(5, []any{&all}, nil)
	require.Equal(t, "second", all[1].Name)
	require.Same(t, &all[0].Bytes[0], &all[1].Bytes[0])
	n := big.NewInt(0x1234)
	l.Call(6, []any{&n}, nil)
	require.EqualValues(t, 0x12, n.Int64(), "as long as before, and in the same word")
	n.SetInt64(0x345678)
	l.Call(6, []any{&n}, nil)
	require.EqualValues(t, 0x3456, n.Int64())
	numbers := []big.Int{*big.NewInt(1), *big.NewInt(2)}
	l.Call(7, []any{&numbers}, nil)
	require.EqualValues(t, 3, numbers[1].Int64())
	l.Begin(2) // what was shared is forgotten
	l.Call(3, []any{&s}, nil)
	require.Equal(t, byte('#'), buf[0])
}

// A slice that has grown has its own memory, with the capacity that it has there.
func TestCapacity(t *testing.T) {
	l := start(t, func(b []byte) []byte { return append(b, make([]byte, 100)...) }, func(n int) []byte { return make([]byte, 1, n) })
	b := []byte("abc")
	got := call[[]byte](l, 0, &b)
	require.Len(t, got, 103)
	require.Equal(t, "abc", string(got[:3]))
	n := 1 << 20
	require.Equal(t, n, cap(call[[]byte](l, 1, &n)))
	n = mostBytes + 1
	_, _ = l, n // more than that ends the child: see TestFrames
}

func TestErrors(t *testing.T) {
	l := start(t,
		func(kind int, theirs error) error {
			switch kind {
			case 0:
				return nil
			case 1:
				return errFull
			case 2:
				return fmt.Errorf("length: %w", io.ErrUnexpectedEOF)
			case 3:
				return theirs
			case 4:
				return fmt.Errorf("read: %w", theirs)
			case 5:
				return fmt.Errorf("here: %w", &codeError{7})
			case 6:
				var p *codeError
				return p
			}
			return errors.New("full") // the words and not the error
		},
		func(err error) string {
			return fmt.Sprint(err, errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, errFull))
		},
	)
	ask := func(kind int, theirs error) error { return call[error](l, 0, &kind, &theirs) }
	ours := errors.New("ours")
	require.NoError(t, ask(0, nil))
	require.True(t, ask(1, nil) == errFull)
	err := ask(2, nil)
	require.EqualError(t, err, "length: unexpected EOF")
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	require.NotErrorIs(t, err, io.EOF)
	require.True(t, ask(3, ours) == ours)
	require.ErrorIs(t, ask(4, fmt.Errorf("wrapped: %w", ours)), ours)
	require.ErrorIs(t, ask(4, ours), ours)
	require.NotErrorIs(t, ask(4, ours), errFull)
	var code *codeError
	require.ErrorAs(t, ask(5, nil), &code)
	require.Equal(t, 7, code.Code)
	require.NotErrorIs(t, ask(7, nil), errFull)
	nilInside := ask(6, nil)
	require.Error(t, nilInside)
	require.Equal(t, "*wire.codeError", nilInside.(*Failure).UnboxedType())
	err = fmt.Errorf("slow: %w", os.ErrDeadlineExceeded)
	require.Equal(t, "slow: i/o timeout true false", call[string](l, 1, &err))
	back := ask(4, err)
	require.ErrorIs(t, back, err)
	require.ErrorIs(t, back, os.ErrDeadlineExceeded)
	var timeout interface{ Timeout() bool }
	require.True(t, errors.As(err, &timeout), "in one process")
	timeout = nil
	require.True(t, errors.As(back, &timeout), "and so from the other: it wraps our error, which wraps one that has Timeout")
	require.True(t, timeout.Timeout())
}

func TestCallbacks(t *testing.T) {
	var kept func(int) int
	l := start(t,
		func(r io.Reader, n int) (string, error) {
			b := make([]byte, n)
			k, err := io.ReadFull(r, b)
			return string(b[:k]), err
		},
		func(f func(int) int) { kept = f },
		func(n int) int { return kept(n) }, // a closure that was kept
		func(r io.Reader) bool { return r == nil },
		func(r io.Reader) io.Reader { return r },
		func(s string) fmt.Stringer { return &fixed{s} },
		func() func(int) int { n := 0; return func(k int) int { n += k; return n } },
		func(f func(int) int) bool { _, ok := any(f).(interface{ Never() }); return ok },
	)
	var r io.Reader = strings.NewReader("hello, world")
	var text string
	var err error
	n := 5
	l.Call(0, []any{&r, &n}, []any{&text, &err})
	require.NoError(t, err)
	require.Equal(t, "hello", text)
	rest, _ := io.ReadAll(r)
	require.Equal(t, ", world", string(rest))
	n = 1
	l.Call(0, []any{&r, &n}, []any{&text, &err})
	require.Equal(t, io.EOF, err)

	sum := 0
	add := func(k int) int { sum += k; return sum }
	l.Call(1, []any{&add}, nil)
	n = 3
	require.Equal(t, 3, call[int](l, 2, &n))
	require.Equal(t, 6, call[int](l, 2, &n))
	require.Equal(t, 6, sum)

	var none io.Reader
	require.True(t, call[bool](l, 3, &none))
	require.False(t, call[bool](l, 3, &r))
	require.Same(t, r, call[io.Reader](l, 4, &r))

	word := "theirs"
	s := call[fmt.Stringer](l, 5, &word)
	require.Equal(t, "theirs", s.String())
	f := call[func(int) int](l, 6)
	require.Equal(t, 2, f(2))
	require.Equal(t, 5, f(3))
	require.False(t, call[bool](l, 7, &add))
}

// A callback from a goroutine that outlives its call is served when nobody waits,
// and one of an earlier test is not.
func TestCallbacks_late(t *testing.T) {
	release, returned := make(chan int), make(chan int, 1)
	l := start(t, func(f func(int)) {
		go func() {
			for n := range release {
				f(n)
				returned <- n
			}
		}()
	}, func() {})
	got := make(chan int, 1)
	f := func(n int) { got <- n }
	l.Call(0, []any{&f}, nil)
	release <- 1
	require.Equal(t, 1, <-got)
	require.Equal(t, 1, <-returned)
	l.Begin(2)
	release <- 2 // into the void
	l.Call(1, nil, nil)
	require.Empty(t, got)
}

// Several goroutines of the child call back at once: none waits for another.
func TestCallbacks_together(t *testing.T) {
	const workers = 8
	l := start(t, func(f func(int)) {
		var all sync.WaitGroup
		for i := range workers {
			all.Go(func() { f(i) })
		}
		all.Wait()
	})
	var here sync.WaitGroup
	here.Add(workers)
	f := func(int) { here.Done(); here.Wait() } // returns when all are in it
	l.Call(0, []any{&f}, nil)
}

func TestPanics(t *testing.T) {
	l := start(t, func(b []byte, f func()) byte { f(); return b[7] }, func(kind int) {
		switch kind {
		case 0:
			panic("words")
		case 1:
			panic(errFull)
		case 2:
			panic(7)
		case 3:
			panic(&shape{})
		case 4:
			runtime.Goexit()
		}
	}, func(s *shape) string { return s.Name })
	var stack string
	l.Panicked = func(_, s string) { stack = s }
	raised := func(f func()) (text string) {
		defer func() {
			p, _ := recover().(*Panic)
			require.NotNil(t, p)
			text = p.Text
		}()
		f()
		return ""
	}
	b, nothing := []byte{1}, func() {}
	require.Equal(t, "runtime error: index out of range [7] with length 1", raised(func() { call[byte](l, 0, &b, &nothing) }))
	require.Contains(t, stack, "wire_test.go:")
	ours := func() { panic("ours") }
	require.Equal(t, "ours", raised(func() { call[byte](l, 0, &b, &ours) }))
	for kind, want := range map[int]string{0: "words", 1: "full", 2: "int(7)", 3: "(*wire.shape)"} {
		require.Equal(t, want, raised(func() { l.Call(1, []any{&kind}, nil) }))
	}
	var none *shape
	require.Contains(t, raised(func() { call[string](l, 2, &none) }), "nil pointer dereference")

	ended := make(chan bool)
	go func() {
		defer close(ended)
		kind := 4
		l.Call(1, []any{&kind}, nil)
		t.Error("it returned")
	}()
	<-ended
	// A test that ends in a callback leaves a link that works.
	ended = make(chan bool)
	go func() {
		defer close(ended)
		exit := runtime.Goexit
		call[byte](l, 0, &b, &exit)
	}()
	<-ended
	require.Equal(t, "words", raised(func() { kind := 0; l.Call(1, []any{&kind}, nil) }))
}

// An object keeps its state where its methods run; its exported fields are shared.
func TestObjects(t *testing.T) {
	l := start(t, (*counter).Add, func() *counter { return &counter{n: 40} })
	c := &counter{Max: 1}
	k := 2
	require.Equal(t, 2, call[int](l, 0, &c, &k))
	require.Equal(t, 4, call[int](l, 0, &c, &k))
	require.Equal(t, counter{Max: 4}, *c)
	c.Max = 100
	require.Equal(t, 6, call[int](l, 0, &c, &k))
	require.Equal(t, 100, c.Max)
	theirs := call[*counter](l, 1)
	require.Equal(t, 42, call[int](l, 0, &theirs, &k))
	require.Equal(t, 42, theirs.Max)
}

func TestMany(t *testing.T) {
	l := start(t, func(b []byte) []byte { return bytes.Clone(b) }, func(b []byte) int { return len(b) })
	for i := range 100_000 {
		b := []byte{byte(i), byte(i >> 8)}
		if i%100 == 0 {
			if got := call[[]byte](l, 0, &b); !bytes.Equal(got, b) {
				t.Fatalf("call %d: %v", i, got)
			}
			continue
		}
		if call[int](l, 1, &b) != 2 {
			t.Fatal(i)
		}
	}
	require.Less(t, len(l.memory.order), 4*mostSlices)
	big := make([]byte, 20<<20)
	big[len(big)-1] = 9
	require.Equal(t, big, call[[]byte](l, 0, &big))
}

// A channel, or a type with methods that the book does not know, is refused before it is sent.
func TestUnfit(t *testing.T) {
	l := start(t, func(c chan int) {}, func(x any) {})
	c := make(chan int)
	require.PanicsWithValue(t, "wire: a chan int does not travel", func() { l.Call(0, []any{&c}, nil) })
	for _, x := range []any{struct{ a int }{1}, time.Second.String, struct{ A time.Month }{}, c} {
		require.Panics(t, func() { l.Call(1, []any{&x}, nil) }, "%T", x)
	}
}

// The child measures itself: what its functions allocate, from the first question
// on, and how many goroutines it has.
func TestMeasures(t *testing.T) {
	block := make(chan bool)
	defer close(block)
	l := start(t, func(n int) int { return len(make([]byte, n)) }, func() { go func() { <-block }() })
	n := 5 << 20
	call[int](l, 0, &n)
	require.Zero(t, l.Allocated())
	call[int](l, 0, &n)
	require.InDelta(t, n, l.Allocated(), 1<<20)
	before := l.Goroutines()
	l.Call(1, nil, nil)
	require.Equal(t, before+1, l.Goroutines())
	l.Collect()
	require.Greater(t, l.Heap(), uint64(0))
}

func TestBook_plan(t *testing.T) {
	b := NewBook()
	b.Struct((*shape)(nil), "Name", "gone")
	require.Len(t, b.plan(reflect.TypeFor[shape]()), 1)
	require.Equal(t, []string{"wire.shape has no field gone"}, b.faults)
}
