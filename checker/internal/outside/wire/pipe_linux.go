package wire

import (
	"io"
	"os"
	"syscall"
	"unsafe"
)

// pipe is the end of a pipe that never blocks. Its calls of the system are over at
// once, so the runtime is not told of them: telling it would wake the thread that
// looks after long ones, and every frame would cost a third more.
type pipe struct{ syscall.RawConn }

func init() {
	pipeEnd = func(f *os.File) io.ReadWriter {
		if conn, err := f.SyscallConn(); err == nil && nonblocking(conn) {
			return pipe{conn}
		}
		return f
	}
}

func nonblocking(conn syscall.RawConn) (yes bool) {
	conn.Control(func(fd uintptr) {
		flags, _, e := syscall.RawSyscall(syscall.SYS_FCNTL, fd, syscall.F_GETFL, 0)
		yes = e == 0 && flags&syscall.O_NONBLOCK != 0
	})
	return yes
}

// transfer calls the system for some bytes; again says that it must wait.
func transfer(call, fd uintptr, b []byte) (n int, again bool, err error) {
	for {
		x, _, e := syscall.RawSyscall(call, fd, uintptr(unsafe.Pointer(unsafe.SliceData(b))), uintptr(len(b)))
		switch e {
		case 0:
			return int(x), false, nil
		case syscall.EAGAIN:
			return 0, true, nil
		case syscall.EINTR:
		default:
			return 0, false, e
		}
	}
}

func (p pipe) Read(b []byte) (n int, err error) {
	if len(b) == 0 {
		return 0, nil
	}
	closed := p.RawConn.Read(func(fd uintptr) bool {
		var again bool
		n, again, err = transfer(syscall.SYS_READ, fd, b)
		return !again
	})
	switch {
	case closed != nil:
		return 0, closed
	case err == nil && n == 0:
		return 0, io.EOF
	}
	return n, err
}

func (p pipe) Write(b []byte) (n int, err error) {
	closed := p.RawConn.Write(func(fd uintptr) bool {
		for n < len(b) && err == nil {
			k, again, e := transfer(syscall.SYS_WRITE, fd, b[n:])
			if again {
				return false
			}
			n, err = n+k, e
		}
		return true
	})
	if closed != nil {
		err = closed
	}
	return n, err
}
