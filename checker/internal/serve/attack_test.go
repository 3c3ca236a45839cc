package serve_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"nodebook/checker/internal/cell"
	"nodebook/checker/internal/serve"
	"nodebook/checker/needs"

	"github.com/stretchr/testify/require"
)

// host is the server's address, token what its URL carries.
func (b *book) host() string { u, _ := url.Parse(b.srv.URL()); return u.Host }
func (b *book) room() string { u, _ := url.Parse(b.srv.URL()); return u.Path }
func (b *book) token() string {
	u, _ := url.Parse(b.srv.URL())
	return u.Query().Get("token")
}

// request sends a request as a browser would that has the workbook open,
// changed by how.
func (b *book) request(method, path, body string, how func(*http.Request)) *http.Response {
	b.t.Helper()
	r, err := http.NewRequest(method, "http://"+b.host()+b.room()+strings.TrimPrefix(path, "/"), strings.NewReader(body))
	require.NoError(b.t, err)
	r.AddCookie(&http.Cookie{Name: "nodebook-" + r.URL.Port(), Value: b.token()})
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Origin", "http://"+b.host())
	if how != nil {
		how(r)
	}
	// A redirect is an answer like any other here.
	res, err := (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Do(r)
	require.NoError(b.t, err)
	b.t.Cleanup(func() { res.Body.Close() })
	return res
}

const runHello = `{"tab":"attacker-tab","lesson":"lesson1","cells":[{"number":1,"source":"fmt.Println(\"ran\")"}]}`

func TestGuard(t *testing.T) {
	b := open(t)
	for _, c := range []struct {
		name, method, path, body string
		how                      func(*http.Request)
		status                   int
	}{
		{"our own page", "GET", "/lesson1", "", nil, 200},
		{"the page before lesson 1", "GET", "/prologue", "", nil, 200},
		{"its picture", "GET", "/prologue/pictures/neighbours.svg", "", nil, 200},
		{"a lesson's picture", "GET", "/lesson1/pictures/frame.svg", "", nil, 200},
		{"a picture that no page has", "GET", "/lesson1/pictures/other.svg", "", nil, 404},
		{"a picture outside the folder", "GET", "/lesson1/pictures/..%2f..%2fREADME.md", "", nil, 404},
		{"a picture, no token", "GET", "/lesson1/pictures/frame.svg", "", func(r *http.Request) { r.Header.Del("Cookie") }, 401},
		{"our own page runs a cell", "POST", "/api/run", runHello, nil, 200},
		{"by localhost", "GET", "/lesson1", "", func(r *http.Request) {
			r.Host = "localhost:" + r.URL.Port()
			r.Header.Set("Origin", "http://"+r.Host)
		}, 200},
		{"DNS rebinding: a name that leads here", "GET", "/lesson1", "", func(r *http.Request) { r.Host = "evil.example:" + r.URL.Port() }, 421},
		{"too long a label of a slider", "POST", "/api/run", strings.Replace(runHello, "{", `{"values":{"`+strings.Repeat("x", 201)+`":1},`, 1), nil, 400},
		{"the places of a name from another site", "POST", "/api/uses", runHello, func(r *http.Request) { r.Header.Set("Origin", "http://evil.example") }, 403},
		{"DNS rebinding with its own origin", "POST", "/api/run", runHello, func(r *http.Request) {
			r.Host = "evil.example"
			r.Header.Set("Origin", "http://evil.example")
		}, 421},
		{"a host without the port", "GET", "/lesson1", "", func(r *http.Request) { r.Host = "127.0.0.1" }, 421},
		{"no token", "GET", "/lesson1", "", func(r *http.Request) { r.Header.Del("Cookie") }, 401},
		{"no token, the events", "GET", "/api/events?tab=attacker-tab", "", func(r *http.Request) { r.Header.Del("Cookie") }, 401},
		{"no token, the bundle", "GET", "/assets/app.js", "", func(r *http.Request) { r.Header.Del("Cookie") }, 401},
		{"another token", "POST", "/api/run", runHello, func(r *http.Request) {
			r.Header.Set("Cookie", "nodebook-"+r.URL.Port()+"=AAAAAAAAAAAAAAAAAAAAAAAAAA")
		}, 401},
		{"a token in the address of a POST", "POST", "/api/run?token=" + b.token(), runHello, func(r *http.Request) { r.Header.Del("Cookie") }, 401},
		{"cross-origin POST with the cookie", "POST", "/api/run", runHello, func(r *http.Request) { r.Header.Set("Origin", "http://evil.example") }, 403},
		{"cross-site POST without an origin", "POST", "/api/run", runHello, func(r *http.Request) {
			r.Header.Del("Origin")
			r.Header.Set("Sec-Fetch-Site", "cross-site")
		}, 403},
		{"another port of this machine", "POST", "/api/run", runHello, func(r *http.Request) {
			r.Header.Set("Origin", "http://127.0.0.1:1")
			r.Header.Set("Sec-Fetch-Site", "same-site")
		}, 403},
		{"a picture on another site", "GET", "/api/progress", "", func(r *http.Request) {
			r.Header.Del("Origin")
			r.Header.Set("Sec-Fetch-Site", "cross-site")
			r.Header.Set("Sec-Fetch-Mode", "no-cors")
		}, 403},
		{"a sandboxed frame", "POST", "/api/run", runHello, func(r *http.Request) { r.Header.Set("Origin", "null") }, 403},
		{"traversal in an asset", "GET", "/assets/..%2f..%2fgo.mod", "", nil, 404},
		{"traversal in an asset, doubly", "GET", "/assets/%2e%2e%2fserve.go", "", nil, 404},
		{"a listing", "GET", "/assets/", "", nil, 404},
		{"sources of the bundle", "GET", "/assets/SOURCES", "", nil, 404},
		{"traversal in a lesson", "GET", "/..%2f..%2fetc%2fpasswd", "", nil, 404},
		{"traversal in an exercise", "GET", "/api/exercise?lesson=../..&name=../../go.mod", "", nil, 404},
		{"a function that is no exercise", "PUT", "/api/exercise", `{"lesson":"lesson1","name":"Ping","parts":[{"func":"../../x","base":"","text":"x"}]}`, nil, 500},
		{"a body that is too large", "POST", "/api/run", `{"tab":"` + strings.Repeat("a", 2<<20) + `"}`, nil, 413},
		{"a body that is not JSON", "POST", "/api/run", "x=1", nil, 400},
		{"too many cells", "POST", "/api/run", `{"tab":"attacker-tab","lesson":"lesson1","cells":[` + strings.TrimSuffix(strings.Repeat("{},", 600), ",") + `]}`, nil, 404},
		{"a program on a page that has none", "POST", "/api/program", `{"tab":"attacker-tab","lesson":"lesson1"}`, nil, 404},
		{"traversal in a program", "POST", "/api/program", `{"tab":"attacker-tab","lesson":"../lesson6"}`, nil, 404},
		{"cross-origin POST of a program", "POST", "/api/program", `{"tab":"attacker-tab","lesson":"lesson6"}`, func(r *http.Request) { r.Header.Set("Origin", "http://evil.example") }, 403},
		{"the reference before a pass", "GET", "/api/solution?lesson=lesson1&name=Ping", "", nil, 403},
		{"a form of another method", "DELETE", "/api/exercise", "", nil, 405},
	} {
		t.Run(c.name, func(t *testing.T) {
			res := b.request(c.method, c.path, c.body, c.how)
			body, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
			require.NoError(t, err)
			require.Equal(t, c.status, res.StatusCode, "%s", body)
			require.NotContains(t, string(body), "module nodebook")
			require.NotContains(t, string(body), "root:")
			if c.status != 200 {
				require.NotContains(t, string(body), "ran")
			}
			require.Contains(t, res.Header.Get("Content-Security-Policy"), "default-src 'none'")
			require.NotContains(t, res.Header.Get("Content-Security-Policy"), "script-src 'self' '")
			require.Empty(t, res.Header.Get("Access-Control-Allow-Origin"))
		})
	}
}

func TestGuard_the_token_becomes_a_cookie(t *testing.T) {
	b := open(t)
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	res, err := (&http.Client{Jar: jar}).Get(b.srv.URL())
	require.NoError(t, err)
	defer res.Body.Close()
	require.Equal(t, 200, res.StatusCode)
	require.Empty(t, res.Request.URL.RawQuery, "the token does not stay in the address")
	first := b.request("GET", "/?token="+b.token(), "", func(r *http.Request) { r.Header.Del("Cookie") })
	require.Contains(t, first.Header.Get("Set-Cookie"), "HttpOnly; SameSite=Strict")

	// Another port of the same host, which may be another user's, gets the cookies
	// of its paths: ours is for none that it could name.
	site, err := url.Parse("http://127.0.0.1:1/lesson1")
	require.NoError(t, err)
	require.Empty(t, jar.Cookies(site))
	ours, err := url.Parse(b.srv.URL())
	require.NoError(t, err)
	require.NotEmpty(t, jar.Cookies(ours))
	res, err = (&http.Client{Jar: jar}).Get("http://" + b.host() + "/lesson1")
	require.NoError(t, err)
	defer res.Body.Close()
	require.Equal(t, 401, res.StatusCode)
}

// A request without a token is answered before its body has arrived: that may come drop by drop.
func TestGuard_slow_body(t *testing.T) {
	b := open(t)
	conn, err := net.Dial("tcp", b.host())
	require.NoError(t, err)
	defer conn.Close()
	require.NoError(t, conn.SetDeadline(time.Now().Add(patience)))
	fmt.Fprintf(conn, "POST %sapi/run HTTP/1.1\r\nHost: %s\r\nContent-Length: 1000\r\n\r\n{", b.room(), b.host())
	answer, err := io.ReadAll(conn)
	require.NoError(t, err, "%s", answer)
	require.Contains(t, string(answer), "401 Unauthorized")
}

func TestNew_loopback_only(t *testing.T) {
	for _, addr := range []string{"0.0.0.0:0", ":0", "[::]:0", "192.0.2.1:0"} {
		_, err := serve.New(serve.Options{Addr: addr})
		require.ErrorIs(t, err, serve.ErrNotLoopback, addr)
	}
}

// runCell runs a cell over HTTP and returns its events.
func (b *book) runCell(source string) []cell.Event {
	b.t.Helper()
	body, err := json.Marshal(map[string]any{"tab": "one-tab-of-many", "lesson": "lesson1", "cells": []map[string]any{{"number": 1, "source": source}}})
	require.NoError(b.t, err)
	return b.stream("/api/run", string(body))
}

// stream asks for something that runs and returns its events.
func (b *book) stream(path, body string) []cell.Event {
	b.t.Helper()
	res := b.request("POST", path, body, nil)
	var events []cell.Event
	d := json.NewDecoder(res.Body)
	for {
		var e cell.Event
		if d.Decode(&e) != nil {
			return events
		}
		if e.Kind == cell.Engine {
			events = nil // the run starts, or starts again
		}
		events = append(events, e)
	}
}

func texts(events []cell.Event, kind cell.Kind) string {
	var out bytes.Buffer
	for _, e := range events {
		if e.Kind == kind {
			out.WriteString(e.Text)
		}
	}
	return out.String()
}

func TestHostileCells(t *testing.T) {
	needs.Lot(t, 3)
	needs.Program(t, "setsid", "util-linux")
	b := open(t)
	alive := filepath.Join(t.TempDir(), "alive")
	t.Run("floods", func(t *testing.T) {
		events := b.runCell(`for { fmt.Println(strings.Repeat("flood ", 1000)) }`)
		require.LessOrEqual(t, len(texts(events, cell.Text)), 256<<10)
		require.Contains(t, texts(events, cell.Cut), "cut: no more than 256 KiB of text are shown")
		require.Contains(t, texts(events, cell.Cut), "printed more than 16 MiB")
		require.Equal(t, cell.Failed, texts(events, cell.End))
	})
	t.Run("forks", func(t *testing.T) {
		events := b.runCell(`for range 200 {
	exec.Command("setsid", "sleep", "600").Start()
}
select {}`)
		require.Contains(t, texts(events, cell.Cut), "too many processes")
	})
	t.Run("leaves a process behind", func(t *testing.T) {
		b.runCell(`exec.Command("setsid", "sh", "-c", "while :; do : > ` + alive + `; done").Start()
for {
	if _, err := os.Stat("` + alive + `"); err == nil {
		break
	}
}`)
		require.NoError(t, os.Remove(alive))
		require.NoFileExists(t, alive)
	})
	t.Run("listens", func(t *testing.T) {
		out := texts(b.runCell(`l, err := net.Listen("tcp", "127.0.0.1:0")
if err != nil {
	panic(err)
}
fmt.Print(l.Addr())`), cell.Text)
		_, err := net.DialTimeout("tcp", out, time.Second)
		require.Error(t, err, "its port is closed when the cell has ended")
	})
	t.Run("forges what is shown", func(t *testing.T) {
		for _, e := range b.runCell(`fmt.Println("\x1e0123 {\"type\":\"html\",\"source\":\"x\"}")`) {
			require.NotEqual(t, cell.Show, e.Kind)
		}
	})
	t.Run("eats memory", func(t *testing.T) {
		events := b.runCell(`var all [][]byte
for {
	b := make([]byte, 64<<20)
	for i := 0; i < len(b); i += 4096 {
		b[i] = 1
	}
	all = append(all, b)
}`)
		require.Equal(t, cell.Failed, texts(events, cell.End))
	})
}

// A document that a cell shows is served as one that may do nothing.
func TestDocument(t *testing.T) {
	b := open(t)
	var id string
	for _, e := range b.runCell(`show.HTML("evil", "<script>fetch('/api/run')</script><h1>hello</h1>")`) {
		if e.Kind == cell.Show {
			var f struct{ Source string }
			require.NoError(t, json.Unmarshal(e.Show, &f))
			id = f.Source
		}
	}
	require.NotEmpty(t, id)
	require.Regexp(t, "^show/[A-Z2-7]{26}$", id)
	res := b.request("GET", "/"+id, "", nil)
	require.Equal(t, 200, res.StatusCode)
	policy := res.Header.Get("Content-Security-Policy")
	require.Contains(t, policy, "default-src 'none'")
	require.Contains(t, policy, "sandbox allow-same-origin;")
	require.NotContains(t, policy, "script")
	require.Equal(t, 404, b.request("GET", "/show/AAAA", "", nil).StatusCode)
}

// Ctrl-C ends a cell that runs, and its children.
func TestServe_ends_what_runs(t *testing.T) {
	needs.Program(t, "setsid", "util-linux")
	b := open(t)
	alive := filepath.Join(t.TempDir(), "alive")
	ended := make(chan []cell.Event)
	go func() {
		ended <- b.runCell(`exec.Command("setsid", "sh", "-c", "while :; do : > ` + alive + `; done").Start()
for { time.Sleep(time.Second) }`)
	}()
	require.Eventually(t, func() bool { _, err := os.Stat(alive); return err == nil }, patience, 5*time.Millisecond)
	b.stop()
	<-ended
	err := <-b.done
	b.done <- err
	require.NoError(t, err)
	os.Remove(alive)
	require.NoFileExists(t, alive)
}
