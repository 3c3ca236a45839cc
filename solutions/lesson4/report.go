package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/pprof"
	"runtime/trace"

	"nodebook/solutions/lesson4/crawl"
)

// report is what report.json holds.
type report struct {
	Live     bool           `json:"live"`
	Network  string         `json:"network"`
	Seed     uint64         `json:"seed"`
	Workers  int            `json:"workers"`
	Took     float64        `json:"took_s"`
	Bound    float64        `json:"bound_s"` // what waiting alone would take
	Ways     []crawl.Row    `json:"ways,omitempty"`
	Unlisted []crawl.Result `json:"unlisted,omitempty"`
	Old      []crawl.Result `json:"old,omitempty"`
	Peers    []crawl.Result `json:"peers"`
}

// write writes the report and the timeline, with whatever there is by now.
func (s *session) write() error {
	if len(s.results) == 0 {
		return nil
	}
	s.report.Peers = s.results
	files := []struct {
		name string
		fill func(io.Writer) error
	}{
		{"report.json", func(w io.Writer) error { return json.NewEncoder(w).Encode(s.report) }},
		{"timeline.svg", s.timeline},
	}
	if !s.has("timeline") {
		files = files[:1]
	}
	if err := os.MkdirAll(s.options.out, 0o755); err != nil {
		return err
	}
	fmt.Fprintln(s.out)
	var failed error
	for _, f := range files {
		path := filepath.Join(s.options.out, f.name)
		if err := writeFile(path, f.fill); err != nil {
			failed = errors.Join(failed, err) // the other file may do
			continue
		}
		fmt.Fprintln(s.out, "wrote", path)
	}
	return failed
}

// timeline draws the results.
func (s *session) timeline(w io.Writer) error { return crawl.Timeline(w, s.results) }

func writeFile(path string, fill func(io.Writer) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	return errors.Join(fill(w), w.Flush(), f.Close())
}

// startProfile starts a CPU profile and an execution trace in folder, if it is
// named; stop ends both.
func startProfile(folder string) (stop func() error, err error) {
	if folder == "" {
		return func() error { return nil }, nil
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, err
	}
	cpu, err := os.Create(filepath.Join(folder, "cpu.pprof"))
	if err != nil {
		return nil, err
	}
	events, err := os.Create(filepath.Join(folder, "trace.out"))
	if err != nil {
		return nil, errors.Join(err, cpu.Close())
	}
	if err := errors.Join(pprof.StartCPUProfile(cpu), trace.Start(events)); err != nil {
		return nil, errors.Join(err, cpu.Close(), events.Close())
	}
	return func() error {
		trace.Stop()
		pprof.StopCPUProfile()
		return errors.Join(events.Close(), cpu.Close())
	}, nil
}
