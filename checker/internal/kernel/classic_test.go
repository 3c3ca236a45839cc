package kernel_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"nodebook/checker/internal/synthetic/answers"
	"nodebook/checker/internal/workbook"
	"nodebook/checker/needs"
	"nodebook/lessons"
	"nodebook/solutions"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

// A lesson in the classic notebook, in a browser: from the stubs to all passed.
func TestClassic(t *testing.T) {
	notebook := needs.Program(t, "jupyter-notebook", "jupyter-notebook")
	path := needs.Program(t, "chromium", "chromium")
	needs.Jupyter(t)
	needs.Time(t)
	checker, dir, env := install(t)
	export := exec.Command(checker, "export", "lesson1", "--format", "ipynb")
	export.Dir, export.Env = dir, env
	text, err := export.Output()
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "lesson1.ipynb"), text, 0o644))

	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.UserDataDir(t.TempDir()), chromedp.WindowSize(1280, 900))
	alloc, stop := chromedp.NewExecAllocator(t.Context(), opts...)
	defer stop()
	ctx, cancel := chromedp.NewContext(alloc)
	defer cancel()
	x := &classic{t, ctx}
	x.do(chromedp.Navigate(serveNotebooks(t, notebook, dir, env)))
	x.until(`window.Jupyter && Jupyter.notebook && Jupyter.notebook.kernel && Jupyter.notebook.kernel.is_connected()`)

	book, err := workbook.New(solutions.Files, lessons.Files)
	require.NoError(t, err)
	l, err := book.Lesson("lesson1")
	require.NoError(t, err)
	answer, err := answers.Of(dir, book, l)
	require.NoError(t, err)
	for _, e := range l.Exercises {
		cell := fmt.Sprintf(`Jupyter.notebook.get_cells().find(c => c.get_text().trimStart().split("\n")[0] === "%%%%exercise %s")`, e.Name)
		x.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`(() => { Jupyter.notebook.select(Jupyter.notebook.find_cell_index(%s)); Jupyter.notebook.focus_cell(); })()`, cell)))
		source := "%%exercise " + e.Name + "\n"
		for _, f := range e.Funcs {
			source += answer[f.Name] + "\n\n"
		}
		x.do(chromedp.KeyEvent(kb.Enter))
		x.until(cell + `.mode === "edit"`)
		x.do(chromedp.KeyEvent("a", chromedp.KeyModifiers(2)))
		x.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
			_, err := cdp.Call(ctx, target, input.InsertText, input.InsertTextParams{Text: source})
			return err
		}))
		x.do(chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(8)))
		x.until(fmt.Sprintf(`/\b(pass|fail|compile|judged|panicked|implemented)/.test(%s.output_area.element.text())`, cell))
		said, err := chromedp.Run(x.ctx, chromedp.Evaluate[string](cell+`.output_area.element.text()`))
		require.NoError(t, err)
		require.Regexp(t, `\bpass`, said, e.Name)
		require.NotRegexp(t, `\bfail`, said, e.Name)
	}
	list := exec.Command(checker, "lesson1")
	list.Dir, list.Env = dir, env
	out, err := list.CombinedOutput()
	require.NoError(t, err, "what was typed into the notebook is in the learner's files: %s", out)
}

// serveNotebooks starts a notebook server in a folder and returns where lesson 1 is.
func serveNotebooks(t *testing.T, notebook, dir string, env []string) string {
	free, err := net.Listen("tcp", "127.0.0.1:0") // the server does not tell a port that it has chosen itself
	require.NoError(t, err)
	port := free.Addr().(*net.TCPAddr).Port
	free.Close()
	cmd := exec.Command(notebook, "--no-browser", "--ip=127.0.0.1", fmt.Sprintf("--port=%d", port), "--NotebookApp.token=word", "--allow-root")
	cmd.Dir, cmd.Env = dir, env
	said, err := cmd.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		cmd.Process.Signal(os.Interrupt)
		time.AfterFunc(10*time.Second, func() { cmd.Process.Kill() })
		cmd.Process.Signal(os.Interrupt)
		cmd.Wait()
	})
	at := regexp.MustCompile(`http://127\.0\.0\.1:\d+/`)
	lines := bufio.NewScanner(said)
	for lines.Scan() {
		if url := at.FindString(lines.Text()); url != "" {
			go func() {
				for lines.Scan() { // the server must not wait for a reader
				}
			}()
			return url + "notebooks/lesson1.ipynb?token=word"
		}
	}
	t.Fatal("the notebook server says no address")
	return ""
}

// classic is the notebook's page in a browser.
type classic struct {
	t   *testing.T
	ctx context.Context
}

func (x *classic) do(actions ...chromedp.Action[chromedp.Void]) {
	x.t.Helper()
	for _, a := range actions {
		_, err := chromedp.Run(x.ctx, a)
		require.NoError(x.t, err)
	}
}

func (x *classic) until(expression string) {
	x.t.Helper()
	_, err := chromedp.Run(x.ctx, chromedp.Poll[bool](expression, chromedp.WithPollingTimeout(2*time.Minute)))
	require.NoError(x.t, err, expression)
}
