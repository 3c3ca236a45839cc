package jail

import (
	"bytes"
	"encoding/binary"
	"os"

	"golang.org/x/sys/unix"
)

// refused are system calls that no test binary and no compiler needs. They are
// answered with EPERM.
var refused = []uint32{
	unix.SYS_PTRACE, unix.SYS_PROCESS_VM_READV, unix.SYS_PROCESS_VM_WRITEV, unix.SYS_PIDFD_GETFD,
	unix.SYS_KEYCTL, unix.SYS_ADD_KEY, unix.SYS_REQUEST_KEY,
	unix.SYS_IO_URING_SETUP, unix.SYS_IO_URING_ENTER, unix.SYS_IO_URING_REGISTER,
	unix.SYS_MOUNT, unix.SYS_UMOUNT2, unix.SYS_PIVOT_ROOT, unix.SYS_FSOPEN, unix.SYS_FSMOUNT, unix.SYS_MOVE_MOUNT, unix.SYS_OPEN_TREE,
	unix.SYS_UNSHARE, unix.SYS_SETNS, unix.SYS_CHROOT,
	unix.SYS_BPF, unix.SYS_PERF_EVENT_OPEN, unix.SYS_USERFAULTFD,
	unix.SYS_KEXEC_LOAD, unix.SYS_INIT_MODULE, unix.SYS_FINIT_MODULE, unix.SYS_DELETE_MODULE,
	unix.SYS_OPEN_BY_HANDLE_AT, unix.SYS_NAME_TO_HANDLE_AT, unix.SYS_ACCT, unix.SYS_SWAPON,
	unix.SYS_SETSID, unix.SYS_SETPGID,
	unix.SYS_SHMGET, unix.SYS_SHMAT, unix.SYS_SEMGET, unix.SYS_MSGGET, unix.SYS_MQ_OPEN,
	unix.SYS_FANOTIFY_INIT, unix.SYS_KCMP, unix.SYS_QUOTACTL, unix.SYS_SYSLOG, unix.SYS_FSCONFIG, unix.SYS_FSPICK, unix.SYS_MOUNT_SETATTR,
}

// families are the kinds of sockets that there are in a jail. A virtual machine's
// (AF_VSOCK) would reach its host: a network namespace does not hold it back.
var families = []uint32{unix.AF_UNIX, unix.AF_INET, unix.AF_INET6, unix.AF_NETLINK}

// Offsets in struct seccomp_data, and answers, of seccomp(2).
const (
	offNumber = 0
	offArch   = 4
	offArg0   = 16

	killProcess = 0x80000000
	allow       = 0x7fff0000
	errno       = 0x00050000
)

// namespaces are the flags of clone that give a process one of its own, and in a
// new one for users all capabilities.
const namespaces = unix.CLONE_NEWUSER | unix.CLONE_NEWNS | unix.CLONE_NEWPID | unix.CLONE_NEWNET | unix.CLONE_NEWIPC | unix.CLONE_NEWUTS | unix.CLONE_NEWCGROUP

// filter is the seccomp program. forks says whether the program may start
// processes: none of them in a namespace of its own, and none that shares the table
// of descriptors, or it could close the channel of results and have another file
// take its number. Threads it may start in any case. clone3 is "not implemented", which makes C libraries fall back to clone,
// whose flags a filter can see.
func filter(forks bool) []byte {
	p := []unix.SockFilter{
		{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: offArch},
		{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, Jt: 1, K: auditArch},
		{Code: unix.BPF_RET | unix.BPF_K, K: killProcess},
		{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: offNumber},
	}
	deny := func(nr, answer uint32) {
		p = append(p,
			unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, Jf: 1, K: nr},
			unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: answer})
	}
	if x32Bit != 0 { // the x32 calls of amd64 would pass by the list
		p = append(p,
			unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JGE | unix.BPF_K, Jf: 1, K: x32Bit},
			unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: killProcess})
	}
	for _, nr := range refused {
		deny(nr, errno|uint32(unix.EPERM))
	}
	for _, nr := range []uint32{unix.SYS_SOCKET, unix.SYS_SOCKETPAIR} {
		n := uint8(len(families))
		p = append(p,
			unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, Jf: n + 3, K: nr},
			unix.SockFilter{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: offArg0})
		for i, family := range families {
			p = append(p, unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, Jt: n - uint8(i), K: family})
		}
		p = append(p,
			unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: errno | uint32(unix.EAFNOSUPPORT)},
			unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: allow})
	}
	deny(unix.SYS_CLONE3, errno|uint32(unix.ENOSYS))
	set := func(flags uint32, yes, no uint8) unix.SockFilter { // steps to skip
		return unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JSET | unix.BPF_K, Jt: yes, Jf: no, K: flags}
	}
	asked := []unix.SockFilter{set(namespaces, 2, 0), set(unix.CLONE_FILES, 0, 2), set(unix.CLONE_THREAD, 1, 0)}
	if !forks {
		for _, nr := range forkCalls {
			deny(nr, errno|uint32(unix.EPERM))
		}
		asked = []unix.SockFilter{set(unix.CLONE_THREAD, 1, 0)}
	}
	p = append(p,
		unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, Jf: uint8(len(asked)) + 2, K: unix.SYS_CLONE},
		unix.SockFilter{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: offArg0})
	p = append(p, asked...)
	p = append(p, unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: errno | uint32(unix.EPERM)},
		unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: allow})
	var b bytes.Buffer
	binary.Write(&b, binary.NativeEndian, p)
	return b.Bytes()
}

// filterFile is the filter as a file that a jail reads.
func filterFile(forks bool) (*os.File, error) {
	fd, err := unix.MemfdCreate("filter", unix.MFD_CLOEXEC)
	if err != nil {
		return nil, err
	}
	f := os.NewFile(uintptr(fd), "filter")
	if _, err := f.Write(filter(forks)); err != nil {
		f.Close()
		return nil, err
	}
	_, err = f.Seek(0, 0)
	return f, err
}
