package serve_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"nodebook/checker/internal/author"
	"nodebook/checker/internal/compiler"
	"nodebook/checker/internal/interpreter"
	"nodebook/checker/internal/serve"
	"nodebook/checker/needs"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// TestMain is also the child process in which cells are interpreted.
func TestMain(m *testing.M) {
	interpreter.ServeChild()
	serveChild()
	code := m.Run()
	for _, end := range shared.ends {
		end()
	}
	os.Exit(code)
}

// shared is what the tests of this binary have in common, made when first needed: it costs
// more than most of what they look at. ends are called at the end.
var shared struct {
	mu      sync.Mutex
	ends    []func()
	browser context.Context
	fresh   string
}

// project is the project as its authors have it. Tests only read it.
var project = sync.OnceValues(func() (*author.Repo, error) {
	root, err := filepath.Abs("../../..")
	if err != nil {
		return nil, err
	}
	return author.Open(root)
})

// fresh is a workbook as it is handed out. Tests copy it.
func fresh(t *testing.T) string {
	t.Helper()
	shared.mu.Lock()
	defer shared.mu.Unlock()
	if shared.fresh != "" {
		return shared.fresh
	}
	repo, err := project()
	require.NoError(t, err)
	dir, err := os.MkdirTemp("", "nodebook-serve-test-")
	require.NoError(t, err)
	shared.ends = append(shared.ends, func() { os.RemoveAll(dir) })
	require.NoError(t, repo.Scratch(dir))
	shared.fresh = dir
	return dir
}

// chromium is the browser of all tests. Each has its own profile in it.
func chromium(t *testing.T) context.Context {
	t.Helper()
	shared.mu.Lock()
	defer shared.mu.Unlock()
	if shared.browser != nil && shared.browser.Err() == nil { // it may have crashed
		return shared.browser
	}
	path := needs.Program(t, "chromium", "chromium")
	dir, err := os.MkdirTemp("", "nodebook-serve-test-")
	require.NoError(t, err)
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(dir),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.WindowSize(1280, 900))
	alloc, stopAlloc := chromedp.NewExecAllocator(context.Background(), opts...)
	ctx, cancel := chromedp.NewContext(alloc)
	shared.ends = append(shared.ends, func() {
		cancel()
		stopAlloc()
		os.RemoveAll(dir)
	})
	require.NoError(t, chromedp.Do(ctx, chromedp.Navigate("about:blank")))
	shared.browser = ctx
	return ctx
}

// browserLots is how many tests with a browser there are for one in a short run.
const browserLots = 12

// patience bounds a wait in the browser; nothing is judged by it.
const patience = 4 * time.Minute

// book is a served workbook, freshly handed out.
type book struct {
	t    *testing.T
	root string
	repo *author.Repo
	srv  *serve.Server
	stop context.CancelFunc
	done chan error
}

// unserved is a fresh workbook that no server serves yet.
func unserved(t *testing.T) *book {
	t.Helper()
	repo, err := project()
	require.NoError(t, err)
	b := &book{t: t, root: t.TempDir(), repo: repo, done: make(chan error, 1)}
	require.NoError(t, os.CopyFS(b.root, os.DirFS(fresh(t))))
	return b
}

func open(t *testing.T) *book {
	t.Helper()
	b := unserved(t)
	var err error
	b.srv, err = serve.New(serve.Options{Root: b.root, Book: b.repo.Book, Engine: &compiler.Engine{}, Cells: &interpreter.Engine{}, Addr: "127.0.0.1:0"})
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	b.stop = cancel
	go func() { b.done <- b.srv.Serve(ctx) }()
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-b.done)
	})
	return b
}

func repoRoot(t *testing.T) string {
	dir, err := filepath.Abs("../../..")
	require.NoError(t, err)
	return dir
}

// read is a file of the workbook.
func (b *book) read(file string) string {
	src, err := os.ReadFile(filepath.Join(b.root, file))
	require.NoError(b.t, err)
	return string(src)
}

// write replaces a file as an editor does: a new one takes its place.
func (b *book) write(file, text string) {
	at := filepath.Join(b.root, file)
	require.NoError(b.t, os.WriteFile(at+"~", []byte(text), 0o644))
	require.NoError(b.t, os.Rename(at+"~", at))
}

// browser is a page of the workbook in chromium.
type browser struct {
	t   *testing.T
	ctx context.Context
}

func (b *book) browse(lesson string) *browser {
	b.t.Helper()
	x := b.chromium()
	x.visit(b, lesson)
	return x
}

// chromium is a browser without a page: its cookies and its storage are the test's alone.
func (b *book) chromium() *browser {
	b.t.Helper()
	needs.Lot(b.t, browserLots)
	return window(b.t, chromium(b.t), chromedp.WithNewBrowserContext())
}

// another is a second window of the same browser.
func (x *browser) another() *browser { return window(x.t, x.ctx) }

// window is a window without a page. It believes that it has the focus, as the tests that
// run at the same time believe of theirs.
func window(t *testing.T, ctx context.Context, opts ...chromedp.ContextOption) *browser {
	t.Helper()
	ctx, cancel := chromedp.NewContext(ctx, opts...)
	t.Cleanup(cancel)
	x := &browser{t: t, ctx: ctx}
	require.NoError(t, chromedp.Do(ctx, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error { // not bounded: the window ends with the context of the first action
		_, err := cdp.Call(ctx, t, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
		return err
	})))
	return x
}

// visit opens a lesson's page with the token, as from the terminal.
func (x *browser) visit(b *book, lesson string) {
	x.t.Helper()
	x.goTo(strings.Replace(b.srv.URL(), "/?", "/"+lesson+"?", 1))
}

// goTo opens a page, and waits until its script has done its work.
func (x *browser) goTo(url string) {
	x.t.Helper()
	x.within("the browser to load "+url, chromedp.Navigate(url))
	x.ready(url)
}

// ready waits until the script of a page has done its work.
func (x *browser) ready(url string) {
	x.t.Helper()
	x.within("html[data-ready] of "+url, chromedp.WaitReady(chromedp.CSS(`html[data-ready]`)))
}

func (x *browser) do(actions ...chromedp.Action[chromedp.Void]) {
	x.t.Helper()
	x.within("the browser to do it", actions...)
}

// within does something that ends or fails: if patience ends first, the test says what it waited for.
func (x *browser) within(waitsFor string, actions ...chromedp.Action[chromedp.Void]) {
	x.t.Helper()
	ctx, cancel := context.WithTimeout(x.ctx, patience)
	defer cancel()
	require.NoError(x.t, chromedp.Do(ctx, actions...), "waiting for %s, for %v at most", waitsFor, patience)
}

func (x *browser) click(selector string) {
	x.t.Helper()
	x.do(chromedp.Click(chromedp.CSS(selector)))
}

// js evaluates an expression, and waits for it if it is a promise.
func js[T any](x *browser, expression string) T {
	x.t.Helper()
	ctx, cancel := context.WithTimeout(x.ctx, patience)
	defer cancel()
	out, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	require.NoError(x.t, err, expression)
	return out
}

// until waits for an expression to be true.
func (x *browser) until(expression string) {
	x.t.Helper()
	_, err := chromedp.Run(x.ctx, chromedp.Poll[bool]("!!("+expression+")", chromedp.WithPollingInterval(30*time.Millisecond), chromedp.WithPollingTimeout(patience)))
	if err != nil {
		x.shot("failed-" + strings.ReplaceAll(x.t.Name(), "/", "-"))
	}
	require.NoError(x.t, err, expression)
}

// shot keeps a picture of what is to be seen, with the run's artefacts.
func (x *browser) shot(name string) {
	x.t.Helper()
	png, err := chromedp.Run(x.ctx, chromedp.CaptureScreenshot())
	require.NoError(x.t, err)
	dir := os.Getenv("NODEBOOK_ARTEFACTS")
	if dir == "" {
		dir = filepath.Join(repoRoot(x.t), "artefacts")
	}
	require.NoError(x.t, os.MkdirAll(filepath.Join(dir, "browser"), 0o755))
	require.NoError(x.t, os.WriteFile(filepath.Join(dir, "browser", name+".png"), png, 0o644))
}
