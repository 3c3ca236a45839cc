package cli_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// pty is a terminal with a checker in it.
type pty struct {
	t      testing.TB
	master *os.File
	tty    *os.File
	cmd    *exec.Cmd
	mu     sync.Mutex
	text   bytes.Buffer
	news   chan struct{}
}

// startPTY runs the checker in a terminal of 24 lines of 80 columns.
func startPTY(t testing.TB, dir string, env []string, args ...string) *pty {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	var n int
	conn, err := master.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	var cerr error
	err = conn.Control(func(fd uintptr) {
		if cerr = unix.IoctlSetPointerInt(int(fd), unix.TIOCSPTLCK, 0); cerr == nil {
			n, cerr = unix.IoctlGetInt(int(fd), unix.TIOCGPTN)
		}
	})
	if err != nil || cerr != nil {
		t.Fatal(err, cerr)
	}
	tty, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	p := &pty{t: t, master: master, tty: tty, news: make(chan struct{}, 1)}
	p.resize(24, 80)
	p.cmd = exec.Command("checker", args...)
	p.cmd.Dir, p.cmd.Stdin, p.cmd.Stdout, p.cmd.Stderr = dir, tty, tty, tty
	p.cmd.Env = append(append(os.Environ(), "TERM=xterm", "DISPLAY=", "WAYLAND_DISPLAY="), env...)
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	go p.read()
	return p
}

func (p *pty) read() {
	b := make([]byte, 4096)
	for {
		n, err := p.master.Read(b)
		p.mu.Lock()
		p.text.Write(b[:n])
		p.mu.Unlock()
		select {
		case p.news <- struct{}{}:
		default:
		}
		if err != nil {
			return
		}
	}
}

func (p *pty) resize(rows, cols uint16) {
	p.t.Helper()
	if err := unix.IoctlSetWinsize(int(p.tty.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: rows, Col: cols}); err != nil {
		p.t.Fatal(err)
	}
}

func (p *pty) modes() unix.Termios {
	p.t.Helper()
	m, err := unix.IoctlGetTermios(int(p.tty.Fd()), unix.TCGETS)
	if err != nil {
		p.t.Fatal(err)
	}
	return *m
}

func (p *pty) press(keys string) {
	p.t.Helper()
	if _, err := p.master.WriteString(keys); err != nil {
		p.t.Fatal(err)
	}
}

// shows waits until something is on the terminal and forgets what was before.
func (p *pty) shows(want string) string {
	p.t.Helper()
	late := time.After(10 * time.Minute)
	for {
		p.mu.Lock()
		text := p.text.String()
		if i := strings.Index(text, want); i >= 0 {
			p.text.Next(i + len(want))
			p.mu.Unlock()
			return text
		}
		p.mu.Unlock()
		select {
		case <-p.news:
		case <-late:
			p.t.Fatalf("%q did not come; there is\n%q", want, text)
		}
	}
}

// A watch in a terminal: keys without Enter and without an echo, colours, a
// resize, a save, and a terminal that is left as it was, however the watch ends.
func TestWatch_terminal(t *testing.T) {
	dir := t.TempDir()
	scratch(t, dir)
	for name, end := range map[string]func(*pty){
		"q":       func(p *pty) { p.press("q") },
		"Ctrl-C":  func(p *pty) { p.press("\x03") },
		"SIGTERM": func(p *pty) { p.cmd.Process.Signal(syscall.SIGTERM) },
		"SIGHUP":  func(p *pty) { p.cmd.Process.Signal(syscall.SIGHUP) },
	} {
		t.Run(name, func(t *testing.T) {
			p := startPTY(t, dir, nil, "watch", "lesson1")
			defer p.master.Close()
			defer p.tty.Close()
			before := p.modes()
			if err := p.cmd.Start(); err != nil {
				t.Fatal(err)
			}
			p.shows("judging lesson1")
			if now := p.modes(); now.Lflag&(unix.ECHO|unix.ICANON) != 0 || now.Oflag != before.Oflag {
				t.Errorf("the terminal's modes are %+v", now)
			}
			if name == "q" {
				p.drive()
			}
			end(p)
			if err := p.cmd.Wait(); err != nil {
				t.Errorf("%v", err)
			}
			if after := p.modes(); after != before {
				t.Errorf("the terminal's modes are\n%+v, and were\n%+v", after, before)
			}
		})
	}
}

func (p *pty) drive() {
	p.shows("\x1b[2J")
	if text := p.shows(" quit\r\n"); !strings.Contains(text, "Ping:\x1b[0m") || !strings.Contains(text, "0 of 13") {
		p.t.Errorf("the first screen is %q", text)
	}
	p.press("h")
	p.shows("hint 1 of 3")
	p.shows(" quit\r\n")
	p.resize(40, 60)
	p.press("p")
	page := p.shows("all of it: checker page lesson1")
	for line := range strings.Lines(page) {
		if n := len([]rune(strings.TrimRight(line, "\r\n"))); n > 60 && !strings.HasPrefix(line, "    ") && !strings.Contains(line, "|") && !strings.Contains(line, "\x1b") {
			p.t.Errorf("a line of %d columns in a terminal of 60: %q", n, line)
		}
	}
	p.shows(" quit\r\n")
	p.press("n")
	p.shows("LittleEndian:")
}

// Without colour nothing is painted; on a terminal that knows no cursor nothing
// but text is written.
func TestWatch_plainTerminal(t *testing.T) {
	dir := t.TempDir()
	scratch(t, dir)
	for env, never := range map[string]string{"NO_COLOR=1": "m", "TERM=dumb": "["} {
		t.Run(env, func(t *testing.T) {
			p := startPTY(t, dir, []string{env}, "watch", "lesson1")
			defer p.master.Close()
			defer p.tty.Close()
			if err := p.cmd.Start(); err != nil {
				t.Fatal(err)
			}
			text := p.shows(" quit\r\n")
			p.press("q")
			if err := p.cmd.Wait(); err != nil {
				t.Error(err)
			}
			for _, after := range strings.Split(text, "\x1b")[1:] {
				if strings.Contains(after[:min(len(after), 6)], never) {
					t.Errorf("an escape sequence was written: %q", text)
				}
			}
		})
	}
}

// On a terminal the interpreter answers first, and the compiler confirms it.
// Should the compiler be quicker for once, its answer is the only one.
func TestCheck_terminal(t *testing.T) {
	dir := t.TempDir()
	scratch(t, dir)
	src, err := os.ReadFile("../../../solutions/lesson1/framing/ping.go")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(dir+"/lessons/lesson1/framing/ping.go", src, 0o644); err != nil {
		t.Fatal(err)
	}
	p := startPTY(t, dir, nil, "lesson1", "Ping")
	defer p.master.Close()
	defer p.tty.Close()
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	first := p.shows("1 of 1")
	first += p.shows("\n")
	if strings.Contains(first, "interpreted; the compiler is at work") {
		p.shows("compiled: the same, 1 of 1")
	}
	if err := p.cmd.Wait(); err != nil {
		t.Errorf("%v, want status 0\n%s", err, first)
	}
}
