package prelude

import (
	"context"
	"io"
	"net"
	"net/http"
	"time"
)

// shapes are the forms of a box, by the methods that compiled code may look for
// in it.
var shapes = map[string]func(Box) any{
	"Error":                   func(b Box) any { return errorBox{b} },
	"Error String":            func(b Box) any { return errorBox{b} },
	"Error Unwrap":            func(b Box) any { return errorBox{b} },
	"Error Is":                func(b Box) any { return errorBox{b} },
	"As Error":                func(b Box) any { return errorBox{b} },
	"Error Is Unwrap":         func(b Box) any { return errorBox{b} },
	"Error Unwraps":           func(b Box) any { return errorsBox{errorBox{b}} },
	"Error Is Unwraps":        func(b Box) any { return errorsBox{errorBox{b}} },
	"Error Temporary Timeout": func(b Box) any { return netErrorBox{errorBox{b}} },
	"Timeout":                 func(b Box) any { return b },
	"String":                  func(b Box) any { return stringBox{b} },
	"Network String":          func(b Box) any { return addrBox{stringBox{b}} },
	"Read":                    func(b Box) any { return readBox{b} },
	"Write":                   func(b Box) any { return writeBox{b} },
	"String Write":            func(b Box) any { return writeStringBox{b} },
	"Close":                   func(b Box) any { return closeBox{b} },
	"Read Write":              func(b Box) any { return readWriteBox{b} },
	"Close Read":              func(b Box) any { return readCloseBox{b} },
	"Close Write":             func(b Box) any { return writeCloseBox{b} },
	"Close Read Write":        func(b Box) any { return fileBox{b} },
	"Close LocalAddr Read RemoteAddr SetDeadline SetReadDeadline SetWriteDeadline Write": func(b Box) any { return connBox{fileBox{b}} },
	"Len Less Swap":           func(b Box) any { return sortBox{b} },
	"Len Less Pop Push Swap":  func(b Box) any { return heapBox{sortBox{b}} },
	"RoundTrip":               func(b Box) any { return tripBox{b} },
	"Read RoundTrip":          func(b Box) any { return readTripBox{readBox{b}} },
	"ServeHTTP":               func(b Box) any { return handlerBox{b} },
	"Deadline Done Err Value": func(b Box) any { return contextBox{b} },
	"Done":                    func(b Box) any { return b },
	"Err":                     func(b Box) any { return b },
	"Value":                   func(b Box) any { return b },
	"Len":                     func(b Box) any { return b },
	"Push":                    func(b Box) any { return b },
	"Pop":                     func(b Box) any { return b },
}

func (b Box) read(p []byte) (int, error)  { return b.T.do("Read", b.V, p) }
func (b Box) write(p []byte) (int, error) { return b.T.do("Write", b.V, p) }
func (b Box) close() error                { return b.T.call("Close", b.V)[0].asError() }

// do calls Read or Write.
func (t *Type) do(name string, v any, p []byte) (int, error) {
	out := t.call(name, v, p)
	return out[0].v.(int), out[1].asError()
}

type errorBox struct{ Box }

func (b errorBox) Error() string { return b.T.call("Error", b.V)[0].v.(string) }
func (b errorBox) Unwrap() error {
	if b.T.methods["Unwrap"] == nil {
		return nil
	}
	return b.T.call("Unwrap", b.V)[0].asError()
}
func (b errorBox) Is(target error) bool {
	return b.T.methods["Is"] != nil && b.T.call("Is", b.V, target)[0].v.(bool)
}
func (b errorBox) As(target any) bool {
	return b.T.methods["As"] != nil && b.T.call("As", b.V, target)[0].v.(bool)
}

// errorsBox is an error that wraps several.
type errorsBox struct{ errorBox }

func (b errorsBox) Unwrap() []error {
	errs, _ := b.T.call("Unwraps", b.V)[0].v.([]error)
	return errs
}

type netErrorBox struct{ errorBox }

func (b netErrorBox) Timeout() bool   { return b.T.call("Timeout", b.V)[0].v.(bool) }
func (b netErrorBox) Temporary() bool { return b.T.call("Temporary", b.V)[0].v.(bool) }

type stringBox struct{ Box }

func (b stringBox) String() string { return b.T.call("String", b.V)[0].v.(string) }

type addrBox struct{ stringBox }

func (b addrBox) Network() string { return b.T.call("Network", b.V)[0].v.(string) }

type readBox struct{ Box }

func (b readBox) Read(p []byte) (int, error) { return b.read(p) }

type writeBox struct{ Box }

func (b writeBox) Write(p []byte) (int, error) { return b.write(p) }

type writeStringBox struct{ Box }

func (b writeStringBox) Write(p []byte) (int, error) { return b.write(p) }
func (b writeStringBox) String() string              { return stringBox{b.Box}.String() }

type closeBox struct{ Box }

func (b closeBox) Close() error { return b.close() }

type readWriteBox struct{ Box }

func (b readWriteBox) Read(p []byte) (int, error)  { return b.read(p) }
func (b readWriteBox) Write(p []byte) (int, error) { return b.write(p) }

type readCloseBox struct{ Box }

func (b readCloseBox) Read(p []byte) (int, error) { return b.read(p) }
func (b readCloseBox) Close() error               { return b.close() }

type writeCloseBox struct{ Box }

func (b writeCloseBox) Write(p []byte) (int, error) { return b.write(p) }
func (b writeCloseBox) Close() error                { return b.close() }

type fileBox struct{ Box }

func (b fileBox) Read(p []byte) (int, error)  { return b.read(p) }
func (b fileBox) Write(p []byte) (int, error) { return b.write(p) }
func (b fileBox) Close() error                { return b.close() }

type connBox struct{ fileBox }

func (b connBox) LocalAddr() net.Addr  { a, _ := b.T.call("LocalAddr", b.V)[0].v.(net.Addr); return a }
func (b connBox) RemoteAddr() net.Addr { a, _ := b.T.call("RemoteAddr", b.V)[0].v.(net.Addr); return a }
func (b connBox) SetDeadline(t time.Time) error {
	return b.T.call("SetDeadline", b.V, t)[0].asError()
}
func (b connBox) SetReadDeadline(t time.Time) error {
	return b.T.call("SetReadDeadline", b.V, t)[0].asError()
}
func (b connBox) SetWriteDeadline(t time.Time) error {
	return b.T.call("SetWriteDeadline", b.V, t)[0].asError()
}

type sortBox struct{ Box }

func (b sortBox) Len() int           { return b.T.call("Len", b.V)[0].v.(int) }
func (b sortBox) Less(i, j int) bool { return b.T.call("Less", b.V, i, j)[0].v.(bool) }
func (b sortBox) Swap(i, j int)      { b.T.call("Swap", b.V, i, j) }

type heapBox struct{ sortBox }

func (b heapBox) Push(x any) { b.T.call("Push", b.V, x) }
func (b heapBox) Pop() any   { return b.T.call("Pop", b.V)[0].v }

type contextBox struct{ Box }

func (b contextBox) Deadline() (time.Time, bool) {
	out := b.T.call("Deadline", b.V)
	return out[0].v.(time.Time), out[1].v.(bool)
}
func (b contextBox) Done() <-chan struct{} {
	c, _ := b.T.call("Done", b.V)[0].v.(<-chan struct{})
	return c
}
func (b contextBox) Err() error        { return b.T.call("Err", b.V)[0].asError() }
func (b contextBox) Value(key any) any { return b.T.call("Value", b.V, key)[0].v }

type tripBox struct{ Box }

func (b tripBox) RoundTrip(r *http.Request) (*http.Response, error) {
	out := b.T.call("RoundTrip", b.V, r)
	return out[0].v.(*http.Response), out[1].asError()
}

type readTripBox struct{ readBox }

func (b readTripBox) RoundTrip(r *http.Request) (*http.Response, error) {
	return tripBox{b.Box}.RoundTrip(r)
}

type handlerBox struct{ Box }

func (b handlerBox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.T.call("ServeHTTP", b.V, w, r)
}

var (
	_ context.Context    = contextBox{}
	_ net.Conn           = connBox{}
	_ io.ReadWriteCloser = fileBox{}
)
