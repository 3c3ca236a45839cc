package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	fixture "nodebook/fixtures/bitnodes"
	"nodebook/fixtures/bitnodes/server"
	"nodebook/fixtures/unwritten"
	"nodebook/lessons/lesson3/bitnodes"
)

// liveURL is the API that took over when bitnodes.io went.
const liveURL = "https://btcnodes.io/api/v1/snapshots/latest/"

// policy is how patient this program is.
var policy = bitnodes.Policy{Tries: 4, Backoff: time.Second, Longest: 30 * time.Second, Sleep: bitnodes.Sleep}

// source says where the snapshot comes from, and what to do with it.
type source struct {
	file, url string
	live      bool
	fields    int
	bars      int
	svg       string
}

func parseFlags(args []string, errs io.Writer) (source, error) {
	var s source
	flags := flag.NewFlagSet("lesson3", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&s.file, "file", "", "read the snapshot from a `file`")
	flags.StringVar(&s.url, "url", "", "ask the API at `url`")
	flags.BoolVar(&s.live, "live", false, "ask "+liveURL)
	flags.IntVar(&s.fields, "fields", 5, "`fields` of the simulated snapshot's rows, 5 or 13")
	flags.IntVar(&s.bars, "bars", 6, "the most `bars` for each count")
	flags.StringVar(&s.svg, "svg", "", "draw the bars into a `file` too")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			flags.SetOutput(errs)
			flags.Usage()
		}
		return s, err
	}
	given := 0
	for _, is := range []bool{s.file != "", s.url != "", s.live} {
		if is {
			given++
		}
	}
	switch {
	case flags.NArg() > 0:
		return s, fmt.Errorf("what is %q", flags.Arg(0))
	case given > 1:
		return s, errors.New("-file, -url and -live exclude each other")
	case s.fields != 5 && s.fields != 13:
		return s, fmt.Errorf("a row has 5 or 13 fields, not %d", s.fields)
	case s.bars < 1:
		return s, fmt.Errorf("%d bars show nothing", s.bars)
	}
	if s.live {
		s.url = liveURL
	}
	return s, nil
}

// needs are the functions of this program that the flags ask for.
func (s source) needs() []any {
	if s.file != "" {
		return []any{readFile, bitnodes.Nodes, count, draw}
	}
	return []any{source.fetch, bitnodes.Nodes, count, draw}
}

// snapshot gets the snapshot.
func (s source) snapshot(ctx context.Context) (bitnodes.Snapshot, error) {
	if s.file != "" {
		return readFile(s.file)
	}
	return s.fetch(ctx)
}

// fetch gets the snapshot over HTTP; the simulated one too, from a server on
// loopback.
func (s source) fetch(ctx context.Context) (bitnodes.Snapshot, error) {
	url := s.url
	if url == "" {
		api, err := server.Start()
		if err != nil {
			return bitnodes.Snapshot{}, err
		}
		defer api.Close()
		doc := fixture.New()
		if s.fields == 13 {
			doc = fixture.Old()
		}
		api.Handle(server.Latest, server.Document(doc))
		url = api.URL(server.Latest)
	}
	client := &http.Client{Timeout: time.Minute}
	defer client.CloseIdleConnections()
	return bitnodes.FetchWithRetry(ctx, client, url, policy)
}

func readFile(name string) (s bitnodes.Snapshot, err error) {
	f, err := os.Open(name)
	if err != nil {
		return s, err
	}
	defer f.Close()
	if err := bitnodes.ReadJSON(f, &s); err != nil {
		return s, fmt.Errorf("%s: %w", name, err)
	}
	return s, nil
}

// String names the source.
func (s source) String() string {
	switch {
	case s.file != "":
		return s.file
	case s.url != "":
		return s.url
	}
	return "simulated, no such nodes exist"
}

// hint says what helps if there is no snapshot.
func (s source) hint(err error) string {
	switch {
	case unwritten.Note(err) != "":
		return unwritten.Note(err)
	case s.file != "":
		return "-file wants a snapshot as the API sends it, see the page"
	case s.url != "":
		return "without -url and -live a simulated snapshot is drawn"
	}
	return `run "checker lesson3"`
}
