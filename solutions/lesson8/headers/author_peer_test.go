package headers_test

import (
	"io"
	"net"
	"testing"

	"nodebook/solutions/lesson1/framing"
	"nodebook/solutions/lesson8/headers"

	"github.com/stretchr/testify/require"
)

// Messages that arrive together are received one by one and in their order, also if the
// last one is cut short, and only then comes the error.
func TestConn_together(t *testing.T) {
	ours, theirs := net.Pipe()
	conn := headers.NewConn(ours, framing.Regtest)
	defer conn.Close()
	var all []byte
	for _, m := range []framing.Message{
		{Command: "block", Payload: []byte("one")}, {Command: "inv", Payload: []byte("passed over")}, {Command: "notfound"},
		{Command: "headers", Payload: make([]byte, 100_000)}, {Command: "block", Payload: []byte("two")}, {Command: "block", Payload: []byte("cut short")},
	} {
		var err error
		all, err = framing.AppendMessage(all, framing.Regtest, m)
		require.NoError(t, err)
	}
	sent := make(chan error, 1)
	go func() {
		_, err := theirs.Write(all[:len(all)-1])
		theirs.Close()
		sent <- err
	}()
	for _, want := range []framing.Message{
		{Command: "block", Payload: []byte("one")}, {Command: "notfound", Payload: []byte{}},
		{Command: "headers", Payload: make([]byte, 100_000)}, {Command: "block", Payload: []byte("two")},
	} {
		m, err := conn.Receive(t.Context())
		require.NoError(t, err)
		require.Equal(t, want, m)
	}
	_, err := conn.Receive(t.Context())
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	require.NoError(t, <-sent)
}
