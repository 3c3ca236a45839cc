package wire

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// session is a judge that waits for the answer to a call whose results are of
// every kind, and has offered a reader and a function. It reads what the child
// sends, and returns why it gave up.
func session(t testing.TB, stream []byte) (*Link, error) {
	l := newLink(testBook(), struct {
		io.Reader
		io.Writer
	}{bytes.NewReader(stream), io.Discard}, true)
	var r io.Reader = strings.NewReader("all that is read")
	f := func(b []byte, s shape) (string, error) { return string(b) + s.Name, errFull }
	var given error = errors.New("given")
	buf := make([]byte, 8, 16)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var results struct {
		ctx  context.Context
		b    []byte
		s    shape
		p    *shape
		m    map[string][]int
		err  error
		r    io.Reader
		f    func(int) int
		n    *big.Int
		at   time.Time
		a    netip.Addr
		list []shape
		any  any
	}
	w, err := l.begin(target{kind: table}, values([]any{&r, &f, &given, &buf, &ctx}), values([]any{&results.ctx, &results.b, &results.s, &results.p, &results.m, &results.err,
		&results.r, &results.f, &results.n, &results.at, &results.a, &results.list, &results.any}), nil)
	require.NoError(t, err)
	over := make(chan bool)
	go func() {
		defer close(over)
		defer func() {
			switch p := recover().(type) {
			case nil, *Panic:
			case error:
				if !errors.Is(p, ErrClosed) {
					panic(p)
				}
			default:
				panic(p)
			}
		}()
		l.wait(w)
		if results.err != nil { // what a test does with what it got
			_ = results.err.Error()
		}
		if results.ctx != nil {
			_, _ = results.ctx.Err(), results.ctx.Value("key")
		}
		_ = fmt.Sprint(results.at, results.a, results.n)
	}()
	err = l.read()
	l.end(err)
	<-over
	return l, err
}

// hostile is what a child might send, and why the judge gives up on it; "" is for
// what is allowed.
func hostile() map[string]struct {
	stream []byte
	why    string
} {
	type c = struct {
		stream []byte
		why    string
	}
	frame := func(k kind, parts ...any) []byte {
		e := (&Link{}).frame(k)
		for _, p := range parts {
			switch p := p.(type) {
			case int:
				e.uint(uint64(p))
			case string:
				e.text(p)
			case []byte:
				e.b = append(e.b, p...)
			}
		}
		return e.done()
	}
	length := func(n uint32) []byte { return binary.LittleEndian.AppendUint32(nil, n) }
	nested := bytes.Repeat([]byte{refNew}, 100_000)
	reply := func(parts ...any) []byte {
		return frame(kReply, append([]any{0, 1, 0, 0, 0, []byte{objNil}}, parts...)...)
	}
	call := func(parts ...any) []byte { return frame(kCall, append([]any{0}, parts...)...) }
	return map[string]c{
		"nothing":                        {nil, ""},
		"no length":                      {[]byte{1, 2}, ""},
		"a length of 0":                  {length(0), "length 0"},
		"a length of 4 GiB":              {length(1<<32 - 1), "length 4294967295"},
		"a length with nothing behind":   {length(maxFrame), "cut off"},
		"a frame of no kind":             {frame(99, 0), "kind 99"},
		"a frame of another test":        {frame(kReply, 7, 1), "another test"},
		"an answer to no call":           {frame(kReply, 0, 9), "an answer to no call"},
		"an answer to call 0":            {frame(kReply, 0, 0), "an answer to no call"},
		"an empty answer":                {frame(kReply, 0, 1), "malformed number"},
		"an answer twice":                {slicesConcat(frame(kPanic, 0, 1, "a", "b"), frame(kPanic, 0, 1, "a", "b")), ""},
		"a panic without a text":         {frame(kPanic, 0, 1), "malformed number"},
		"a text of 4 GiB":                {frame(kPanic, 0, 1, 1<<32), "text of 4294967296"},
		"a change of no region":          {frame(kReply, 0, 1, 77, 0, 1, []byte{1}), "no region 77"},
		"a change beyond a region":       {frame(kReply, 0, 1, 3, 9, 1000, []byte{1}), "length of 1000"},
		"a change of no map":             {frame(kReply, 0, 1, 0, 77), "no map 77"},
		"the end of no context":          {frame(kReply, 0, 1, 0, 0, 77), "no context 77"},
		"news of no context":             {frame(kNews, 0, 0, 0, 77), "no context 77"},
		"news":                           {frame(kNews, 0, 0, 0, 0), ""},
		"bytes behind news":              {frame(kNews, 0, 0, 0, 0, 5), "1 bytes too many"},
		"a context of no kind":           {frame(kReply, 0, 1, 0, 0, 0, 9), "a context of kind 9"},
		"a context of ours that is none": {frame(kReply, 0, 1, 0, 0, 0, []byte{objYours}, 1), "context 1 is none of ours"},
		"a context from none of ours":    {frame(kReply, 0, 1, 0, 0, 0, []byte{objMine}, 9, 0, 2), "context 2 is none of ours"},
		"a look":                         {call(1, object, 3, 0, 0, 0, 0, 0), ""},
		"a look with more":               {call(1, object, 3, 0, 0, 0, 0, 0, 1), "1 bytes too many"},
		"a slice of 128 TiB":             {reply([]byte{refNew}, 2, 1<<47, 1<<47), "length of"},
		"a slice of all memory, twice":   {reply([]byte{refNew}, 2, mostBytes, mostBytes, 0, "n", []byte{refNew}, 4, mostBytes, mostBytes, 0), "128 MiB"},
		"a slice longer than itself":     {reply([]byte{refNew}, 2, 5, 4, 0), "length 5 of capacity 4"},
		"more elements than bytes":       {reply([]byte{refNew}, 2, 4, 4, 4), "cut off"},
		"a region of ours":               {reply([]byte{refNew}, 3, 4, 4, 0), "not new"},
		"a slice of another type":        {reply([]byte{refNil}, "n", []byte{refNil, refNil}, 0, []byte{refKnown}, 3, 0), "to no region of"},
		"a slice beyond its region":      {reply([]byte{refKnown}, 3, 0, 17, 17), "length of 17"},
		"a capacity beyond its region":   {reply([]byte{refKnown}, 3, 4, 1, 13), "capacity of 13"},
		"values nested":                  {reply([]byte{refNil}, "n", []byte{refNil}, nested), ""},
		"an empty slice of bytes":        {reply([]byte{refEmpty}, 9), "without memory"},
		"a call of no object":            {call(1, object, 99, 0, 0, 0, 0, 0), "no object 99"},
		"a call of object 0":             {call(1, object, 0, 0, 0, 0, 0, 0), "no object 0"},
		"a call of the table":            {call(1, table, 0, 0, 0, 0, 0, 0), "no function 0"},
		"a call of a control":            {call(1, control, opStacks, 0, 0), "the judge's own"},
		"a call of no kind":              {call(1, 9, 0, 0, 0, 0, 0, 0), "kind 9"},
		"a call of method 5":             {call(1, object, 1, 5, 0, 0, 0, 0), "no method 5"},
		"the child forgets":              {call(1, object, 1, 0, 9, 0, 0, 0), "the child forgets"},
		"a read of 4 GiB":                {call(1, object, 1, 0, 0, 0, 0, 0, 1<<32), "buffer of"},
		"a read":                         {call(1, object, 1, 0, 0, 0, 0, 0, 4), ""},
		"a call without arguments":       {call(1, object, 2, 0, 0, 0, 0, 0), "cut off"},
		"calls of one number":            {bytes.Repeat(call(1, object, 1, 0, 0, 0, 0, 0, 4), 20), ""},
		"bytes behind a call":            {call(1, object, 1, 0, 0, 0, 0, 0, 4, 4), "1 bytes too many"},
	}
}

func slicesConcat(all ...[]byte) []byte { return bytes.Join(all, nil) }

// Nothing that a child sends makes the judge panic, wait or take memory without
// bound, and what breaks the rules ends it.
func TestFrames(t *testing.T) {
	for name, c := range hostile() {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			l, err := session(t, c.stream)
			runtime.ReadMemStats(&after)
			require.LessOrEqual(t, l.memory.used, int64(mostBytes))
			require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(3*mostBytes), "of which a region takes two")
			require.Error(t, err)
			if c.why != "" {
				require.ErrorIs(t, err, ErrFrame)
				require.ErrorContains(t, err, c.why)
			}
			seed := filepath.Join("testdata", "fuzz", "FuzzJudge", strings.NewReplacer(" ", "-", ",", "").Replace(name))
			want := fmt.Sprintf("go test fuzz v1\n[]byte(%q)\n", c.stream)
			if len(c.stream) > 10_000 {
				return
			}
			if os.Getenv("UPDATE") != "" {
				require.NoError(t, os.MkdirAll(filepath.Dir(seed), 0o755))
				require.NoError(t, os.WriteFile(seed, []byte(want), 0o644))
			}
			got, err := os.ReadFile(seed)
			require.NoError(t, err, "UPDATE=1 go test -run TestFrames writes the seeds")
			require.Equal(t, want, string(got))
		})
	}
}

func FuzzJudge(f *testing.F) {
	f.Fuzz(func(t *testing.T, stream []byte) {
		l, err := session(t, stream)
		if err == nil || l.memory.used > mostBytes {
			t.Fatal(err, l.memory.used)
		}
	})
}
