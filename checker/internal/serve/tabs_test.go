package serve_test

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"nodebook/checker/internal/cell"
	"nodebook/checker/internal/compiler"
	"nodebook/checker/internal/serve"
	"nodebook/checker/needs"

	"github.com/chromedp/chromedp"
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

// What a tab runs ends with the tab: a closed page takes its requests along. One
// that is only hidden takes nothing but its stream.
func TestTab_closed(t *testing.T) {
	t.Parallel()
	needs.Shell(t)
	b := open(t)
	_, hide := b.events("one-tab-of-many")
	runs := filepath.Join(t.TempDir(), "runs")
	source := `os.WriteFile("FILE", nil, 0o600)
for {
	if _, err := os.Stat("FILE"); err != nil {
		break
	}
	time.Sleep(time.Millisecond)
}`
	source = strings.ReplaceAll(source, "FILE", runs)
	begun := func() bool { _, err := os.Stat(runs); return err == nil }
	ended := make(chan []cell.Event)
	go func() { ended <- b.runCell(source) }()
	require.Eventually(t, begun, patience, 5*time.Millisecond)
	hide()
	back, _ := b.events("one-tab-of-many")
	require.True(t, back.Scan())
	require.NoError(t, os.Remove(runs))
	require.Equal(t, cell.OK, texts(<-ended, cell.End), "a hidden tab's run goes on")

	ctx, closeTab := context.WithCancel(context.Background())
	alive := filepath.Join(t.TempDir(), "alive")
	body := fmt.Sprintf(`{"tab":"one-tab-of-many","lesson":"lesson1","cells":[{"number":1,"source":%q}]}`,
		`exec.Command("sh", "-c", "while :; do : > `+alive+`; done").Run()`)
	b.request("POST", "/api/run", body, func(r *http.Request) { *r = *r.WithContext(ctx) })
	writes := func() bool { _, err := os.Stat(alive); return err == nil }
	require.Eventually(t, writes, patience, 5*time.Millisecond)
	closeTab()
	require.Eventually(t, func() bool { os.Remove(alive); return !writes() }, patience, 50*time.Millisecond)
}

// Six connections are all that a browser has to a host: the pages that nobody
// looks at leave them to the one that somebody opens.
func TestTabs_many(t *testing.T) {
	t.Parallel()
	b := open(t)
	x := b.browse("lesson1")
	first := x
	for range 7 {
		js[chromedp.Void](x, `Object.defineProperty(document, "hidden", {configurable: true, value: true}); document.dispatchEvent(new Event("visibilitychange"))`)
		x = x.another()
		x.visit(b, "lesson1")
	}
	b.write("lessons/lesson1/framing/ping.go", strings.Replace(b.read("lessons/lesson1/framing/ping.go"), "return todo.Err", "return io.EOF // while it was hidden", 1))
	js[chromedp.Void](first, `Object.defineProperty(document, "hidden", {value: false}); document.dispatchEvent(new Event("visibilitychange"))`)
	first.see("#exercise-Ping")
	first.until(`document.querySelector("#exercise-Ping .cm-content").innerText.includes("while it was hidden")`)
}

// A tab that asks for nothing for long is told so and ended.
func TestTab_idle(t *testing.T) {
	b := &book{t: t, root: t.TempDir(), done: make(chan error, 1)}
	full := open(t)
	srv, err := serve.New(serve.Options{Root: full.root, Book: full.repo.Book, Engine: &compiler.Engine{}, Addr: "127.0.0.1:0", Idle: 20 * time.Millisecond})
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
