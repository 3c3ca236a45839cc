package jail

import "golang.org/x/sys/unix"

const (
	auditArch = unix.AUDIT_ARCH_X86_64
	x32Bit    = 0x40000000
)

var forkCalls = []uint32{unix.SYS_FORK, unix.SYS_VFORK}
