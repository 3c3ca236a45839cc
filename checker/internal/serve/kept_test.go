package serve_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"nodebook/checker/internal/author"
	"nodebook/checker/internal/compiler"
	"nodebook/checker/internal/interpreter"
	"nodebook/checker/internal/serve"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

// serveVariable makes this test binary a server of the workbook that it names, at
// addrVariable.
const (
	serveVariable = "NODEBOOK_TEST_SERVE"
	addrVariable  = "NODEBOOK_TEST_ADDR"
)

// serveChild is a server that may be killed.
func serveChild() {
	root := os.Getenv(serveVariable)
	if root == "" {
		return
	}
	repo, err := author.Open(os.Getenv("NODEBOOK_TEST_REPO"))
	if err == nil {
		var s *serve.Server
		s, err = serve.New(serve.Options{Root: root, Book: repo.Book, Engine: &compiler.Engine{}, Cells: &interpreter.Engine{}, Addr: os.Getenv(addrVariable)})
		if err == nil {
			fmt.Println(s.URL())
			err = s.Serve(context.Background())
		}
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// child is a server in a process that may be killed.
type child struct {
	cmd *exec.Cmd
	url string
}

func (b *book) child(addr string) *child {
	b.t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), serveVariable+"="+b.root, addrVariable+"="+addr, "NODEBOOK_TEST_REPO="+repoRoot(b.t))
	out, err := cmd.StdoutPipe()
	require.NoError(b.t, err)
	cmd.Stderr = os.Stderr
	require.NoError(b.t, cmd.Start())
	b.t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(b.t, err)
	return &child{cmd, strings.TrimSpace(line)}
}

func (c *child) kill() {
	c.cmd.Process.Kill()
	c.cmd.Wait()
}

func (c *child) host() string { return strings.Split(c.url, "/")[2] }

// lesson is the address of a page, without the token.
func (c *child) lesson(name string) string { return strings.Split(c.url, "?")[0] + name }

func (x *browser) source(cell string) string {
	return js[string](x, `[...document.querySelectorAll("`+cell+` .cm-line")].map(e => e.textContent).join("\n")`)
}

const keptNow = `document.documentElement.dataset.kept === "yes"`

// The server is killed in the middle of a word, and neither the words typed before nor
// those typed while it was gone are lost. The page finds the server again by itself.
func TestKept_server_killed(t *testing.T) {
	b := unserved(t)
	c := b.child("127.0.0.1:0")
	x := b.chromium()
	x.goTo(strings.Replace(c.url, "/?", "/lesson1?", 1))
	require.Equal(t, "1\n", x.runCell(1, "before := 1\nbefore", "ok"))
	x.see("#exercise-Ping")
	const half = "func Ping(conn io.ReadWriter) error {\n\treturn fmt.Errorf(\"half a thought\")\n}"
	x.typeInto("#exercise-Ping", 0, half)
	x.until(keptNow)

	c.kill()
	x.see("#cell-2")
	x.typeInto("#cell-2", 0, "before + 41")
	x.until(`document.querySelector("#said")?.innerText.includes("What you type is kept here")`)
	x.shot("server-gone")
	x.axeIn("#said", "the server is gone")
	c = b.child(c.host())
	x.until(`document.querySelector("#said").hidden && ` + keptNow)
	x.see("#cell-2")
	x.do(chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(ctrl)))
	js[chromedp.Void](x, `document.querySelector("#cell-2 .run").click()`)
	x.until(`document.querySelector("#cell-2 .out").innerText === "42\n"`)
	x.until(keptNow)

	// A bookmark: the address without the token. All is there, and can be saved.
	c.kill()
	c = b.child(c.host())
	x.do(chromedp.Navigate("about:blank"))
	x.goTo(c.lesson("lesson1"))
	x.see("#cell-1")
	require.Equal(t, "before := 1\nbefore", x.source("#cell-1"))
	require.Equal(t, "1\n", js[string](x, `document.querySelector("#cell-1 .out").innerText`))
	require.Equal(t, "In [1]", js[string](x, `document.querySelector("#cell-1 .prompt").innerText`))
	require.Equal(t, "43\n", x.runCell(2, "before + 42", "ok"), "what had run counts as run")
	x.see("#exercise-Ping")
	require.Equal(t, half, x.source("#exercise-Ping"))
	x.until(`document.querySelector("#exercise-Ping").classList.contains("dirty")`)
	js[chromedp.Void](x, `document.querySelector("#exercise-Ping .save").click()`)
	x.until(`document.querySelector("#exercise-Ping .note").innerText === "saved"`)
	require.Contains(t, b.read("lessons/lesson1/framing/ping.go"), "half a thought")
	x.until(keptNow)
	require.NotContains(t, b.read(".nodebook/cells/lesson1.json"), `"draft"`, "what is in its file is no draft any more")
}

// A page that is closed while the server is gone leaves its words in the browser, and
// the next one hands them in.
func TestKept_closed_while_the_server_is_gone(t *testing.T) {
	b := unserved(t)
	c := b.child("127.0.0.1:0")
	x := b.chromium()
	x.goTo(strings.Replace(c.url, "/?", "/lesson1?", 1))
	x.see("#cell-1")
	c.kill()
	x.typeInto("#cell-1", 0, `"typed into the void"`)
	x.until(`Object.values(localStorage).some(v => v.includes("typed into the void"))`)
	x.do(chromedp.Navigate("about:blank"))
	c = b.child(c.host())
	x.goTo(c.lesson("lesson2")) // even another page
	x.until(`!Object.values(localStorage).some(v => v.includes("typed into the void"))`)
	require.Contains(t, b.read(".nodebook/cells/lesson1.json"), "typed into the void")
	x.goTo(c.lesson("lesson1"))
	x.see("#cell-1")
	require.Equal(t, `"typed into the void"`, x.source("#cell-1"))
}

// A draft outlives a reload; if the file was edited meanwhile, the learner chooses.
func TestKept_draft_and_editor(t *testing.T) {
	t.Parallel()
	b := open(t)
	x := b.browse("lesson1")
	const file = "lessons/lesson1/framing/ping.go"
	stub := b.read(file)
	x.see("#exercise-Ping")
	x.typeInto("#exercise-Ping", 0, "func Ping(conn io.ReadWriter) error {\n\treturn io.EOF // a draft\n}")
	x.until(keptNow)
	x.visit(b, "lesson1")
	x.see("#exercise-Ping")
	require.Contains(t, x.source("#exercise-Ping"), "a draft")
	require.Equal(t, stub, b.read(file))
	x.do(chromedp.Navigate("about:blank"))
	b.write(file, strings.Replace(stub, "return todo.Err", "return io.ErrUnexpectedEOF // by the editor", 1))
	x.visit(b, "lesson1")
	x.see("#exercise-Ping")
	x.until(`document.querySelector("#exercise-Ping .conflict")?.innerText.includes("by the editor")`)
	require.Contains(t, x.source("#exercise-Ping"), "a draft")
	x.click("#exercise-Ping .theirs")
	x.until(`document.querySelector("#exercise-Ping .cm-content").innerText.includes("by the editor")`)
	x.until(keptNow)
	x.visit(b, "lesson1")
	x.see("#exercise-Ping")
	require.Contains(t, x.source("#exercise-Ping"), "by the editor")
}

// Two tabs show the same cells; a cell that both change at the same time is a question.
func TestKept_two_tabs(t *testing.T) {
	t.Parallel()
	b := open(t)
	x := b.browse("lesson1")
	y := x.another()
	y.visit(b, "lesson1")
	y.see("#cell-1")
	x.see("#cell-1")
	x.typeInto("#cell-1", 0, "3 + 4")
	y.until(`document.querySelector("#cell-1 .cm-content").innerText === "3 + 4"`)
	x.do(chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(ctrl)))
	y.until(`document.querySelector("#cell-1 .out").innerText === "7\n"`)

	// One loses touch, both write.
	js[chromedp.Void](y, `window.fetch = (real => (at, how) => at === "api/cells" ? new Promise(wake => window.free = () => wake(real(at, how))) : real(at, how))(window.fetch)`)
	y.typeInto("#cell-1", 0, "theirs := 1")
	y.until(`window.free`)
	x.typeInto("#cell-1", 0, "mine := 2")
	x.until(keptNow)
	js[chromedp.Void](y, `window.free()`)
	y.until(`document.querySelector("#cell-1 .conflict")?.innerText.includes("mine := 2")`)
	require.Equal(t, "theirs := 1", y.source("#cell-1"))
	y.shot("two-tabs")
	y.axeIn("#cell-1", "two tabs")
}

// Restart forgets what has run, keeps what was typed, and can be undone; a changed cell
// can be given the page's text again.
func TestRestart_undone(t *testing.T) {
	t.Parallel()
	b := open(t)
	x := b.browse("lesson1")
	page := js[string](x, `document.querySelector("#cell-1 .still").innerText.trim()`)
	require.Equal(t, "1\n", x.runCell(1, "x := 1\nx", "ok"))
	x.click("#restart")
	x.until(`document.querySelector("#cell-1 .prompt").innerText.replace(/\s/g, "") === "In[]"`)
	require.Equal(t, "x := 1\nx", x.source("#cell-1"))
	x.axeIn("#cell-1, #said", "restarted")
	x.click("#said .undo")
	x.until(`document.querySelector("#cell-1 .out").innerText === "1\n" && document.querySelector("#cell-1 .prompt").innerText === "In [1]"`)
	require.Equal(t, "2\n", x.runCell(2, "x + 1", "ok"))

	x.click("#cell-1 .more")
	x.until(`document.querySelector("#more").matches(":popover-open")`)
	x.axeIn("#cell-1, #more", "the menu of a cell")
	x.shot("menu")
	js[chromedp.Void](x, `[...document.querySelectorAll("#more button")].find(e => e.innerText.startsWith("Set back")).click()`)
	x.until(fmt.Sprintf(`[...document.querySelectorAll("#cell-1 .cm-line")].map(e => e.textContent).join("\n") === %q`, page))
	require.Contains(t, js[string](x, `document.querySelector("#cell-1 .out").innerText`), "as the page has it")
	x.until(keptNow)
	x.visit(b, "lesson1")
	x.see("#cell-1")
	require.Equal(t, page, x.source("#cell-1"))
}

// A workbook keeps its port and its token, the token for its user alone.
func TestNew_stable(t *testing.T) {
	b := unserved(t)
	first := b.child("")
	info, err := os.Stat(filepath.Join(b.root, ".nodebook/serve.json"))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	_, err = serve.New(serve.Options{Root: b.root, Book: b.repo.Book})
	var open *serve.AlreadyOpen
	require.ErrorAs(t, err, &open)
	require.Equal(t, first.url, open.URL, "a second server of the same workbook leads to the first")
	first.kill()
	second := b.child("")
	require.Equal(t, first.url, second.url)
	second.kill()

	// A token that others may have read is another one from now on.
	require.NoError(t, os.Chmod(filepath.Join(b.root, ".nodebook/serve.json"), 0o644))
	third := b.child("")
	require.NotEqual(t, first.url, third.url)
}

// Someone else who listens at the workbook's port gets neither the token nor the cookie.
func TestHello(t *testing.T) {
	b := open(t)
	res := b.request("GET", "/hello?n=abc", "", func(r *http.Request) { r.Header.Del("Cookie") })
	require.Equal(t, 200, res.StatusCode)
	text, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	require.Regexp(t, "^[0-9a-f]{64}$", string(text))
	require.NotContains(t, string(text), b.token())
	for _, n := range []string{"", strings.Repeat("n", 100)} {
		require.Equal(t, 400, b.request("GET", "/hello?n="+n, "", nil).StatusCode)
	}
	require.Equal(t, 401, b.request("POST", "/hello?n=abc", "", func(r *http.Request) { r.Header.Del("Cookie") }).StatusCode)
}

// change is a request to keep one cell.
func keepBody(page string, change map[string]any) string {
	b, err := json.Marshal(map[string]any{"tab": "attacker-tab", "page": page, "changes": []any{change}})
	if err != nil {
		panic(err)
	}
	return string(b)
}

// What a page keeps is bounded, and named by nothing that is a path.
func TestKeep_attacks(t *testing.T) {
	b := open(t)
	good := map[string]any{"id": "u-1", "kind": "code", "source": "1 + 1", "at": map[string]any{"id": "top", "order": 0}}
	with := func(key string, v any) map[string]any {
		m := map[string]any{}
		for k, old := range good {
			m[k] = old
		}
		m[key] = v
		return m
	}
	for _, c := range []struct {
		name, body string
		how        func(*http.Request)
		status     int
	}{
		{"a cell", keepBody("lesson1", good), nil, 200},
		{"no token", keepBody("lesson1", good), func(r *http.Request) { r.Header.Del("Cookie") }, 401},
		{"another origin", keepBody("lesson1", good), func(r *http.Request) { r.Header.Set("Origin", "http://evil.example") }, 403},
		{"a sandboxed frame", keepBody("lesson1", good), func(r *http.Request) { r.Header.Set("Origin", "null") }, 403},
		{"another site", keepBody("lesson1", good), func(r *http.Request) {
			r.Header.Del("Origin")
			r.Header.Set("Sec-Fetch-Site", "cross-site")
		}, 403},
		{"a page that is a path", keepBody("../../lessons/lesson1/README", good), nil, 404},
		{"a page that does not exist", keepBody("lesson99", good), nil, 404},
		{"no page", keepBody("", good), nil, 404},
		{"a name with spaces", keepBody("lesson1", with("id", "a b")), nil, 422},
		{"a name that is long", keepBody("lesson1", with("id", strings.Repeat("a", 200))), nil, 422},
		{"a kind that does not exist", keepBody("lesson1", with("kind", "file")), nil, 422},
		{"a cell without a place", keepBody("lesson1", with("at", nil)), nil, 422},
		{"a source that is long", keepBody("lesson1", with("source", strings.Repeat("a", 300<<10))), nil, 422},
		{"a body that is too large", keepBody("lesson1", with("source", strings.Repeat("a", 2<<20))), nil, 413},
		{"no JSON", "x", nil, 400},
	} {
		t.Run(c.name, func(t *testing.T) {
			res := b.request("PUT", "/api/cells", c.body, c.how)
			require.Equal(t, c.status, res.StatusCode)
		})
	}
	require.NoFileExists(t, filepath.Join(b.root, "lessons/lesson1/README.json"))
	entries, err := os.ReadDir(filepath.Join(b.root, ".nodebook/cells"))
	require.NoError(t, err)
	require.Len(t, entries, 1)

	many := []any{}
	for i := range 400 {
		many = append(many, with("id", fmt.Sprint("u-many-", i)))
	}
	body, err := json.Marshal(map[string]any{"page": "lesson1", "changes": many})
	require.NoError(t, err)
	require.Equal(t, 200, b.request("PUT", "/api/cells", string(body), nil).StatusCode)
	require.Equal(t, 422, b.request("PUT", "/api/cells", strings.ReplaceAll(string(body), "u-many-", "u-more-"), nil).StatusCode)

	for _, path := range []string{"/api/cells?page=..%2f..", "/kept/lesson1/752d31/0", "/kept/lesson1/..%2f..%2fgo.mod/0", "/kept/..%2f..%2f/x/0", "/kept/lesson1/zz/0", "/kept/lesson1/752d31/-1"} {
		require.Equal(t, 404, b.request("GET", path, "", nil).StatusCode, path)
	}
	require.Equal(t, 401, b.request("GET", "/api/cells?page=lesson1", "", func(r *http.Request) { r.Header.Del("Cookie") }).StatusCode)
	res := b.request("POST", "/api/note", `{"source":"# hi <script>alert(1)</script>\n\n<img src=x onerror=alert(1)> [x](javascript:alert(1))"}`, nil)
	text, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	require.NotContains(t, string(text), "script>")
	require.NotContains(t, string(text), "onerror")
	require.NotContains(t, string(text), "javascript:")
}
