package jail

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"nodebook/checker/needs"

	"golang.org/x/sys/unix"
)

// The test binary is the program in the jail too: its first argument names what
// it does there.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 {
		if do := inside[os.Args[1]]; do != nil {
			do()
			os.Exit(0)
		}
	}
	os.Exit(m.Run())
}

// try prints what became of something that the jail should refuse.
func try(what string, err error) {
	if err == nil {
		fmt.Println("POSSIBLE:", what)
	}
}

func call(what string, nr uintptr, args ...uintptr) {
	var a [6]uintptr
	copy(a[:], args)
	_, _, e := unix.RawSyscall6(nr, a[0], a[1], a[2], a[3], a[4], a[5])
	if e == 0 {
		fmt.Println("POSSIBLE:", what)
	}
}

var inside = map[string]func(){
	"escape": func() {
		for fd := 4; fd < 64; fd++ {
			var st unix.Stat_t // the runtime's own are anonymous and have no type
			if unix.Fstat(fd, &st) == nil && st.Mode&unix.S_IFMT != 0 {
				fmt.Printf("open: descriptor %d, mode %o, %+v\n", fd, st.Mode, st)
			}
		}
		for _, f := range []string{"/etc/passwd", "/proc/1/root/etc/passwd", "/proc/1/environ", "/root", "/home", "/work", "/usr", "/sys", "/bin", "/var"} {
			_, err := os.Stat(f)
			try("see "+f, err)
		}
		for _, dir := range []string{"/", "/dev", "/prog"} {
			try("write in "+dir, os.WriteFile(dir+"/x", nil, 0o600))
		}
		_, err := os.ReadFile("/prog")
		try("read its own file", err)
		for _, addr := range []string{"1.1.1.1:53", "10.0.2.2:80", "[2606:4700::1111]:53"} {
			_, err := net.DialTimeout("udp", addr, time.Second)
			try("send to "+addr, err)
		}
		_, err = os.StartProcess("/prog", []string{"/prog", "quiet"}, &os.ProcAttr{})
		try("start a process", err)
		call("fork", unix.SYS_CLONE, uintptr(unix.SIGCHLD))
		call("ptrace", unix.SYS_PTRACE, 0)
		call("keyctl", unix.SYS_KEYCTL, 0, ^uintptr(2), 0)
		call("add_key", unix.SYS_ADD_KEY, 0, 0, 0, 0, ^uintptr(2))
		call("request_key", unix.SYS_REQUEST_KEY, 0, 0, 0, ^uintptr(2))
		call("io_uring", unix.SYS_IO_URING_SETUP, 1, 0)
		call("io_uring_enter", unix.SYS_IO_URING_ENTER, 0)
		call("io_uring_register", unix.SYS_IO_URING_REGISTER, 0)
		call("shared memory", unix.SYS_SHMGET, 0x4e42, 4096, 0o1666)
		call("a message queue", unix.SYS_MQ_OPEN, 0, 0)
		for _, family := range []uintptr{unix.AF_VSOCK, unix.AF_ALG, unix.AF_PACKET, unix.AF_BLUETOOTH, unix.AF_KEY, unix.AF_XDP} {
			call(fmt.Sprint("a socket of family ", family), unix.SYS_SOCKET, family, unix.SOCK_STREAM, 0)
			call(fmt.Sprint("a datagram socket of family ", family), unix.SYS_SOCKET, family, unix.SOCK_DGRAM, 0)
			call(fmt.Sprint("sockets of family ", family), unix.SYS_SOCKETPAIR, family, unix.SOCK_STREAM, 0)
		}
		for _, family := range []int{unix.AF_UNIX, unix.AF_INET} {
			if fd, err := unix.Socket(family, unix.SOCK_STREAM, 0); err != nil {
				fmt.Println("IMPOSSIBLE: a socket of family", family, err)
			} else {
				unix.Close(fd)
			}
		}
		for _, dir := range []string{"/dev/shm", "/dev/mqueue", "/run", "/var/tmp", "/dev/pts"} {
			try("write in "+dir, os.WriteFile(dir+"/left", nil, 0o600))
		}
		call("unshare", unix.SYS_UNSHARE, unix.CLONE_NEWUSER)
		call("setsid", unix.SYS_SETSID)
		try("mount", unix.Mount("none", "/tmp", "tmpfs", 0, ""))
		unix.Kill(1, unix.SIGKILL) // pid 1 of a namespace takes no signal from inside
	},
	"forks": func() {
		for _, flag := range []uintptr{0, unix.CLONE_NEWUSER, unix.CLONE_NEWUSER | unix.CLONE_NEWPID, unix.CLONE_NEWUSER | unix.CLONE_NEWNS, unix.CLONE_FILES} {
			p, err := os.StartProcess("/prog", []string{"/prog", "quiet"}, &os.ProcAttr{Sys: &syscall.SysProcAttr{Cloneflags: flag}})
			if err == nil {
				p.Wait()
			}
			fmt.Printf("%x: %v\n", flag, err == nil)
		}
	},
	"quiet": func() {},
	"flood": func() {
		b := bytes.Repeat([]byte("x"), 1<<16)
		for {
			os.Stdout.Write(b)
		}
	},
	"spin": func() {
		for {
		}
	},
	"limited": func() {
		n := lastResort(limited)
		unix.Setrlimit(unix.RLIMIT_CPU, &unix.Rlimit{Cur: n, Max: n})
		for {
		}
	},
	"sleep": func() { select {} },
	"ready": func() { fmt.Println("ready"); select {} },
	"memory": func() {
		var all [][]byte
		for {
			b := make([]byte, 1<<20)
			for i := range b {
				b[i] = 1
			}
			all = append(all, b)
		}
	},
	"huge": func() {
		err := os.WriteFile("/tmp/x", make([]byte, 3<<20), 0o600)
		fmt.Println("write:", err)
	},
	"threads": func() {
		for range 300 {
			go func() { runtime.LockOSThread(); select {} }()
		}
		time.Sleep(time.Minute)
	},
	"files": func() {
		for i := range 1000 {
			if _, err := os.Open("/dev/null"); err != nil {
				fmt.Println("opened fewer than 100:", i < 100)
				return
			}
		}
	},
	"channel": func() {
		f := os.NewFile(3, "channel")
		b := make([]byte, 5)
		f.Read(b)
		fmt.Fprintf(f, "got %s\nhalf", b)
	},
	"channelFlood": func() {
		f := os.NewFile(3, "channel")
		b := bytes.Repeat([]byte("x\n"), 1<<12)
		for {
			f.Write(b)
		}
	},
}

func program(t *testing.T) string {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(exe)
	if err != nil {
		t.Fatal(err)
	}
	at := filepath.Join(t.TempDir(), "prog")
	if err := os.WriteFile(at, b, 0o111); err != nil {
		t.Fatal(err)
	}
	return at
}

// libraries are the program and, as it may be linked with the system's C library,
// that too.
func libraries(t *testing.T) map[string]string {
	m := map[string]string{"/prog": program(t)}
	for _, dir := range []string{"/lib", "/lib64"} {
		if _, err := os.Stat(dir); err == nil {
			m[dir] = dir
		}
	}
	return m
}

func run(t *testing.T, do string, change func(*Spec)) (Result, string) {
	t.Helper()
	j, err := Open(t.Context())
	needs.Package(t, needs.Bubblewrap, err)
	var out strings.Builder
	s := &Spec{
		Argv: []string{"/prog", do}, Env: []string{"A=b"}, Read: libraries(t), Dir: "/tmp", Tmp: 8 << 20,
		Limits: Limits{Wall: 10 * time.Minute, CPU: time.Minute, Memory: 512 << 20, Output: 1 << 20, Files: 64, FileSize: 1 << 20, Tasks: 128, Channel: 1 << 20},
		Out:    func(p []byte) { out.Write(p) },
	}
	if change != nil {
		change(s)
	}
	r, err := j.Run(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return r, out.String()
}

func TestNothingEscapes(t *testing.T) {
	r, out := run(t, "escape", nil)
	if out != "" || r.Exit != 0 {
		t.Fatalf("inside the jail, with exit status %d:\n%s", r.Exit, out)
	}
}

// A program that may start processes may not give them more than it has, nor let
// them at its own descriptors.
func TestForks(t *testing.T) {
	r, out := run(t, "forks", func(s *Spec) { s.Forks = true })
	if want := "0: true\n10000000: false\n30000000: false\n10020000: false\n400: false\n"; out != want || r.Exit != 0 {
		t.Fatalf("processes in namespaces of their own, with exit status %d:\n%swant\n%s", r.Exit, out, want)
	}
}

func TestLimits(t *testing.T) {
	for _, c := range []struct {
		do   string
		set  func(*Spec)
		stop Stop
		says string
	}{
		{do: "flood", stop: Output},
		{do: "sleep", set: func(s *Spec) { s.Wall = time.Second }, stop: Wall},
		{do: "spin", set: func(s *Spec) { s.CPU = time.Second }, stop: CPU},
		{do: "memory", says: "out of memory"},
		{do: "memory", set: func(s *Spec) { s.Resident = true }, stop: Memory},
		{do: "huge", says: "file too large"},
		{do: "threads", set: func(s *Spec) { s.Memory = 0 }, stop: Tasks},
		{do: "files", says: "opened fewer than 100: true"},
		{do: "channelFlood", set: func(s *Spec) { s.Line = func([]byte) {} }, stop: Channel},
	} {
		t.Run(c.do, func(t *testing.T) {
			r, out := run(t, c.do, c.set)
			if r.Stop != c.stop || !strings.Contains(out, c.says) {
				t.Fatalf("stop %q, want %q; output, which should hold %q:\n%.2000s", r.Stop, c.stop, c.says, out)
			}
		})
	}
}

// limited is what the program of that name may use, as the watch would have it.
const limited = 100 * time.Millisecond

// What the system's own limit on processor time ended, because the watch was late,
// was ended for its processor time anyway.
func TestOutOfTime(t *testing.T) {
	cmd := exec.Command(os.Args[0], "limited")
	said, _ := cmd.CombinedOutput()
	used, exit := cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime(), cmd.ProcessState.ExitCode()
	if !outOfTime(Limits{CPU: limited}, used, exit) {
		t.Errorf("it used %v and ended with %d, which is not taken for a want of processor time:\n%.300s", used, exit, said)
	}
	if outOfTime(Limits{CPU: time.Hour}, used, exit) || outOfTime(Limits{}, used, exit) || outOfTime(Limits{CPU: limited}, used, 0) {
		t.Error("what is within its limit, has none or has succeeded is taken for one that ran out of time")
	}
}

func TestChannel(t *testing.T) {
	var lines []string
	r, out := run(t, "channel", func(s *Spec) {
		s.Hello, s.Line = []byte("hello"), func(b []byte) { lines = append(lines, string(b)) }
	})
	if r.Exit != 0 || out != "" || len(lines) != 1 || lines[0] != "got hello\n" {
		t.Fatalf("exit status %d, output %q, lines %q", r.Exit, out, lines)
	}
}

func TestNoProgram(t *testing.T) {
	j, err := Open(t.Context())
	needs.Package(t, needs.Bubblewrap, err)
	_, err = j.Run(t.Context(), &Spec{Argv: []string{"/prog"}, Read: map[string]string{"/prog": "/dev/null"}})
	if !errors.Is(err, ErrMachine) {
		t.Fatalf("got %v, want the machine's fault", err)
	}
	_, err = j.Run(t.Context(), &Spec{Argv: []string{"/prog"}, Read: map[string]string{"/prog": "/no/such/file"}})
	if !errors.Is(err, ErrMachine) || !strings.Contains(err.Error(), "/no/such/file") {
		t.Fatalf("got %v, want the machine's fault with the reason", err)
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	j, err := Open(ctx)
	needs.Package(t, needs.Bubblewrap, err)
	r, err := j.Run(ctx, &Spec{
		Argv: []string{"/prog", "ready"}, Read: libraries(t), Limits: Limits{Wall: time.Minute},
		Out: func([]byte) { cancel() },
	})
	if err != nil || r.Stop != Cancelled {
		t.Fatalf("stop %q, error %v; want it cancelled", r.Stop, err)
	}
}

// A jail whose grader is gone is ended by the next one; that of a grader that
// still works is not.
func TestOrphans(t *testing.T) {
	start := func(grader string) *exec.Cmd {
		cmd := exec.Command(os.Args[0], "ready")
		cmd.Args[0] = grader
		out, err := cmd.StdoutPipe()
		if err == nil {
			err = cmd.Start()
		}
		if err == nil {
			_, err = out.Read(make([]byte, 1))
		}
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
		return cmd
	}
	needs.Shell(t)
	gone := exec.Command("true")
	if err := gone.Run(); err != nil {
		t.Fatal(err)
	}
	orphan := start(graderName(gone.Process.Pid))
	again := start(graderName(os.Getpid()) + "0") // another grader once had our number
	ours := start(graderName(os.Getpid()))
	_, err := Open(t.Context())
	needs.Package(t, needs.Bubblewrap, err)
	for _, cmd := range []*exec.Cmd{orphan, again} {
		var exit *exec.ExitError
		if err := cmd.Wait(); !errors.As(err, &exit) || exit.ExitCode() != -1 {
			t.Errorf("the jail of a grader that is gone ended with %v, want it killed", err)
		}
	}
	if began(ours.Process.Pid) == "" {
		t.Error("the jail of a grader that works was killed")
	}
}
