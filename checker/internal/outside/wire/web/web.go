// Package web lets what net/http gives and takes travel. A main or a proxy whose
// functions take some of it imports it.
//
// A client is a struct like others; its transport is an interface like others. So a
// request that a learner's client sends comes to the transport that the test made,
// and a body is read where it is.
package web

import (
	"context"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"nodebook/checker/internal/outside/wire"
)

// request is what travels of a request.
type request struct {
	Method, URL, Host string
	Header            string
	Body              io.ReadCloser
	Length            int64
	Close             bool
	Context           context.Context
}

// response is what travels of a response.
type response struct {
	Status       string
	Code         int
	Proto        string
	Major, Minor int
	Header       string
	Body         io.ReadCloser
	Length       int64
	Close        bool
	Uncompressed bool
	Request      *http.Request
}

func init() {
	wire.Form(func(r *http.Request) request {
		out := request{Method: r.Method, Host: r.Host, Header: lines(r.Header), Body: r.Body, Length: r.ContentLength, Close: r.Close, Context: r.Context()}
		if r.URL != nil {
			out.URL = r.URL.String()
		}
		return out
	}, func(r request) (*http.Request, error) {
		out := &http.Request{Method: r.Method, Host: r.Host, Header: header(r.Header), Body: r.Body, ContentLength: r.Length, Close: r.Close,
			Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1}
		var err error
		if r.URL != "" {
			out.URL, err = url.Parse(r.URL)
		}
		if r.Context != nil {
			out = out.WithContext(r.Context)
		}
		return out, err
	})
	wire.Form(func(r *http.Response) response {
		return response{r.Status, r.StatusCode, r.Proto, r.ProtoMajor, r.ProtoMinor, lines(r.Header), r.Body, r.ContentLength, r.Close, r.Uncompressed, r.Request}
	}, func(r response) (*http.Response, error) {
		return &http.Response{Status: r.Status, StatusCode: r.Code, Proto: r.Proto, ProtoMajor: r.Major, ProtoMinor: r.Minor, Header: header(r.Header), Body: r.Body,
			ContentLength: r.Length, Close: r.Close, Uncompressed: r.Uncompressed, Request: r.Request}, nil
	})
	wire.Special(func(j http.CookieJar) ([]byte, error) {
		if j == nil {
			return nil, nil
		}
		return []byte{1}, nil
	}, func(b []byte) (http.CookieJar, error) {
		if len(b) == 0 {
			return nil, nil
		}
		return elsewhere{}, nil
	})
}

// What a connection or a request fails with: a learner may try to tell them apart.
type (
	opError struct {
		Op, Net string
		Err     error
	}
	dnsError struct {
		Err, Name, Server            string
		Timeout, Temporary, NotFound bool
	}
	urlError struct {
		Op, URL string
		Err     error
	}
)

func init() {
	wire.Error(func(e *net.OpError) opError { return opError{e.Op, e.Net, e.Err} },
		func(f opError) *net.OpError { return &net.OpError{Op: f.Op, Net: f.Net, Err: f.Err} })
	wire.Error(func(e *net.DNSError) dnsError {
		return dnsError{e.Err, e.Name, e.Server, e.IsTimeout, e.IsTemporary, e.IsNotFound}
	}, func(f dnsError) *net.DNSError {
		return &net.DNSError{Err: f.Err, Name: f.Name, Server: f.Server, IsTimeout: f.Timeout, IsTemporary: f.Temporary, IsNotFound: f.NotFound}
	})
	wire.Error(func(e *url.Error) urlError { return urlError{e.Op, e.URL, e.Err} },
		func(f urlError) *url.Error { return &url.Error{Op: f.Op, URL: f.URL, Err: f.Err} })
}

// lines is a header as text. A list of pages has thousands: they are copied, and what
// one side changes later stays there.
func lines(h http.Header) string {
	var all []string
	for _, key := range slices.Sorted(maps.Keys(h)) {
		for _, value := range h[key] {
			all = append(all, key, value)
		}
	}
	return strings.Join(all, "\x00") // which no header may hold
}

func header(text string) http.Header {
	h := http.Header{}
	all := strings.Split(text, "\x00")
	for i := 0; i+1 < len(all); i += 2 {
		h[all[i]] = append(h[all[i]], all[i+1])
	}
	return h
}

// elsewhere is a jar that the other side has. No test looks into one, but a test may
// ask whether there is one.
type elsewhere struct{}

func (elsewhere) SetCookies(*url.URL, []*http.Cookie) {}
func (elsewhere) Cookies(*url.URL) []*http.Cookie     { return nil }
