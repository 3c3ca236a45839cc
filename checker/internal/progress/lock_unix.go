//go:build unix

package progress

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// lock keeps two checkers from writing at once. It ends with its process. Where
// the file system knows no locks there is none: a file is still written whole.
func lock(path string) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	for {
		err = unix.Flock(int(f.Fd()), unix.LOCK_EX)
		if !errors.Is(err, unix.EINTR) {
			break
		}
	}
	if err != nil && !errors.Is(err, errors.ErrUnsupported) && !errors.Is(err, unix.ENOLCK) {
		f.Close()
		return nil, err
	}
	return func() { f.Close() }, nil
}
