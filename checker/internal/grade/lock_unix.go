//go:build unix

package grade

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
)

// ErrBusy says that another batch writes to the same folder.
var ErrBusy = errors.New("another batch is writing to this folder")

// Lock keeps other batches out of a folder of results, until unlock is called or
// this process ends.
func Lock(out string) (unlock func(), err error) {
	f, err := os.OpenFile(filepath.Join(out, ".lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, ErrBusy
	}
	return func() { f.Close() }, nil
}
