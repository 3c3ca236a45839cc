package main

import (
	"context"
	"fmt"
	"io"
	"sync"

	"nodebook/lessons/lesson4/crawl"
)

// print shows what comes of printing from every goroutine, and of printing from
// one: a line for each of n peers.
func (s *session) print(ctx context.Context, n int) error {
	s.sample = n
	list := s.draw()
	results := crawl.GetVersions(ctx, s.caller().GetVersion, list)
	slow := crawl.Fuzz{W: &together{w: s.out}}
	fmt.Fprintln(s.out, "== every goroutine prints")
	var wg sync.WaitGroup
	for _, r := range results {
		wg.Go(func() { fmt.Fprintln(slow, r) })
	}
	wg.Wait()
	fmt.Fprintln(s.out, "\n== one goroutine prints, the others send it their lines")
	_, err := crawl.Announce(ctx, s.caller().GetVersion, list, slow)
	return err
}

// together lets several goroutines write to w, byte by byte in any order: the
// bytes are safe, the lines are not.
type together struct {
	mu sync.Mutex
	w  io.Writer
}

func (t *together) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.w.Write(p)
}
