package bitnodes_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"nodebook/fixtures/bitnodes/server"
	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson3/bitnodes"

	"github.com/jarcoal/httpmock"
)

// What the page says, in numbers of the tests' own: the learner's constants are
// part of what is tested.
const (
	maxBody       = 8 << 20
	maxPages      = 500
	maxRetryAfter = 24 * time.Hour

	ipv4  bitnodes.Network = 1
	ipv6  bitnodes.Network = 2
	torV3 bitnodes.Network = 4
	i2p   bitnodes.Network = 5
	cjdns bitnodes.Network = 6
)

var fieldNames = []string{
	"protocol", "user agent", "since", "services", "height",
	"hostname", "city", "country", "lat", "lon", "timezone", "asn", "org",
}

// These are the errors that these tests tell apart.
var _ = expect.Apart(map[string]error{
	"ErrOnion":                 bitnodes.ErrOnion,
	"ErrTorV2":                 bitnodes.ErrTorV2,
	"ErrTooBig":                bitnodes.ErrTooBig,
	"ErrJSON":                  bitnodes.ErrJSON,
	"ErrNoNodes":               bitnodes.ErrNoNodes,
	"ErrLoop":                  bitnodes.ErrLoop,
	"ErrTooManyPages":          bitnodes.ErrTooManyPages,
	"ErrThrottled":             bitnodes.ErrThrottled,
	"ErrNotFound":              bitnodes.ErrNotFound,
	"ErrMoved":                 bitnodes.ErrMoved,
	"ErrServer":                bitnodes.ErrServer,
	"ErrStatus":                bitnodes.ErrStatus,
	"ErrRow":                   bitnodes.ErrRow,
	"ErrShortRow":              bitnodes.ErrShortRow,
	"ErrField":                 bitnodes.ErrField,
	"context.Canceled":         context.Canceled,
	"context.DeadlineExceeded": context.DeadlineExceeded,
})

// mock is a client whose every request is answered by answer, unless the
// request's context has ended: then, as from the network, comes its error.
func mock(answer func(*http.Request) (*http.Response, error)) *http.Client {
	m := httpmock.NewMockTransport()
	m.RegisterNoResponder(func(r *http.Request) (*http.Response, error) {
		if err := r.Context().Err(); err != nil {
			return nil, err
		}
		return answer(r)
	})
	return &http.Client{Transport: m}
}

// serve starts a real server, and a client of its own for it.
func serve(t *testing.T) (*server.Server, *http.Client) {
	t.Helper()
	s, err := server.Start()
	expect.Broken(t, err)
	transport := &http.Transport{}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		s.Close()
	})
	return s, &http.Client{Transport: transport}
}

// body is an answer's body that knows whether it was read and closed.
type body struct {
	io.Reader
	read, closed atomic.Bool
}

func (b *body) Read(p []byte) (int, error) {
	b.read.Store(true)
	return b.Reader.Read(p)
}

func (b *body) Close() error {
	b.closed.Store(true)
	return nil
}

func text(s string) *body { return &body{Reader: strings.NewReader(s)} }

// response is an answer to r with that status and body.
func response(r *http.Request, code int, b io.ReadCloser) *http.Response {
	return &http.Response{
		StatusCode: code, Status: fmt.Sprintf("%d %s", code, http.StatusText(code)),
		Header: http.Header{}, Body: b, ContentLength: -1, Request: r,
	}
}

// zipped is an answer with status 200, in gzip (RFC 1952): a header, the document
// in one block that is stored as it is (less than 64 KiB), a checksum, a length.
func zipped(r *http.Request, doc []byte) *http.Response {
	z := []byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, 1}
	z = binary.LittleEndian.AppendUint16(z, uint16(len(doc)))
	z = binary.LittleEndian.AppendUint16(z, ^uint16(len(doc)))
	z = append(z, doc...)
	z = binary.LittleEndian.AppendUint32(z, crc32.ChecksumIEEE(doc))
	z = binary.LittleEndian.AppendUint32(z, uint32(len(doc)))
	resp := response(r, http.StatusOK, text(string(z)))
	resp.Header.Set("Content-Encoding", "gzip")
	return resp
}

// drawURL draws a URL at which nobody is: a request that does not go through
// the mock is refused at once.
func drawURL(d *draw.Source) string {
	return fmt.Sprintf("http://127.0.0.1:1/%s/%s/", d.Word(5), d.Word(8))
}

// html is what a proxy says in front of a broken server.
const html = "<!DOCTYPE html>\n<html><head><title>Sorry</title></head><body>We are working on it.</body></html>\n"

// short is a text cut down to what fits in a message.
func short(s string) string {
	if len(s) > 90 {
		return fmt.Sprintf("%#q and %d more characters", s[:60], len(s)-60)
	}
	return fmt.Sprintf("%#q", s)
}
