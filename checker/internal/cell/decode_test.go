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
