package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/pprof"
	"runtime/trace"
	"strings"

	"golang.org/x/term"
)

// bar shows how far the work is, on a terminal.
type bar struct {
	out         io.Writer
	interactive bool
	at, of      int
}

func newBar(out io.Writer, interactive bool, of int) *bar {
	return &bar{out: out, interactive: interactive, of: of}
}

const barWidth = 40 // characters

func (b *bar) step() {
	b.at++
	if b.interactive && b.at*100/b.of != (b.at-1)*100/b.of {
		full := b.at * barWidth / b.of
		fmt.Fprintf(b.out, "\r%s%s %3d%%", strings.Repeat("█", full), strings.Repeat("░", barWidth-full), b.at*100/b.of)
	}
}

// done removes the bar.
func (b *bar) done() {
	if b.interactive {
		fmt.Fprintf(b.out, "\r%s\r", strings.Repeat(" ", barWidth+5))
	}
}

func terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
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
