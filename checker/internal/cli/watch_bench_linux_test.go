package cli_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// BenchmarkWatch measures, in a terminal, the time from a save to the first
// answer on the screen; 100 ms of it are the wait for a save to be over.
//
//	go test -run=- -bench=BenchmarkWatch -benchtime=20x ./checker/internal/cli
func BenchmarkWatch(b *testing.B) {
	root, err := filepath.Abs("../../..")
	if err != nil {
		b.Fatal(err)
	}
	dir := b.TempDir()
	scratch(b, dir)
	solved(b, root, dir, "lesson1/framing", false)
	file := filepath.Join(dir, "lessons/lesson1/framing/ping.go")
	src, err := os.ReadFile(file)
	if err != nil {
		b.Fatal(err)
	}
	p := startPTY(b, dir, nil, "watch", "lesson1")
	defer p.master.Close()
	defer p.tty.Close()
	if err := p.cmd.Start(); err != nil {
		b.Fatal(err)
	}
	p.shows("everything passes")
	var took []time.Duration
	for b.Loop() {
		// What came after the answer before, such as the compiled one, is over
		// when the next judgement has begun.
		saved := []byte(fmt.Sprintf("%s\n// save %d\n", src, len(took)))
		start := time.Now()
		if err := os.WriteFile(file, saved, 0o644); err != nil {
			b.Fatal(err)
		}
		p.shows("judging lesson1")
		p.shows("everything passes")
		took = append(took, time.Since(start))
	}
	p.press("q")
	p.cmd.Wait()
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Milliseconds()), "median-ms")
}
