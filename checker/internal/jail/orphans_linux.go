package jail

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// A jail is killed when its grader is: bwrap asks the kernel for that. But a
// grader that is killed while bwrap is still about to ask leaves a jail that
// nobody follows, and nobody limits. So each jail carries its grader's name as its
// own, and the next grader ends those whose grader is gone.
const nameStart = "nodebook-jail-of-"

// graderName is what the jails of a process are called: its number, and when it
// began, as numbers are used again.
func graderName(pid int) string {
	return fmt.Sprintf("%s%d-%s", nameStart, pid, began(pid))
}

// began is when a process began, in ticks since the system did; "" if there is no
// such process.
func began(pid int) string {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return ""
	}
	// pid (comm) state ppid ...: comm may hold spaces and brackets.
	f := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	if len(f) < 20 || f[0] == "Z" || f[0] == "X" {
		return ""
	}
	return f[19]
}

// endOrphans kills the jails of graders that are gone.
func endOrphans() {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return // nothing can be looked for; the jail itself does not need it
	}
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		line, _ := os.ReadFile("/proc/" + e.Name() + "/cmdline")
		name, _, _ := bytes.Cut(line, []byte{0})
		rest, ok := strings.CutPrefix(string(name), nameStart)
		if !ok {
			continue
		}
		number, _, _ := strings.Cut(rest, "-")
		grader, err := strconv.Atoi(number)
		if err == nil && (began(grader) == "" || graderName(grader) != string(name)) {
			syscall.Kill(pid, syscall.SIGKILL)
		}
	}
}
