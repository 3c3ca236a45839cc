//go:build unix

package cli

import "golang.org/x/sys/unix"

// openFiles is how many files a process may have open; 0 if nobody knows.
func openFiles() uint64 {
	var lim unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_NOFILE, &lim) != nil {
		return 0
	}
	return uint64(lim.Max)
}
