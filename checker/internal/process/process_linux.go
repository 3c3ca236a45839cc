package process

import (
	"bytes"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

const canRestrict = true

// group gives a program a process group of its own, and makes the kernel kill it
// when this process is killed, which then has no time to do so itself.
func group(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// restrict limits a process that has just started; its children inherit.
// RLIMIT_DATA, not RLIMIT_AS: the Go runtime reserves far more address space
// than it uses, and the race detector's shadow is larger still.
func restrict(pid int, lim Limits) {
	if lim.Memory > 0 && !lim.Watch {
		n := uint64(lim.Memory)
		unix.Prlimit(pid, unix.RLIMIT_DATA, &unix.Rlimit{Cur: n, Max: n}, nil)
	}
	unix.Prlimit(pid, unix.RLIMIT_CORE, &unix.Rlimit{}, nil)
	if lim.Files > 0 {
		var now unix.Rlimit
		if unix.Prlimit(pid, unix.RLIMIT_NOFILE, nil, &now) == nil {
			now.Cur = min(lim.Files, now.Max)
			unix.Prlimit(pid, unix.RLIMIT_NOFILE, &now, nil)
		}
	}
}

// resident is the memory, in bytes, that a process group has in RAM.
func resident(pgid int) int64 {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return 0
	}
	var pages int64
	for _, e := range entries {
		if e.Name()[0] < '0' || e.Name()[0] > '9' {
			continue
		}
		stat, err := os.ReadFile("/proc/" + e.Name() + "/stat")
		if err != nil {
			continue
		}
		// pid (comm) state ppid pgrp ...: comm may hold spaces and brackets.
		f := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
		if len(f) < 22 || string(f[2]) != strconv.Itoa(pgid) {
			continue
		}
		n, _ := strconv.ParseInt(string(f[21]), 10, 64)
		pages += n
	}
	return pages * int64(os.Getpagesize())
}

// marked are the processes whose environment holds mark.
func marked(mark string) []int {
	if mark == "" {
		return nil
	}
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil
	}
	var pids []int
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		env, err := os.ReadFile("/proc/" + e.Name() + "/environ")
		if err == nil && bytes.Contains(append([]byte{0}, env...), []byte("\x00"+mark+"\x00")) {
			pids = append(pids, pid)
		}
	}
	return pids
}

const killRounds = 50

// killMarked kills what carries mark, and what that starts meanwhile.
//
// A process that is just being replaced by exec has no environment for a moment:
// only who finds nobody twice has found nobody.
func killMarked(mark string) {
	seen := true
	for range killRounds {
		pids := marked(mark)
		if len(pids) == 0 {
			if !seen || mark == "" {
				return
			}
			seen = false
			time.Sleep(time.Millisecond)
			continue
		}
		seen = true
		for _, pid := range pids {
			syscall.Kill(pid, syscall.SIGKILL)
		}
	}
}
