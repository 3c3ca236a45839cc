package bitnodes_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"nodebook/fixtures/bitnodes/server"
	"nodebook/fixtures/bitnodes/synthetic"
	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson3/bitnodes"
)

// drawDoc draws a small snapshot.
func drawDoc(d *draw.Source, shape synthetic.Shape) synthetic.Document {
	return synthetic.Draw(d.Rand, shape, d.Between(2, 12))
}

// sameSnapshot wants s to say what doc says.
func sameSnapshot(try *expect.Try, s bitnodes.Snapshot, doc synthetic.Document) {
	try.Equal("Timestamp", s.Timestamp, doc.Timestamp)
	try.Equal("TotalNodes", s.TotalNodes, len(doc.Nodes))
	try.Equal("LatestHeight", s.LatestHeight, doc.LatestHeight)
	try.Equal("Nodes", string(s.Nodes), string(doc.NodesJSON()))
}

// noSnapshot wants s to be the zero Snapshot, as it must be beside an error.
func noSnapshot(try *expect.Try, s bitnodes.Snapshot) {
	try.True(s.Timestamp == 0 && s.TotalNodes == 0 && s.LatestHeight == 0 && len(s.Nodes) == 0,
		fmt.Sprintf("an error, and a Snapshot{Timestamp: %d, TotalNodes: %d, LatestHeight: %d, Nodes: %d bytes}", s.Timestamp, s.TotalNodes, s.LatestHeight, len(s.Nodes)),
		"an error, and the zero Snapshot")
}

func TestFetchSnapshot(t *testing.T) {
	d := draw.From(t)
	for _, shape := range []synthetic.Shape{synthetic.Old, synthetic.New} {
		doc, url := drawDoc(d, shape), drawURL(d)
		doc.Note = d.Word(9) // a field that nobody knows
		var asked []string
		unpacks := false // it said that it would
		var client *http.Client
		var during http.Client // client, as it was during the request
		client = mock(func(r *http.Request) (*http.Response, error) {
			during = *client
			asked = append(asked, r.Method+" "+r.URL.String())
			if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
				unpacks = true
				return zipped(r, doc.JSON()), nil
			}
			return response(r, http.StatusOK, text(string(doc.JSON()))), nil
		})
		transport := client.Transport
		try := expect.Tried(t, "FetchSnapshot(ctx, client, %q), where client answers with a snapshot of %d nodes, rows of %d fields", url, len(doc.Nodes), shape)
		got, err := bitnodes.FetchSnapshot(t.Context(), client, url)
		try.Why("the request has to go through the client that was given")
		if unpacks {
			try.Why("a request that asks for gzip itself, in a header Accept-Encoding, gets gzip, and nobody unpacks it; http.Transport asks and unpacks where the request does not")
		}
		try.NoError(err)
		try.Why("one request, a GET, is enough")
		try.Equal("requests", asked, []string{"GET " + url})
		try.Why("")
		sameSnapshot(try, got, doc)
		try.Why("the caller owns the client and may use it elsewhere at the same time: our time limit belongs in a context, as in context.WithTimeout")
		for _, c := range []*http.Client{client, &during} {
			try.True(c.Timeout == 0 && c.Transport == transport && c.CheckRedirect == nil && c.Jar == nil,
				fmt.Sprintf("a client that was changed: its Timeout is %v, its Transport was replaced: %v, it has a CheckRedirect: %v", c.Timeout, c.Transport != transport, c.CheckRedirect != nil), "client as it was")
		}
	}
}

type key struct{}

func TestFetchSnapshot_context(t *testing.T) {
	d := draw.From(t)
	ctx, cancel := context.WithCancel(context.WithValue(t.Context(), key{}, "ours"))
	defer cancel()
	carried := false
	client := mock(func(r *http.Request) (*http.Response, error) {
		carried = r.Context().Value(key{}) == "ours"
		return response(r, http.StatusOK, text("{}")), nil
	})
	url := drawURL(d)
	try := expect.Tried(t, "FetchSnapshot(ctx, client, %q)", url)
	try.Why("only a request made with ctx ends when ctx ends: http.NewRequestWithContext")
	_, err := bitnodes.FetchSnapshot(ctx, client, url)
	try.NoError(err)
	try.True(carried, "a request with another context", "a request that carries ctx, or a context derived from it")

	cancel()
	try = expect.Tried(t, "FetchSnapshot(ctx, client, %q) with a ctx that has been cancelled", url)
	try.Halts("if client.Do returns an error, there is no response: what it returns with the error is nil")
	_, err = bitnodes.FetchSnapshot(ctx, client, url)
	try.ErrorIs(err, context.Canceled, "context.Canceled")
}

func TestFetchSnapshot_closes(t *testing.T) {
	d := draw.From(t)
	for _, tt := range []struct {
		what string
		code int
		body *body
	}{
		{"a snapshot", http.StatusOK, text("{}")},
		{"status 404", http.StatusNotFound, text(html)},
		{"HTML with status 200", http.StatusOK, text(html)},
		{"a body that does not end", http.StatusOK, &body{Reader: &flood{head: `{"nodes": "`, fill: 'x'}}},
		{"status 503 with a body that does not end", http.StatusServiceUnavailable, &body{Reader: &flood{head: html, fill: ' '}}},
	} {
		client := mock(func(r *http.Request) (*http.Response, error) { return response(r, tt.code, tt.body), nil })
		url := drawURL(d)
		try := expect.Tried(t, "FetchSnapshot(ctx, client, %q), where the answer is %s", url, tt.what)
		bitnodes.FetchSnapshot(t.Context(), client, url)
		try.Why("a body that nobody closes keeps its connection open; a program that asks often runs out of them")
		try.True(tt.body.closed.Load(), "a body that is still open", "the answer's body closed on return")
		if f, ok := tt.body.Reader.(*flood); ok {
			try.Why("what a stranger sends is bounded, also where all of it is only to be thrown away: io.Copy(io.Discard, body) goes on as long as the body does. Close alone is enough")
			try.True(f.read <= maxBody+tooMuch, fmt.Sprintf("%d bytes read from the body", f.read),
				fmt.Sprintf("reading to end soon after MaxBody, %d bytes", maxBody))
		}
	}
}

func TestFetchSnapshot_status(t *testing.T) {
	d := draw.From(t)
	for _, code := range []int{201, 203, 206, d.Between(400, 428), 429, d.Between(500, 599)} {
		doc, url := drawDoc(d, synthetic.New), drawURL(d)
		client := mock(func(r *http.Request) (*http.Response, error) {
			return response(r, code, text(string(doc.JSON()))), nil
		})
		try := expect.Tried(t, "FetchSnapshot(ctx, client, %q), where the answer has status %d and, as it happens, a snapshot as its body", url, code)
		try.Why("the status comes first: client.Do reports no error for it, and the body of an error is no snapshot")
		got, err := bitnodes.FetchSnapshot(t.Context(), client, url)
		try.True(err != nil, "no error", "an error")
		noSnapshot(try, got)
	}
}

func TestFetchSnapshot_clientError(t *testing.T) {
	d := draw.From(t)
	refused := errors.New("no route to " + d.Word(6))
	client := mock(func(r *http.Request) (*http.Response, error) { return nil, refused })
	url := drawURL(d)
	try := expect.Tried(t, "FetchSnapshot(ctx, client, %q), where client.Do fails with %q", url, refused)
	try.Why("a caller decides by the cause: wrap it with %%w")
	_, err := bitnodes.FetchSnapshot(t.Context(), client, url)
	try.ErrorIs(err, refused, "the client's error")

	bad := "http://[" + d.Word(4)
	try = expect.Tried(t, "FetchSnapshot(ctx, client, %q), which is not a URL", bad)
	_, err = bitnodes.FetchSnapshot(t.Context(), client, bad)
	try.True(err != nil, "no error", "an error")
}

func TestFetchSnapshot_badBody(t *testing.T) {
	d := draw.From(t)
	doc := drawDoc(d, synthetic.New).JSON()
	for _, tt := range []struct {
		what, text string
		want       error
		name       string
	}{
		{"HTML", html, bitnodes.ErrJSON, "ErrJSON"},
		{"a snapshot cut off in the middle", string(doc[:d.Between(1, len(doc)-1)]), io.ErrUnexpectedEOF, "io.ErrUnexpectedEOF"},
		{"a number spelt out", strings.Replace(string(doc), `"total_nodes": `, `"total_nodes": "many", "was": `, 1), bitnodes.ErrJSON, "ErrJSON"},
	} {
		client := mock(func(r *http.Request) (*http.Response, error) { return response(r, http.StatusOK, text(tt.text)), nil })
		url := drawURL(d)
		try := expect.Tried(t, "FetchSnapshot(ctx, client, %q), where the answer is status 200 with %s: %s", url, tt.what, short(tt.text))
		try.Why("what is wrong with a body is for ReadJSON to say; its error is passed on, wrapped with %%w")
		got, err := bitnodes.FetchSnapshot(t.Context(), client, url)
		try.ErrorIs(err, tt.want, tt.name)
		try.Why("half a snapshot looks like a whole one to a caller that does not look at the error")
		noSnapshot(try, got)
	}
}

func TestFetchSnapshot_server(t *testing.T) {
	d := draw.From(t)
	s, client := serve(t)
	doc := synthetic.Draw(d.Rand, synthetic.Old, 300)
	s.Handle(server.Latest, server.Redirect(s.URL("/moved/")))
	s.Handle("/moved/", server.Document(doc.JSON()))
	try := expect.Tried(t, "FetchSnapshot(ctx, client, url) of a server that redirects to the snapshot of %d nodes", len(doc.Nodes))
	got, err := bitnodes.FetchSnapshot(t.Context(), client, s.URL(server.Latest))
	try.NoError(err)
	sameSnapshot(try, got, doc)

	s.Handle("/cut", server.Cut(doc.JSON(), 1+d.IntN(9000)))
	try = expect.Tried(t, "FetchSnapshot(ctx, client, url) of a server that ends the connection in the middle of the answer")
	try.Why("what is wrong with a body is for ReadJSON to say; its error is passed on, wrapped with %%w")
	_, err = bitnodes.FetchSnapshot(t.Context(), client, s.URL("/cut"))
	try.ErrorIs(err, io.ErrUnexpectedEOF, "io.ErrUnexpectedEOF")

	s.Handle("/endless", server.Endless(maxBody+4*tooMuch))
	try = expect.Tried(t, "FetchSnapshot(ctx, client, url) of a server whose answer does not end")
	try.Why("no length was announced; only ReadJSON's bound ends it")
	_, err = bitnodes.FetchSnapshot(t.Context(), client, s.URL("/endless"))
	try.ErrorIs(err, bitnodes.ErrTooBig, "ErrTooBig")
}
