package web

import (
	"bufio"
	"net"
	"net/http"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLines(t *testing.T) {
	for _, h := range []http.Header{{}, {"Location": {"/a", "/b"}, "X": {""}}, {"Retry-After": {"30"}}} {
		require.Equal(t, h, header(lines(h)))
	}
	require.Equal(t, http.Header{}, header(lines(nil)))
	require.Equal(t, http.Header{"A": {"b"}}, header("A\x00b\x00left"))
}

// A client of a test's reaches servers of this process, and nothing else.
func TestDial(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	c, err := dial(t.Context(), "tcp", l.Addr().String())
	require.NoError(t, err)
	c.Close()

	other := exec.Command("go", "run", "testdata/listen.go")
	out, err := other.StdoutPipe()
	require.NoError(t, err)
	in, err := other.StdinPipe()
	require.NoError(t, err)
	require.NoError(t, other.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	foreign := strings.TrimSpace(line)
	_, err = dial(t.Context(), "tcp", foreign)
	require.ErrorIs(t, err, errElsewhere)
	in.Close()
	require.NoError(t, other.Wait())

	for _, addr := range []string{"169.254.169.254:80", "localhost:80", "example.org:80", "[::1]:1", "127.0.0.1:1"} {
		_, err := dial(t.Context(), "tcp", addr)
		require.ErrorIs(t, err, errElsewhere, addr)
	}
}
