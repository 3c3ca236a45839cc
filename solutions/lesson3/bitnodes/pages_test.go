package bitnodes_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"net/http"
	"slices"
	"strings"
	"testing"

	"nodebook/fixtures/bitnodes/server"
	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson3/bitnodes"
)

// drawPages draws that many entries a page, and the pages' JSON.
func drawPages(d *draw.Source, sizes ...int) (all []bitnodes.Entry, pages []string) {
	at := 1769991597 - d.IntN(100_000)
	for _, size := range sizes {
		page := []bitnodes.Entry{}
		for range size {
			at -= d.Between(300, 1500)
			page = append(page, bitnodes.Entry{
				URL:       fmt.Sprintf("http://127.0.0.1:1/api/v1/snapshots/%d/", at),
				Timestamp: int64(at), TotalNodes: d.Between(9000, 25000), LatestHeight: d.Between(500_000, 950_000),
			})
		}
		b, err := json.Marshal(page)
		if err != nil {
			panic(err)
		}
		all, pages = append(all, page...), append(pages, string(b))
	}
	return all, pages
}

// sameEntries wants got to be want, and says where they part.
func sameEntries(try *expect.Try, got, want []bitnodes.Entry) {
	for i := range min(len(got), len(want)) {
		try.Equal(fmt.Sprintf("entry %d", i), got[i], want[i])
	}
	try.Equal("number of entries", len(got), len(want))
}

func TestPages(t *testing.T) {
	d := draw.From(t)
	for _, sizes := range [][]int{{d.Between(1, 5)}, {3, 3, d.Between(1, 3)}, {2, 0, 2}, {0}} {
		s, client := serve(t)
		want, pages := drawPages(d, sizes...)
		s.Pages(pages...)
		try := expect.Tried(t, "Pages(ctx, client, url, 100), where the pages have %v entries", sizes)
		try.Why("next leads from page to page until it is null; an empty page need not be the last")
		got, err := bitnodes.Pages(t.Context(), client, s.URL(server.List), 100)
		try.NoError(err)
		sameEntries(try, got, want)
		try.Equal("requests", len(s.Requests()), len(sizes))
	}
}

func TestPages_most(t *testing.T) {
	d := draw.From(t)
	for _, tt := range []struct{ most, requests int }{
		{1, 1}, {2, 1}, {3, 1}, {4, 2}, {6, 2}, {7, 3}, {8, 3}, {9, 3}, {math.MaxInt, 3}, {0, 0}, {-1, 0},
	} {
		s, client := serve(t)
		want, pages := drawPages(d, 3, 3, 2)
		s.Pages(pages...)
		try := expect.Tried(t, "Pages(ctx, client, url, %d), where three pages have 3, 3 and 2 entries", tt.most)
		try.Why("a request that brings nothing that is wanted costs one of the few a day")
		if tt.most < 0 {
			try.Halts("fewer than none are wanted, and a slice cannot end before its start: list[:most] panics")
		}
		if tt.most > 100 {
			try.Halts("most says where to end, and not how many there are: let append make the room")
		}
		got, err := bitnodes.Pages(t.Context(), client, s.URL(server.List), tt.most)
		try.NoError(err)
		sameEntries(try, got, want[:max(0, min(tt.most, len(want)))])
		try.Equal("requests", len(s.Requests()), tt.requests)
	}
}

func TestPages_missing(t *testing.T) {
	d := draw.From(t)
	s, client := serve(t)
	first, _ := drawPages(d, 3)
	list := func(entries []bitnodes.Entry, fields ...string) string {
		var list []map[string]any
		for _, e := range entries {
			all := map[string]any{"url": e.URL, "timestamp": e.Timestamp, "total_nodes": e.TotalNodes, "latest_height": e.LatestHeight}
			maps.DeleteFunc(all, func(name string, _ any) bool { return !slices.Contains(fields, name) })
			list = append(list, all)
		}
		b, err := json.Marshal(list)
		expect.Broken(t, err)
		return string(b)
	}
	drawn, _ := drawPages(d, 3)
	second := slices.Clone(drawn)
	second[0] = bitnodes.Entry{Timestamp: drawn[0].Timestamp}
	second[1] = bitnodes.Entry{URL: drawn[1].URL, LatestHeight: drawn[1].LatestHeight}
	second[2] = bitnodes.Entry{TotalNodes: drawn[2].TotalNodes}
	parts := []string{list(drawn[:1], "timestamp"), list(drawn[1:2], "url", "latest_height"), list(drawn[2:], "total_nodes")}
	sparse := strings.ReplaceAll(strings.Join(parts, ""), "][", ", ")
	s.Handle(server.List, server.Document(fmt.Appendf(nil, `{"count": 6, "next": %q, "results": %s}`, s.URL("/2"), list(first, "url", "timestamp", "total_nodes", "latest_height"))))
	s.Handle("/2", server.Document(fmt.Appendf(nil, `{"next": %q, "results": %s}`, s.URL("/3"), sparse)))
	s.Handle("/3", server.Document(fmt.Appendf(nil, `{"next": %q}`, s.URL("/4"))))
	s.Handle("/4", server.Document([]byte(`{"detail": "that was all"}`)))
	try := expect.Tried(t, "Pages(ctx, client, url, 100), where page 2 has the entries %s, page 3 no results, and page 4 neither results nor a next", sparse)
	try.Why("JSON that lacks a field leaves what it decodes into as it is, so every page needs a Page of its own: one that is used again still holds the page before")
	got, err := bitnodes.Pages(t.Context(), client, s.URL(server.List), 100)
	try.NoError(err)
	sameEntries(try, got, slices.Concat(first, second))
	try.Equal("requests", len(s.Requests()), 4)
}

func TestPages_error(t *testing.T) {
	d := draw.From(t)
	for _, tt := range []struct {
		what   string
		answer server.Answer
		want   error
		name   string
	}{
		{"status 429", server.Throttled("86400"), bitnodes.ErrThrottled, "ErrThrottled"},
		{"status 404", server.Status(404), bitnodes.ErrNotFound, "ErrNotFound"},
		{"HTML with status 200", server.Document([]byte(html)), bitnodes.ErrJSON, "ErrJSON"},
		{"a page whose count is a word", server.Document([]byte(`{"results": [{"timestamp": 7}], "count": "many"}`)), bitnodes.ErrJSON, "ErrJSON"},
		{"an answer cut off", server.Cut([]byte(`{"count": 9, "next": null, "results": []}`), d.Between(1, 30)), io.ErrUnexpectedEOF, "io.ErrUnexpectedEOF"},
	} {
		s, client := serve(t)
		want, pages := drawPages(d, d.Between(1, 4), 2, 2)
		s.Pages(pages...)
		s.Handle(server.PagePath(3), tt.answer)
		try := expect.Tried(t, "Pages(ctx, client, url, 100), where page 3 of 3 is %s", tt.what)
		try.Why("a list that ends with an error is not all of the list")
		got, err := bitnodes.Pages(t.Context(), client, s.URL(server.List), 100)
		try.ErrorIs(err, tt.want, tt.name)
		try.Why("the pages before the error are good, and were paid for with requests: their entries come with the error, and none of the bad page")
		sameEntries(try, got, want[:len(want)-2])
	}
}

func TestPages_loop(t *testing.T) {
	d := draw.From(t)
	for _, back := range []int{1, 2, 3} {
		s, client := serve(t)
		want, pages := drawPages(d, 2, 2, 2)
		s.Pages(pages...)
		doc := fmt.Sprintf(`{"count": 6, "next": %q, "previous": null, "results": %s}`, s.URL(server.PagePath(back)), pages[2])
		s.Handle(server.PagePath(3), server.Document([]byte(doc)))
		try := expect.Tried(t, "Pages(ctx, client, url, 1000), where page 3 says that page %d is next", back)
		try.Why("a list that goes round in a circle never ends; each page is asked for once")
		got, err := bitnodes.Pages(t.Context(), client, s.URL(server.List), 1000)
		try.ErrorIs(err, bitnodes.ErrLoop, "ErrLoop")
		try.Equal("requests", len(s.Requests()), 3)
		sameEntries(try, got, want)
	}
}

// Whoever has all that was asked for has no need to know what comes next.
func TestPages_loopAfterMost(t *testing.T) {
	d := draw.From(t)
	for _, most := range []int{3, 4} {
		s, client := serve(t)
		want, pages := drawPages(d, 2, 2)
		s.Pages(pages...)
		s.Handle(server.PagePath(2), server.Document(fmt.Appendf(nil, `{"count": 4, "next": %q, "results": %s}`, s.URL(server.PagePath(2)), pages[1])))
		try := expect.Tried(t, "Pages(ctx, client, url, %d), where two pages have 2 entries each, and page 2 says that it is the next itself", most)
		try.Why("the list ends when it has most entries: where next would lead does not matter then")
		got, err := bitnodes.Pages(t.Context(), client, s.URL(server.List), most)
		try.NoError(err)
		sameEntries(try, got, want[:most])
	}
}

// A page is fetched as a snapshot is: bounded, and its body closed.
func TestPages_fetches(t *testing.T) {
	url := drawURL(draw.From(t))
	for _, tt := range []struct {
		what string
		code int
		body *body
		want error
		name string
	}{
		{"the last page", http.StatusOK, text(`{"next": null, "results": [{"timestamp": 7}]}`), nil, ""},
		{"status 404", http.StatusNotFound, text(html), bitnodes.ErrNotFound, "ErrNotFound"},
		{"HTML with status 200", http.StatusOK, text(html), bitnodes.ErrJSON, "ErrJSON"},
		{"a page, and then spaces forever", http.StatusOK, &body{Reader: &flood{head: `{"next": null, "results": []}`, fill: ' '}}, bitnodes.ErrTooBig, "ErrTooBig"},
	} {
		client := mock(func(r *http.Request) (*http.Response, error) { return response(r, tt.code, tt.body), nil })
		try := expect.Tried(t, "Pages(ctx, client, %q, 100), where the answer is %s", url, tt.what)
		_, err := bitnodes.Pages(t.Context(), client, url, 100)
		try.Why("each page is fetched as FetchSnapshot fetches, and its errors are those of FetchSnapshot: let both use one function")
		if tt.want == nil {
			try.NoError(err)
		} else {
			try.ErrorIs(err, tt.want, tt.name)
		}
		try.Why("a body that nobody closes keeps its connection open; a program that asks often runs out of them")
		try.True(tt.body.closed.Load(), "a body that is still open", "the answer's body closed on return")
		if f, ok := tt.body.Reader.(*flood); ok {
			try.Why("what a stranger sends is bounded: ReadJSON stops soon after MaxBody")
			try.True(f.read <= maxBody+tooMuch, fmt.Sprintf("%d bytes read from the body", f.read), fmt.Sprintf("reading to end soon after MaxBody, %d bytes", maxBody))
		}
	}
}

func TestPages_endless(t *testing.T) {
	d := draw.From(t)
	for _, last := range []int{maxPages, maxPages + 1, 2 * maxPages} {
		requests, url := 0, drawURL(d)
		client := mock(func(r *http.Request) (*http.Response, error) {
			requests++
			next := "null"
			if requests < last {
				next = fmt.Sprintf("%q", fmt.Sprintf("%s?page=%d", url, requests+1))
			}
			return response(r, 200, text(`{"count": 0, "next": `+next+`, "results": [{"timestamp": 1}]}`)), nil
		})
		try := expect.Tried(t, "Pages(ctx, client, url, 1000000) of a list of %d pages", last).Why("MaxPages pages are not too many")
		got, err := bitnodes.Pages(t.Context(), client, url, 1_000_000)
		if last == maxPages {
			try.NoError(err)
		} else {
			try.Why("a server can continue forever; MaxPages is where we stop")
			try.ErrorIs(err, bitnodes.ErrTooManyPages, "ErrTooManyPages")
		}
		try.Equal("requests", requests, maxPages)
		try.Equal("number of entries", len(got), maxPages)
	}
}

func TestPages_context(t *testing.T) {
	d := draw.From(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	url := drawURL(d)
	client := mock(func(r *http.Request) (*http.Response, error) {
		if strings.Contains(r.URL.RawQuery, "page") {
			cancel()
			if err := r.Context().Err(); err != nil {
				return nil, err
			}
			return nil, errors.New("a request that goes on though ctx has ended")
		}
		return response(r, 200, text(`{"next": "`+url+`?page=2", "results": [{"timestamp": 5}]}`)), nil
	})
	try := expect.Tried(t, "Pages(ctx, client, url, 100), where ctx is cancelled during the second request")
	got, err := bitnodes.Pages(ctx, client, url, 100)
	try.Why("every request carries ctx")
	try.ErrorIs(err, context.Canceled, "context.Canceled")
	try.Equal("number of entries", len(got), 1)
}

func TestPages_almostLoop(t *testing.T) {
	d := draw.From(t)
	want, pages := drawPages(d, 2, 2)
	url := drawURL(d) + "?after="
	client := mock(func(r *http.Request) (*http.Response, error) {
		doc := fmt.Sprintf(`{"count": 4, "next": %q, "results": %s}`, url+"AgK", pages[0])
		if strings.HasSuffix(r.URL.String(), "AgK") {
			doc = fmt.Sprintf(`{"count": 4, "next": null, "results": %s}`, pages[1])
		}
		return response(r, http.StatusOK, text(doc)), nil
	})
	try := expect.Tried(t, "Pages(ctx, client, url, 100), where url ends with ?after=aGk, and the next one with ?after=AgK")
	try.Why("two URLs that differ in a capital letter are two pages")
	got, err := bitnodes.Pages(t.Context(), client, url+"aGk", 100)
	try.NoError(err)
	sameEntries(try, got, want)
}
