package cli_test

import (
	"bufio"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"nodebook/checker/internal/author"
	"nodebook/checker/needs"
)

// Ctrl-C ends the server, the cell that it runs, and what that cell has started.
func TestServe_interrupted(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // no process can be sent Ctrl-C there
	}
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	repo, err := author.Open(root)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := repo.Scratch(dir); err != nil {
		t.Fatal(err)
	}
	needs.Program(t, "setsid", "util-linux")
	cmd := exec.Command("checker", "serve")
	cmd.Dir = dir
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Process.Kill()
	at := ""
	lines := bufio.NewScanner(out)
	for at == "" && lines.Scan() {
		if text := strings.TrimSpace(lines.Text()); strings.HasPrefix(text, "http://127.0.0.1:") {
			at = text
		}
	}
	alive := filepath.Join(t.TempDir(), "alive")
	res := runCell(t, at, `exec.Command("setsid", "sh", "-c", "while :; do : > `+alive+`; done").Start()
for {
	if _, err := os.Stat("`+alive+`"); err == nil {
		fmt.Println("begun")
		select {}
	}
}`)
	defer res.Body.Close()
	events := bufio.NewScanner(res.Body)
	for events.Scan() && !strings.Contains(events.Text(), "begun") {
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	io.Copy(io.Discard, out)
	cmd.Wait()
	os.Remove(alive)
	if _, err := os.Stat(alive); err == nil {
		t.Fatal("what a cell had started outlived Ctrl-C")
	}
	if _, err := http.Get(at); err == nil {
		t.Fatal("the server still answers after Ctrl-C")
	}
}

// runCell opens the workbook as a browser does, by the address that was printed,
// and has a cell of lesson 1 run.
func runCell(t *testing.T, at, source string) *http.Response {
	t.Helper()
	u, err := url.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	browser := &http.Client{Jar: jar}
	page, err := browser.Get(at)
	if err != nil {
		t.Fatal(err)
	}
	page.Body.Close()
	source = strings.NewReplacer(`"`, `\"`, "\n", `\n`, "\t", `\t`).Replace(source)
	r, err := http.NewRequest("POST", "http://"+u.Host+u.Path+"api/run", strings.NewReader(`{"tab":"one-tab-of-many","lesson":"lesson1","cells":[{"number":1,"source":"`+source+`"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Origin", "http://"+u.Host)
	res, err := browser.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != 200 {
		t.Fatalf("a cell was answered with %s", res.Status)
	}
	return res
}
