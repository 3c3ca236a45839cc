package web

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"nodebook/checker/internal/outside/wire"
)

// A learner's client sends requests to the transport of a test. If that is a real
// one, it reaches what the judge's program can reach, which is outside of the jail:
// so it may only connect to servers that this program has started itself.

func init() {
	wire.Guard((*http.RoundTripper)(nil), func(v any) {
		if t, ok := v.(*http.Transport); ok && !guarded(t) {
			t.Proxy, t.Dial, t.DialTLS, t.DialTLSContext = nil, nil, nil, nil
			t.DialContext = dial
		}
	})
}

var errElsewhere = errors.New("a test's client connects to servers of the test only")

// guarded reports whether a transport dials by dial: no test has a dialer.
func guarded(t *http.Transport) bool { return t.DialContext != nil }

func dial(ctx context.Context, network, addr string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	ip := net.ParseIP(host)
	if ip == nil || !ip.IsLoopback() || !listens(port) {
		return nil, fmt.Errorf("%w, and not to %s", errElsewhere, addr)
	}
	var d net.Dialer
	return d.DialContext(ctx, network, net.JoinHostPort(ip.String(), port))
}

// listens reports whether this process listens at a TCP port, as far as the system
// says: elsewhere than on Linux nothing is in a jail.
func listens(port string) bool {
	if runtime.GOOS != "linux" {
		return true
	}
	number, err := net.LookupPort("tcp", port)
	if err != nil {
		return false
	}
	var sockets []string
	for _, name := range []string{"/proc/self/net/tcp", "/proc/self/net/tcp6"} {
		b, _ := os.ReadFile(name)
		for line := range strings.Lines(string(b)) {
			f := strings.Fields(line) // sl, local address, remote address, state, ..., inode
			if len(f) > 9 && f[3] == "0A" && strings.HasSuffix(f[1], fmt.Sprintf(":%04X", number)) {
				sockets = append(sockets, "socket:["+f[9]+"]")
			}
		}
	}
	open, _ := filepath.Glob("/proc/self/fd/*")
	for _, fd := range open {
		to, _ := os.Readlink(fd)
		for _, s := range sockets {
			if to == s {
				return true
			}
		}
	}
	return false
}
