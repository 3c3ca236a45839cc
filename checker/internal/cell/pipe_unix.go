//go:build unix

package cell

import (
	"os"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"
)

// pipe makes a pipe with a name in dir. The reader meets its end when out, and
// what others have opened by its name, is closed.
func pipe(dir string) (in, out *os.File, err error) {
	name := filepath.Join(dir, "out")
	if err := unix.Mkfifo(name, 0o600); err != nil {
		return nil, nil, err
	}
	// A pipe without a writer does not block a reader that will not wait.
	if in, err = os.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0); err != nil {
		return nil, nil, err
	}
	if out, err = os.OpenFile(name, os.O_WRONLY, 0); err != nil {
		in.Close()
		return nil, nil, err
	}
	return in, out, nil
}
