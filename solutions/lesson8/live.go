package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/pprof"
	"runtime/trace"
	"strings"
	"time"

	"nodebook/solutions/lesson8/ibd"
)

// live shows how far the download is, on a terminal, ten times a second.
type live struct {
	out         io.Writer
	interactive bool
	chain       *ibd.Chain
	network     *network
	start, last time.Time
	from        int
}

func newLive(out io.Writer, interactive bool, chain *ibd.Chain, n *network) *live {
	return &live{out: out, interactive: interactive, chain: chain, network: n, start: time.Now(), from: chain.Tip().Height}
}

const (
	refresh  = 100 * time.Millisecond
	barWidth = 24 // characters
	lineSize = 110
)

func (l *live) step() {
	if !l.interactive || time.Since(l.last) < refresh {
		return
	}
	l.last = time.Now()
	at, of := l.chain.Tip().Height, max(1, l.chain.Tree.Best().Height)
	full := at * barWidth / of
	done := max(1, at-l.from)
	left := time.Duration(float64(time.Since(l.start)) / float64(done) * float64(of-at))
	line := fmt.Sprintf("%s%s %s of %s blocks  %s  %s signatures  %s coins in memory  %s left",
		strings.Repeat("█", full), strings.Repeat("░", barWidth-full), grouped(int64(at)), grouped(int64(of)), l.rates(),
		grouped(int64(l.chain.Checked())), grouped(int64(l.chain.Cached())), left.Round(time.Second))
	fmt.Fprintf(l.out, "\r%-*s", lineSize, line)
}

// rates is how much the peers send together.
func (l *live) rates() string {
	bytes := 0
	for _, from := range l.network.kept() {
		for _, b := range from {
			bytes += b.bytes
		}
	}
	return fmt.Sprintf("%.1f MB/s of %s", float64(bytes)/1e6/max(0.001, time.Since(l.start).Seconds()), counted(len(l.network.links), "peer"))
}

// done removes the line.
func (l *live) done() {
	if l.interactive {
		fmt.Fprintf(l.out, "\r%s\r", strings.Repeat(" ", lineSize))
	}
}

// profile starts writing profiles into a folder, and returns what ends it. An empty
// name is none.
func profile(folder string) (stop func() error, err error) {
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
		cpu.Close()
		return nil, err
	}
	if err := pprof.StartCPUProfile(cpu); err != nil {
		return nil, err
	}
	if err := trace.Start(events); err != nil {
		return nil, err
	}
	return func() error {
		pprof.StopCPUProfile()
		trace.Stop()
		if err := cpu.Close(); err != nil {
			return err
		}
		return events.Close()
	}, nil
}
