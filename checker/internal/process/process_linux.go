package process

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

const canRestrict = true

// group gives a program its own process group, and makes the kernel kill it
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

// marked are the processes whose environment holds mark. unsure tells that one
// was just being replaced by exec, and has no environment to look at yet.
func marked(mark string) (pids []int, unsure bool) {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil, false
	}
	buf := make([]byte, 1<<20)
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		env, ok := environ("/proc/"+e.Name(), buf)
		unsure = unsure || !ok
		if bytes.Contains(append([]byte{0}, env...), []byte("\x00"+mark+"\x00")) {
			pids = append(pids, pid)
		}
	}
	return pids, unsure
}

// environ reads the environment of the process of a folder below /proc into buf;
// ok is false in the middle of exec.
//
// One call to read is of one program; two may be of the one before and the one
// behind.
func environ(dir string, buf []byte) (env []byte, ok bool) {
	f, err := os.Open(dir + "/environ")
	if err != nil {
		return nil, true
	}
	defer f.Close()
	n, err := f.Read(buf)
	if n == 0 && err == io.EOF {
		return nil, !replaced(dir)
	}
	return buf[:n], true
}

// replaced reports whether a process without an environment is in the middle of
// exec: it has a program, which a kernel thread and a zombie have not, and by its
// stat (start_code is field 26, env_start and env_end are 50 and 51) the program
// is not in its place yet, or its environment is not empty any more.
func replaced(dir string) bool {
	if _, err := os.Readlink(dir + "/exe"); err != nil {
		return false
	}
	stat, err := os.ReadFile(dir + "/stat")
	if err != nil {
		return false
	}
	f := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	return len(f) > 48 && (string(f[23]) == "0" || !bytes.Equal(f[47], f[48]))
}

const killRounds = 50

// killMarked kills what carries mark, and what that starts meanwhile.
func killMarked(mark string) {
	if mark == "" {
		return
	}
	for range killRounds {
		pids, unsure := marked(mark)
		for _, pid := range pids {
			syscall.Kill(pid, syscall.SIGKILL)
		}
		switch {
		case len(pids) == 0 && !unsure:
			return
		case len(pids) == 0:
			time.Sleep(time.Millisecond) // exec ends in its own time
		}
	}
}
