package cli_test

import (
	"bufio"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"nodebook/checker/internal/author"
	"nodebook/checker/needs"
)

// A batch that graders of a queue judged, one of which was killed, as was the
// coordinator with its queue server, gives the files of one process, byte for byte.
func TestGradeQueue(t *testing.T) {
	needs.Time(t)
	needs.Program(t, "bwrap", needs.Bubblewrap)
	dir := t.TempDir()
	someClass(t, filepath.Join(dir, "class"), 7)
	grade := []string{"grade", "class", "--lesson", "1", "--seed", "5", "--out"}
	start(t, dir, append(grade, "local")...).wait(0)

	free, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := free.Addr().String()
	require.NoError(t, free.Close())
	far := append(grade, "far", "--serve-queue", address)
	worker := []string{"grade-worker", "--jobs", "1", "--queue", "nats://" + address}

	coordinator := start(t, dir, far...)
	coordinator.until("the queue is at ")
	first := start(t, dir, worker...)
	coordinator.until("2 of 7 graded")
	first.kill()
	second := start(t, dir, worker...)
	coordinator.until("4 of 7 graded")
	coordinator.kill()
	start(t, dir, far...).wait(0)
	second.interrupt()

	require.Equal(t, contents(t, filepath.Join(dir, "local")), contents(t, filepath.Join(dir, "far")))
}

// someClass writes submissions that are wrong in different ways.
func someClass(t *testing.T, dir string, n int) {
	root, err := filepath.Abs("../../..")
	require.NoError(t, err)
	repo, err := author.Open(root)
	require.NoError(t, err)
	l, err := repo.Book.Lesson("lesson1")
	require.NoError(t, err)
	wrongs, err := repo.Wrongs(l)
	require.NoError(t, err)
	for i := range n {
		files, err := wrongs[i*10].Overlay(repo.Book.Solutions)
		require.NoError(t, err)
		for name, src := range files {
			at := filepath.Join(dir, fmt.Sprintf("s%d", i), name)
			require.NoError(t, os.MkdirAll(filepath.Dir(at), 0o755))
			require.NoError(t, os.WriteFile(at, src, 0o644))
		}
	}
}

// contents are the files of results: not the journal, which is in the order of the
// day, and not what begins with a point.
func contents(t *testing.T, dir string) map[string]string {
	all := map[string]string{}
	require.NoError(t, filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || strings.HasPrefix(d.Name(), ".") && d.IsDir() {
			return fs.SkipDir
		}
		if d.IsDir() || d.Name() == "journal.jsonl" {
			return nil
		}
		b, err := os.ReadFile(name)
		all[strings.TrimPrefix(name, dir)] = string(b)
		return err
	}))
	require.Greater(t, len(all), 7)
	return all
}

// program is a grader that runs.
type program struct {
	t     *testing.T
	cmd   *exec.Cmd
	lines chan string // of its standard error; closed at its end
	said  []string
}

func start(t *testing.T, dir string, args ...string) *program {
	p := &program{t: t, cmd: exec.Command("grader", args...), lines: make(chan string, 1000)}
	p.cmd.Dir = dir
	errs, err := p.cmd.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, p.cmd.Start())
	go func() {
		defer close(p.lines)
		for in := bufio.NewScanner(errs); in.Scan(); {
			p.lines <- in.Text()
		}
	}()
	t.Cleanup(func() { p.cmd.Process.Kill() })
	return p
}

// until reads up to a line that contains text.
func (p *program) until(text string) {
	p.t.Helper()
	for line := range p.lines {
		if p.said = append(p.said, line); strings.Contains(line, text) {
			return
		}
	}
	p.t.Fatalf("it ended without %q:\n%s", text, strings.Join(p.said, "\n"))
}

func (p *program) drain() {
	for line := range p.lines {
		p.said = append(p.said, line)
	}
}

func (p *program) wait(status int) {
	p.t.Helper()
	p.drain()
	p.cmd.Wait()
	require.Equal(p.t, status, p.cmd.ProcessState.ExitCode(), strings.Join(p.said, "\n"))
}

func (p *program) kill() {
	p.cmd.Process.Kill()
	p.drain()
	p.cmd.Wait()
}

func (p *program) interrupt() {
	p.t.Helper()
	require.NoError(p.t, p.cmd.Process.Signal(os.Interrupt))
	p.wait(0)
}
