package serve_test

import (
	"bufio"
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"nodebook/checker/internal/cell"
	"nodebook/checker/internal/gotest"
	"nodebook/checker/internal/serve"

	"github.com/stretchr/testify/require"
)

// events opens a tab's stream and returns it with what closes it.
func (b *book) events(tab string) (*bufio.Scanner, context.CancelFunc) {
	b.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	res := b.request("GET", "/api/events?tab="+tab, "", func(r *http.Request) { *r = *r.WithContext(ctx) })
	require.Equal(b.t, 200, res.StatusCode)
	return bufio.NewScanner(res.Body), cancel
}

// What a tab runs ends with it.
func TestTab_closed(t *testing.T) {
	b := open(t)
	_, closeTab := b.events("one-tab-of-many")
	ended := make(chan []cell.Event)
	runs := filepath.Join(t.TempDir(), "runs")
	go func() {
		ended <- b.runCell("os.WriteFile(\"" + runs + "\", nil, 0o600)\nfor { time.Sleep(time.Second) }")
	}()
	require.Eventually(t, func() bool { _, err := os.Stat(runs); return err == nil }, patience, 5*time.Millisecond)
	other, _ := b.events("the-other-tab-stays")
	closeTab()
	require.Equal(t, cell.Interrupted, texts(<-ended, cell.End))
	require.True(t, other.Scan())
}

// A tab that asks for nothing for long is told so and ended.
func TestTab_idle(t *testing.T) {
	b := &book{t: t, root: t.TempDir(), done: make(chan error, 1)}
	full := open(t)
	srv, err := serve.New(serve.Options{Root: full.root, Book: full.repo.Book, Engine: &gotest.Engine{}, Addr: "127.0.0.1:0", Idle: 20 * time.Millisecond})
	require.NoError(t, err)
	b.srv = srv
	ctx, cancel := context.WithCancel(context.Background())
	go func() { b.done <- srv.Serve(ctx) }()
	t.Cleanup(func() { cancel(); require.NoError(t, <-b.done) })
	stream, _ := b.events("an-idle-tab-of-many")
	var all strings.Builder
	for stream.Scan() {
		all.WriteString(stream.Text())
	}
	require.Contains(t, all.String(), `"bye"`)
}
