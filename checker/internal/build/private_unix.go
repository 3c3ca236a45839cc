//go:build unix

package build

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// private is a folder for temporary files that stays from run to run and that
// nobody but the user can write to; "" if somebody else was there first.
func private() string {
	dir := filepath.Join(os.TempDir(), fmt.Sprintf("nodebook-home-%d", os.Getuid()))
	if err := os.Mkdir(dir, 0o700); err != nil && !os.IsExist(err) {
		return ""
	}
	info, err := os.Lstat(dir)
	if err != nil || !info.IsDir() || info.Mode().Perm()&0o022 != 0 {
		return ""
	}
	if s, ok := info.Sys().(*syscall.Stat_t); !ok || int(s.Uid) != os.Getuid() {
		return ""
	}
	return dir
}
