// Package needs lets a test say what it needs: programs, and time.
//
// A test that cannot run here is skipped, with a line that names the Debian
// package to install. If CI is set in the environment it fails instead, so that no
// test is missing in a run that counts. A short run (go test -short) leaves out what
// takes long. Of a corpus, a run draws some programs: [Some]. No test skips in another
// way.
package needs

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"testing"
)

// Bubblewrap is what a jail needs: a package, and what the system must allow.
const Bubblewrap = "bubblewrap (and user namespaces)"

// python is Debian's, because the notebook tools are Debian's packages.
const python = "/usr/bin/python3"

// Package skips the test, or fails it in CI, unless err is nil. The package is
// what to install, and err what is wrong without it.
func Package(t testing.TB, name string, err error) {
	t.Helper()
	if err == nil {
		return
	}
	const say = "this test needs Debian's %s: %v"
	if os.Getenv("CI") != "" {
		t.Fatalf(say, name, err)
	} else {
		t.Skipf(say, name, err)
	}
}

// Program returns the path of a program, which is in a package of Debian's.
func Program(t testing.TB, program, pkg string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	Package(t, pkg, err)
	return path
}

// Git asks for git.
func Git(t testing.TB) {
	t.Helper()
	Program(t, "git", "git")
}

// Shell asks for a POSIX shell and the usual commands, which a test starts.
func Shell(t testing.TB) {
	t.Helper()
	Program(t, "sh", "dash")
	Program(t, "sleep", "coreutils")
}

// Race asks for what the race detector needs: cgo, and a C compiler to link with.
func Race(t testing.TB) {
	t.Helper()
	out, err := exec.Command("go", "env", "CC", "CGO_ENABLED").Output()
	if err != nil {
		t.Fatalf("go env: %v", err)
	}
	compiler, cgo, _ := bytes.Cut(bytes.TrimSpace(out), []byte("\n"))
	if _, err = exec.LookPath(string(compiler)); err == nil && string(cgo) != "1" {
		err = fmt.Errorf("CGO_ENABLED is %s", cgo)
	}
	Package(t, "gcc", err)
}

// Jupyter returns a Python that has the notebook tools.
func Jupyter(t testing.TB) string {
	t.Helper()
	out, err := exec.Command(python, "-c", "import nbformat, nbconvert, nbclient, jupyter_client").CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%w %s", err, bytes.TrimSpace(out))
	}
	Package(t, "python3-nbformat, python3-nbclient, python3-jupyter-client and jupyter-nbconvert", err)
	return python
}
