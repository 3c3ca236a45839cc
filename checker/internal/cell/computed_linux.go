package cell

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

const tick = 10 * time.Millisecond // the unit in which Linux counts a process's time

// computed is the processor time that a process has used so far.
func computed(pid int) (d time.Duration, known bool) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, false
	}
	// pid (comm) state ... utime and stime, 14th and 15th: comm may hold spaces and brackets.
	f := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	if len(f) < 13 {
		return 0, false
	}
	user, _ := strconv.Atoi(string(f[11]))
	system, _ := strconv.Atoi(string(f[12]))
	return time.Duration(user+system) * tick, true
}

// asleep reports whether every thread of a process waits for something. On a busy
// machine a process may get no time for long, but it is not asleep then.
func asleep(pid int) bool {
	threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", pid))
	for _, t := range threads {
		stat, err := os.ReadFile(t)
		if err != nil {
			continue // a thread that has ended
		}
		if !bytes.HasPrefix(stat[bytes.LastIndexByte(stat, ')')+1:], []byte(" S")) {
			return false
		}
	}
	return len(threads) > 0
}

// waitsForInput reports whether a thread of a process is in a read of its standard
// input: system call 0 or 63 (read on amd64 and arm64) of descriptor 0.
func waitsForInput(pid int) bool {
	threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/syscall", pid))
	for _, t := range threads {
		call, err := os.ReadFile(t)
		if errors.Is(err, fs.ErrPermission) {
			return asleep(pid) // a system that keeps it to itself: the next best
		}
		if f := bytes.Fields(call); len(f) > 1 && (string(f[0]) == "0" || string(f[0]) == "63") && string(f[1]) == "0x0" {
			return true
		}
	}
	return false
}
