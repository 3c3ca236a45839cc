package jail

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// bubblewrap is the jail made by the bwrap command.
type bubblewrap struct{ bwrap string }

// Open finds the jail of this system and starts a program in it to see that it
// holds. The error is an [ErrUnavailable].
func Open(ctx context.Context) (Jail, error) {
	path, err := exec.LookPath("bwrap")
	if err != nil {
		return nil, fmt.Errorf("%w: bubblewrap (bwrap) is not installed", ErrUnavailable)
	}
	// What this program inherited open must not reach a jail.
	if err := unix.CloseRange(3, math.MaxInt32, unix.CLOSE_RANGE_CLOEXEC); err != nil {
		return nil, fmt.Errorf("%w: close_range: %w", ErrUnavailable, err)
	}
	endOrphans()
	b := &bubblewrap{path}
	if err := b.probe(ctx); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return b, nil
}

func (*bubblewrap) Name() string { return "bubblewrap" }

// probe starts a jail that holds this very program's file and nothing else, and
// asks it to run a file that is not there: the jail must get as far as that.
func (b *bubblewrap) probe(ctx context.Context) error {
	var said strings.Builder
	_, err := b.Run(ctx, &Spec{
		Argv: []string{"/nothing"}, Tmp: 1 << 20,
		Limits: Limits{Wall: 10 * time.Second, CPU: 5 * time.Second, Memory: 1 << 30, Files: 64, Output: 1 << 16},
		Out:    func(p []byte) { said.Write(p) },
	})
	if errors.Is(err, errNoProgram) && strings.Contains(said.String(), "execvp /nothing: No such file") {
		return nil
	}
	if err == nil {
		err = errors.New("a program that is not there has run")
	}
	return err
}

// errNoProgram says that the jail stood but the program could not be started.
var errNoProgram = errors.New("the program could not be started in the jail")

// args are bwrap's arguments. Its doors are the three descriptors from first on.
func (b *bubblewrap) args(s *Spec, first int) []string {
	args := []string{"--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try",
		"--die-with-parent", "--new-session", "--cap-drop", "ALL", "--uid", "65534", "--gid", "65534", "--hostname", "jail", "--clearenv"}
	for _, kv := range s.Env {
		name, value, _ := strings.Cut(kv, "=")
		args = append(args, "--setenv", name, value)
	}
	args = append(args, "--dev-bind", "/dev/null", "/dev/null")
	for _, in := range slices.Sorted(maps.Keys(s.Read)) {
		args = append(args, "--ro-bind", s.Read[in], in)
	}
	for _, in := range slices.Sorted(maps.Keys(s.Write)) {
		args = append(args, "--bind", s.Write[in], in)
	}
	if s.Proc {
		args = append(args, "--proc", "/proc")
	}
	if s.Tmp > 0 {
		args = append(args, "--size", strconv.FormatInt(s.Tmp, 10), "--tmpfs", "/tmp")
	}
	args = append(args, "--remount-ro", "/")
	if s.Dir != "" {
		args = append(args, "--chdir", s.Dir)
	}
	args = append(args, "--json-status-fd", strconv.Itoa(first), "--block-fd", strconv.Itoa(first+1), "--seccomp", strconv.Itoa(first+2), "--")
	return append(args, s.Argv...)
}

// Run runs a program in a jail of its own.
func (b *bubblewrap) Run(ctx context.Context, s *Spec) (Result, error) {
	cmd := exec.Command(b.bwrap)
	cmd.Env = []string{"PATH=/usr/bin:/bin"}
	// bwrap dies with its parent too, but not if that is dead before bwrap has said so.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	ends, err := connect(cmd, s)
	defer ends.close()
	if err != nil {
		return Result{}, fmt.Errorf("%w: %w", ErrMachine, err)
	}
	cmd.Args = append([]string{graderName(os.Getpid())}, b.args(s, 3+len(cmd.ExtraFiles))...)
	from, block, err := doors(cmd, s, ends)
	if err != nil {
		return Result{}, fmt.Errorf("%w: %w", ErrMachine, err)
	}
	err = cmd.Start()
	ends.theirs.Close()
	if err != nil {
		return Result{}, fmt.Errorf("%w: %w", ErrMachine, err)
	}
	f := follow(ctx, cmd, s, ends)
	status := bufio.NewReader(from)
	init := childPid(status)
	if init > 0 {
		if err := restrict(init, s.Limits); err != nil {
			f.kill("")
			f.wait()
			return Result{}, fmt.Errorf("%w: limits: %w", ErrMachine, err)
		}
		f.watch(init)
		block.Write([]byte{1})
	}
	block.Close()
	result := f.wait()
	switch began := exitCode(status); {
	case result.Stop != "":
		return result, nil
	case init == 0:
		return result, fmt.Errorf("%w: bwrap: %s", ErrMachine, firstLine(f.first))
	case !began:
		return result, fmt.Errorf("%w: %w: %s", ErrMachine, errNoProgram, firstLine(f.first))
	}
	return result, nil
}

func firstLine(b []byte) string {
	line, _, _ := strings.Cut(string(b), "\n")
	return strings.TrimPrefix(line, "bwrap: ")
}

// doors are the descriptors besides those of every program: bwrap writes to
// status and waits for a byte from block, and reads its filter.
func doors(cmd *exec.Cmd, s *Spec, e *ends) (status, block *os.File, err error) {
	status, theirStatus, err := os.Pipe()
	if err != nil {
		return nil, nil, err
	}
	e.ours = append(e.ours, status)
	e.theirs = append(e.theirs, theirStatus)
	theirBlock, block, err := os.Pipe()
	if err != nil {
		return nil, nil, err
	}
	e.ours = append(e.ours, block)
	e.theirs = append(e.theirs, theirBlock)
	filter, err := filterFile(s.Forks)
	if err != nil {
		return nil, nil, err
	}
	e.theirs = append(e.theirs, filter)
	cmd.ExtraFiles = append(cmd.ExtraFiles, theirStatus, theirBlock, filter)
	return status, block, nil
}

// childPid reads bwrap's first message: the jail's first process, as we see it.
// 0 says that there is none.
func childPid(status *bufio.Reader) int {
	var m struct {
		Pid int `json:"child-pid"`
	}
	line, err := status.ReadBytes('\n')
	if err != nil || json.Unmarshal(line, &m) != nil {
		return 0
	}
	return m.Pid
}

// exitCode reports whether bwrap said that the program had begun: it reports an
// exit status only then.
func exitCode(status *bufio.Reader) bool {
	rest, _ := io.ReadAll(io.LimitReader(status, 1<<12))
	return strings.Contains(string(rest), "exit-code")
}

// restrict sets limits on a jail's first process before it has started any
// other; all others inherit them.
func restrict(pid int, l Limits) error {
	var first error
	set := func(what int, soft, hard uint64) {
		var now unix.Rlimit
		err := unix.Prlimit(pid, what, nil, &now)
		if err == nil {
			err = unix.Prlimit(pid, what, &unix.Rlimit{Cur: min(soft, now.Max), Max: min(hard, now.Max)}, nil)
		}
		if first == nil {
			first = err
		}
	}
	set(unix.RLIMIT_CORE, 0, 0)
	if l.CPU > 0 {
		n := lastResort(l.CPU)
		set(unix.RLIMIT_CPU, n, n)
	}
	if l.Memory > 0 && !l.Resident {
		set(unix.RLIMIT_DATA, uint64(l.Memory), uint64(l.Memory))
	}
	if l.FileSize > 0 {
		set(unix.RLIMIT_FSIZE, uint64(l.FileSize), uint64(l.FileSize))
	}
	if l.Files > 0 {
		set(unix.RLIMIT_NOFILE, l.Files, l.Files)
	}
	return first
}

// lastResort is the processor time, in seconds, at which the system itself ends a
// program: later than the watch, which is more exact and says what it did. The
// system samples what it holds against this limit, and comes out several percent
// above what was used.
func lastResort(limit time.Duration) uint64 {
	return uint64((limit+limit/8+time.Second-1)/time.Second) + 2
}
