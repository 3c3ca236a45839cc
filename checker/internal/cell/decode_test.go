package cell

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// An output that has just reached its limit is cut by the next byte, without an empty text.
func TestDecoder_limit(t *testing.T) {
	var told []Event
	d := &decoder{mark: []byte("\x1emark "), sink: func(e Event) { told = append(told, e) }, most: 4, begun: true}
	for range 3 {
		d.write([]byte("ab"))
	}
	require.Equal(t, []Event{{Kind: Text, Text: "ab"}, {Kind: Text, Text: "ab"}, {Kind: Cut, Text: "cut: no more than 0 KiB of text are shown"}}, told)
}

// A crash is told once, by the problem: its trace is shown only if it names more places that
// the reader may know. What merely looks like a crash is text.
func TestDecoder_last_words(t *testing.T) {
	const trace = "panic: boom\n\ngoroutine 1 [running]:\nmain.main()\n\tcell3.go:1 +0x45\n"
	const deep = "panic: boom\n\ngoroutine 1 [running]:\nnodebook/lessons/lesson1/framing.Ping()\n\t/w/lessons/lesson1/framing/ping.go:9 +0x1\nmain.main()\n\tcell3.go:1 +0x45\n"
	const overflow = "runtime: goroutine stack exceeds 1000000000-byte limit\nfatal error: stack overflow\n\nruntime stack:\n\ngoroutine 1 [running]:\nmain.f()\n\tcell3.go:1 +0x45\nmain.f()\n\tcell3.go:1 +0x45\n"
	for _, c := range []struct {
		pieces  []string
		crashed bool
		want    string
	}{
		{[]string{"a\n", trace}, true, "a\n"},
		{[]string{"a\n" + trace}, true, "a\n"},
		{[]string{trace[:20], trace[20:]}, true, ""},
		{[]string{"a\n", deep}, true, "a\n" + deep},
		{[]string{"a\n", trace, "b\n"}, false, "a\n" + trace + "b\n"},
		{[]string{"no ", trace}, true, "no " + trace},
		{[]string{"a\n", overflow[:33], overflow[33:]}, true, "a\n"},
	} {
		text := ""
		d := &decoder{mark: []byte("\x1em "), most: 1 << 20, begun: true, sink: func(e Event) { text += e.Text }}
		for _, p := range c.pieces {
			d.write([]byte(p))
		}
		problems := d.finish(c.crashed)
		require.Equal(t, c.want, text)
		require.Equal(t, c.crashed, len(problems) > 0)
	}
}
