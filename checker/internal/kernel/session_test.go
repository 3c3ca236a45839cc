package kernel_test

import (
	"nodebook/checker/needs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// install builds the checker, makes a workbook and tells Jupyter of the kernel. It
// returns the checker, the workbook and the environment.
func install(t *testing.T) (checker, book string, env []string) {
	t.Helper()
	dir := t.TempDir()
	checker, book = filepath.Join(dir, "checker"), filepath.Join(dir, "book")
	env = append(os.Environ(), "JUPYTER_DATA_DIR="+filepath.Join(dir, "jupyter"), "IPYTHONDIR="+filepath.Join(dir, "ipython"))
	for _, args := range [][]string{
		{"go", "build", "-o", checker, "nodebook/checker"},
		{checker, "init", book},
		{checker, "kernel", "install", "--user"},
	} {
		cmd := exec.Command(args[0], args[1:]...)
		cmd.Env = env
		if args[0] == "go" {
			cmd.Env = append(env[:len(env):len(env)], "CGO_ENABLED=0")
		}
		if said, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", args, err, said)
		}
	}
	return checker, book, env
}

// A real client executes, completes, inspects, interrupts, floods, kills and
// restarts: testdata/session.py says what it expects.
func TestSession(t *testing.T) {
	python := needs.Jupyter(t)
	needs.Time(t)
	_, book, env := install(t)
	cmd := exec.Command(python, "testdata/session.py", book)
	cmd.Env = env
	said, err := cmd.CombinedOutput()
	t.Logf("%s", said)
	if err != nil {
		t.Fatal(err)
	}
}
