package process

import (
	"os/exec"
	"strconv"
	"syscall"
)

const canRestrict = false

func group(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}

func killGroup(cmd *exec.Cmd) {
	exec.Command("taskkill", "/T", "/F", "/PID", strconv.Itoa(cmd.Process.Pid)).Run()
}

func restrict(pid int, lim Limits) {}
func resident(pgid int) int64      { return 0 }
