package main

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	fixture "nodebook/fixtures/bitnodes"
	"nodebook/fixtures/bitnodes/server"

	"github.com/stretchr/testify/require"
)

// lesson3 runs the binary and returns what it printed.
func lesson3(t *testing.T, args ...string) (code int, out, errs string) {
	var o, e bytes.Buffer
	code = run(t.Context(), args, &o, &e)
	return code, o.String(), e.String()
}

func TestRun(t *testing.T) {
	for _, fields := range []string{"5", "13"} {
		code, out, errs := lesson3(t, "-fields", fields)
		require.Zero(t, code, errs)
		require.Empty(t, errs)
		require.Contains(t, out, "(simulated, no such nodes exist)\n10,000 nodes, best block 9")
		require.Contains(t, out, "\nuser agent\n  /Satoshi:")
		require.Contains(t, out, " can be dialled without a proxy, first 198.18.")
		require.Equal(t, fields == "13", strings.Contains(out, "\ncountry\n"))
		for _, line := range strings.Split(out, "\n") {
			require.LessOrEqual(t, len([]rune(line)), 80, line)
		}
		_, again, _ := lesson3(t, "-fields", fields)
		require.Equal(t, out, again, "the same output each time")
	}
}

func TestRun_bars(t *testing.T) {
	code, out, _ := lesson3(t, "-bars", "1")
	require.Zero(t, code)
	require.Contains(t, out, "\nnetwork\n  other                            ██████████████████████████  10,000 100.0 %\n")
}

func TestRun_misuse(t *testing.T) {
	for _, args := range [][]string{{"now"}, {"-fields", "6"}, {"-bars", "0"}, {"-live", "-file", "x"}, {"-url", "x", "-live"}, {"-x"}} {
		code, out, errs := lesson3(t, args...)
		require.Equal(t, 2, code, args)
		require.Empty(t, out)
		require.True(t, strings.HasPrefix(errs, "lesson3: "), errs)
		require.Contains(t, errs, "\nhint: ")
	}
	code, _, errs := lesson3(t, "-h")
	require.Zero(t, code)
	require.Contains(t, errs, "-fields")
	require.Contains(t, errs, liveURL)
}

// edgeFile is a hand-made snapshot as a file.
func edgeFile(t *testing.T, name string) string {
	t.Helper()
	doc, err := fixture.Edge(name)
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), name+".json")
	require.NoError(t, os.WriteFile(file, doc, 0o600))
	return file
}

func TestRun_file(t *testing.T) {
	code, out, errs := lesson3(t, "-file", edgeFile(t, "bad-keys"))
	require.Zero(t, code, errs)
	require.Contains(t, out, "\n1 node, best block 535,432\n")
	require.Contains(t, out, "5 entries could not be read\n")
	require.Equal(t, 3, strings.Count(out, `": address "`))

	// Nothing is dialled that is not counted, though its address can be read.
	code, out, errs = lesson3(t, "-file", edgeFile(t, "bad-rows"))
	require.Zero(t, code, errs)
	require.Contains(t, out, "\n1 node, best block 934,662\n")
	require.Contains(t, out, "\n1 can be dialled without a proxy, first 198.18.0.1:8333\n6 entries could not be read\n")

	for name, want := range map[string]string{"list": `no "nodes"`, "nodes-array": "not the JSON we asked for"} {
		code, _, errs = lesson3(t, "-file", edgeFile(t, name))
		require.Equal(t, 1, code)
		require.Contains(t, errs, want)
		require.Contains(t, errs, "\nhint: -file wants")
	}
	code, _, errs = lesson3(t, "-file", filepath.Join(t.TempDir(), "none"))
	require.Equal(t, 1, code)
	require.Contains(t, errs, "no such file")

	code, out, _ = lesson3(t, "-file", edgeFile(t, "empty"))
	require.Zero(t, code)
	require.Contains(t, out, "\n0 nodes,")
}

// Whatever a stranger calls itself, nothing but what can be printed reaches the
// terminal, and nothing but text the picture.
func TestRun_hostile(t *testing.T) {
	svg := filepath.Join(t.TempDir(), "bars.svg")
	code, out, errs := lesson3(t, "-file", edgeFile(t, "hostile"), "-svg", svg)
	require.Zero(t, code, errs)
	require.Contains(t, out, `  \x1b]0;owned\a\x1b[2J `)
	require.Contains(t, out, `\u202egnihsalc`)
	for _, r := range out {
		require.True(t, r == '\n' || r >= ' ' && r <= '~' || strings.ContainsRune("█▏▎▍▌▋▊▉", r), "%q", r)
	}
	b, err := os.ReadFile(svg)
	require.NoError(t, err)
	require.NotContains(t, string(b), "<script")
	require.Contains(t, elements(t, b, "title"), "</text><script>alert(1)</script>: 1 (20.0 %)")
}

// elements are the texts of the elements of that name.
func elements(t *testing.T, doc []byte, name string) []string {
	t.Helper()
	var texts []string
	dec := xml.NewDecoder(bytes.NewReader(doc))
	for {
		tok, err := dec.Token()
		if err == io.EOF {
			return texts
		}
		require.NoError(t, err)
		start, ok := tok.(xml.StartElement)
		if !ok || start.Name.Local != name {
			continue
		}
		var text string
		require.NoError(t, dec.DecodeElement(&text, &start))
		texts = append(texts, text)
	}
}

func TestRun_svg(t *testing.T) {
	svg := filepath.Join(t.TempDir(), "bars.svg")
	code, out, errs := lesson3(t, "-fields", "13", "-svg", svg)
	require.Zero(t, code, errs)
	require.True(t, strings.HasSuffix(out, "drawn in "+svg+"\n"))
	b, err := os.ReadFile(svg)
	require.NoError(t, err)
	titles := elements(t, b, "title")
	require.Contains(t, titles[0], "10,000 Bitcoin nodes on 2025-")
	require.Len(t, elements(t, b, "rect"), len(titles), "the page, and a bar for each title but the first")
	desc := elements(t, b, "desc")
	require.Len(t, desc, 1)
	require.Contains(t, desc[0], "By country: unknown ")
	require.Contains(t, string(b), "@media (prefers-color-scheme: dark)")

	code, _, errs = lesson3(t, "-svg", filepath.Join(t.TempDir(), "no", "such", "folder"))
	require.Equal(t, 1, code)
	require.Contains(t, errs, "hint: -svg wants a file")
}

func TestRun_url(t *testing.T) {
	s, err := server.Start()
	require.NoError(t, err)
	defer s.Close()
	old := policy
	defer func() { policy = old }()
	var slept []time.Duration
	policy.Sleep = func(_ context.Context, d time.Duration) error { slept = append(slept, d); return nil }

	s.Handle(server.Latest, server.Throttled("7"), server.Status(500), server.Document(fixture.New()))
	code, out, errs := lesson3(t, "-url", s.URL(server.Latest))
	require.Zero(t, code, errs)
	require.Contains(t, out, s.URL(server.Latest))
	require.Equal(t, []time.Duration{7 * time.Second, 2 * time.Second}, slept)

	s.Handle(server.Latest, server.Throttled("63768"))
	code, _, errs = lesson3(t, "-url", s.URL(server.Latest))
	require.Equal(t, 1, code)
	require.Contains(t, errs, "throttled: retry after 17h42m48s\nhint: without -url and -live")

	policy.Sleep = func(context.Context, time.Duration) error { return errors.New("interrupted") }
	s.Handle(server.Latest, server.Status(503))
	code, _, errs = lesson3(t, "-url", s.URL(server.Latest))
	require.Equal(t, 1, code)
	require.Contains(t, errs, "waiting after try 1: interrupted")
}

func TestBlocks(t *testing.T) {
	require.Equal(t, "", blocks(0, 10))
	require.Equal(t, "", blocks(1, 0))
	require.Equal(t, "▏", blocks(1, 1_000_000))
	require.Equal(t, barWidth, len([]rune(blocks(10, 10))))
	require.Equal(t, strings.Repeat("█", barWidth/2), blocks(5, 10))
}

func TestNumber(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -100: "-100", -1000: "-1,000"} {
		require.Equal(t, want, number(n))
	}
}
