//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// machines is how many graders there are, each in its own network namespace.
const machines = 4

// lab is a network of namespaces: one with the queue server and the coordinator, and
// one for each grader.
type lab struct {
	*bench
	spaces  []string
	server  *exec.Cmd
	graders []*exec.Cmd
	spent   time.Duration // processor time of the processes that have ended
}

const (
	labServer = "10.77.0.1"
	labPort   = ":4222"
)

// faults are what happens to a batch on a queue, by name.
var faults = map[string]func(ctx context.Context, l *lab, coordinator *exec.Cmd) (begun *exec.Cmd, err error){
	"killed grader": func(ctx context.Context, l *lab, _ *exec.Cmd) (*exec.Cmd, error) {
		kill(l.graders[0])
		return nil, l.start(ctx, 0)
	},
	"paused grader": func(ctx context.Context, l *lab, _ *exec.Cmd) (*exec.Cmd, error) {
		pid := l.graders[1].Process.Pid
		syscall.Kill(pid, syscall.SIGSTOP)
		time.AfterFunc(45*time.Second, func() { syscall.Kill(pid, syscall.SIGCONT) })
		return nil, nil
	},
	"cut-off grader": func(ctx context.Context, l *lab, _ *exec.Cmd) (*exec.Cmd, error) {
		time.AfterFunc(45*time.Second, func() { ip("-n", l.spaces[3], "link", "set", "eth0", "up") })
		return nil, ip("-n", l.spaces[3], "link", "set", "eth0", "down")
	},
	"killed coordinator": func(ctx context.Context, l *lab, coordinator *exec.Cmd) (*exec.Cmd, error) {
		kill(coordinator)
		begun := l.in(ctx, 0, coordinator.Args[4:]...)
		return begun, begun.Start()
	},
	"killed server": func(ctx context.Context, l *lab, _ *exec.Cmd) (*exec.Cmd, error) {
		kill(l.server)
		return nil, l.serve(ctx)
	},
}

// queue compares a batch on a queue, with four graders, with one in a process, and
// then has each fault happen several times.
func (b *bench) queue(ctx context.Context, n, faulty, times int) (err error) {
	l := &lab{bench: b}
	defer func() { err = errors.Join(err, l.end()) }()
	if err := l.open(ctx); err != nil {
		return err
	}
	class, kinds, err := b.class("queued", n, 7, false)
	if err != nil {
		return err
	}
	for range machines {
		l.graders = append(l.graders, nil)
	}
	one := filepath.Join(b.dir, "one")
	start := time.Now()
	cmd := b.command(ctx, class, one, machines)
	if said, err := cmd.CombinedOutput(); cmd.ProcessState == nil || cmd.ProcessState.ExitCode() > 1 {
		return fmt.Errorf("%w: %s", err, said)
	}
	alone := time.Since(start)
	cpu := used(cmd)
	fmt.Printf("one process, %d jobs: %d submissions in %.1fs, %.1fs of processor time\n", machines, n, alone.Seconds(), cpu.Seconds())
	if err := b.judgedRight(one, kinds); err != nil {
		return err
	}
	took, spent, sum, err := l.run(ctx, class, one, filepath.Join(b.dir, "many"), nil)
	if err != nil {
		return err
	}
	fmt.Printf("a queue, %d graders: %.1fs, %.1fs of processor time, %.3f times; all files of results: %s\n", machines, took.Seconds(), spent.Seconds(), spent.Seconds()/cpu.Seconds(), sum)
	return l.faults(ctx, faulty, times)
}

func (l *lab) faults(ctx context.Context, n, times int) error {
	if n == 0 {
		return nil
	}
	class, _, err := l.class("faulty", n, 8, false)
	if err != nil {
		return err
	}
	one := filepath.Join(l.dir, "faultless")
	cmd := l.command(ctx, class, one, machines)
	if said, err := cmd.CombinedOutput(); cmd.ProcessState == nil || cmd.ProcessState.ExitCode() > 1 {
		return fmt.Errorf("%w: %s", err, said)
	}
	var names []string
	for name := range faults {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		for i := range times {
			out := filepath.Join(l.dir, fmt.Sprint(strings.ReplaceAll(name, " ", "-"), i))
			took, _, _, err := l.run(ctx, class, one, out, faults[name])
			if err != nil {
				return fmt.Errorf("%s, run %d: %w", name, i+1, err)
			}
			fmt.Printf("%s, run %d of %d: %d submissions in %.1fs, the same files\n", name, i+1, times, n, took.Seconds())
		}
	}
	return nil
}

// run grades a class on a fresh queue, with a fault at a moment of its own if one is
// given, and compares the results with those of one process.
func (l *lab) run(ctx context.Context, class, one, out string, fault func(context.Context, *lab, *exec.Cmd) (*exec.Cmd, error)) (took, spent time.Duration, sum string, err error) {
	defer l.stop()
	l.spent = 0
	os.RemoveAll(filepath.Join(l.dir, "store"))
	if err := l.serve(ctx); err != nil {
		return 0, 0, "", err
	}
	for i := range machines {
		if err := l.start(ctx, i); err != nil {
			return 0, 0, "", err
		}
	}
	begin := time.Now()
	args := l.command(ctx, class, out, machines, "--queue", "nats://"+labServer+labPort).Args
	coordinator := l.in(ctx, 0, args...)
	if err := coordinator.Start(); err != nil {
		return 0, 0, "", err
	}
	if fault != nil {
		// After the first results, and before the last.
		for i := 0; ; i++ {
			if journal, _ := os.ReadFile(filepath.Join(out, "journal.jsonl")); strings.Count(string(journal), "\n") > 1+rand.IntN(5) {
				break
			}
			if i == 3000 {
				return 0, 0, "", errors.New("no result in five minutes")
			}
			time.Sleep(100 * time.Millisecond) // another process's file
		}
		begun, err := fault(ctx, l, coordinator)
		if err != nil {
			return 0, 0, "", err
		}
		if begun != nil {
			coordinator = begun
		}
	}
	if err := coordinator.Wait(); coordinator.ProcessState.ExitCode() > 1 || coordinator.ProcessState.ExitCode() < 0 {
		return 0, 0, "", fmt.Errorf("%w: %s", err, l.said(coordinator))
	}
	took = time.Since(begin)
	l.spent += used(coordinator)
	l.stop()
	sum, err = equal(one, out)
	return took, l.spent, sum, err
}

// open makes the network.
func (l *lab) open(ctx context.Context) error {
	build := exec.CommandContext(ctx, "go", "build", "-o", filepath.Join(l.dir, "nats-server"), "github.com/nats-io/nats-server/v2")
	if said, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, said)
	}
	for i := range machines + 1 {
		name := fmt.Sprintf("nodebook%d-%d", os.Getpid()%10000, i)
		if err := ip("netns", "add", name); err != nil {
			return fmt.Errorf("network namespaces need root and iproute2: %w", err)
		}
		l.spaces = append(l.spaces, name)
		lines := [][]string{{"-n", name, "link", "set", "lo", "up"}}
		if i == 0 {
			lines = append(lines, []string{"-n", name, "link", "add", "br0", "type", "bridge"}, []string{"-n", name, "addr", "add", labServer + "/24", "dev", "br0"}, []string{"-n", name, "link", "set", "br0", "up"})
		} else {
			at := fmt.Sprint("v", i)
			lines = append(lines, []string{"-n", l.spaces[0], "link", "add", at, "type", "veth", "peer", "name", "eth0", "netns", name},
				[]string{"-n", l.spaces[0], "link", "set", at, "master", "br0", "up"},
				[]string{"-n", name, "addr", "add", fmt.Sprintf("10.77.0.%d/24", i+1), "dev", "eth0"}, []string{"-n", name, "link", "set", "eth0", "up"})
		}
		for _, line := range lines {
			if err := ip(line...); err != nil {
				return err
			}
		}
	}
	return nil
}

func (l *lab) end() (err error) {
	l.stop()
	for _, name := range l.spaces {
		err = errors.Join(err, ip("netns", "del", name))
	}
	return err
}

// serve starts the queue server, which finds what it had on its disk.
func (l *lab) serve(ctx context.Context) error {
	l.server = l.in(ctx, 0, filepath.Join(l.dir, "nats-server"), "-js", "-a", labServer, "-sd", filepath.Join(l.dir, "store"))
	if err := l.server.Start(); err != nil {
		return err
	}
	for range 100 {
		if exec.Command("ip", "netns", "exec", l.spaces[0], "bash", "-c", "exec 3<>/dev/tcp/"+labServer+"/4222").Run() == nil {
			return nil
		}
		time.Sleep(100 * time.Millisecond) // another process
	}
	return errors.New("nats-server does not listen")
}

// start starts a grader.
func (l *lab) start(ctx context.Context, i int) error {
	l.graders[i] = l.in(ctx, i+1, l.checker, "grade-worker", "--queue", "nats://"+labServer+labPort, "--jobs", "1")
	return l.graders[i].Start()
}

// in is a command in a namespace.
func (l *lab) in(ctx context.Context, space int, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "ip", append([]string{"netns", "exec", l.spaces[space]}, args...)...)
	if f, err := os.Create(filepath.Join(l.dir, fmt.Sprintf("said-%d-%s", space, filepath.Base(args[0])))); err == nil {
		cmd.Stdout, cmd.Stderr = f, f
	}
	return cmd
}

func (l *lab) said(cmd *exec.Cmd) string {
	text, _ := os.ReadFile(cmd.Stderr.(*os.File).Name())
	return string(text[max(0, len(text)-2000):])
}

// stop ends the graders and the server.
func (l *lab) stop() {
	for i, g := range l.graders {
		if g != nil {
			syscall.Kill(g.Process.Pid, syscall.SIGCONT)
			g.Process.Signal(os.Interrupt)
			g.Wait()
			l.spent += used(g)
			l.graders[i] = nil
		}
	}
	if l.server != nil {
		kill(l.server)
		l.spent += used(l.server)
		l.server = nil
	}
	if len(l.spaces) > machines {
		ip("-n", l.spaces[machines-1], "link", "set", "eth0", "up")
	}
}

func kill(cmd *exec.Cmd) {
	cmd.Process.Kill()
	cmd.Wait()
}

// used is the processor time of a process that has ended and of what it waited for.
func used(cmd *exec.Cmd) time.Duration {
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
}

func ip(args ...string) error {
	if said, err := exec.Command("ip", args...).CombinedOutput(); err != nil {
		return fmt.Errorf("ip %s: %w: %s", strings.Join(args, " "), err, said)
	}
	return nil
}
