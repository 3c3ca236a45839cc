//go:build unix

// Measure compares "checker grade" with a plain loop of "go test", over a
// synthetic class of lesson 1, and looks whether its results are always the same:
//
//	go run ./checker/internal/synthetic/measure -n 500 -same 500 -kill 500
//
// The class of -n is cut into parts, and each part is measured both ways, one
// after the other, so that another load on the machine meets both. Hostile
// submissions are graded with all others but left out of the loop, which has no
// jail: it would run them as you.
//
// A class of -same is graded with 1, 2 and 4 jobs, and one of -kill by a checker
// that is killed about once a second for as long as a run without kills took; all
// files of results have to be equal. These two hold attacks that wait for a limit
// too, so the limit is shorter there.
//
// A class of -queue is graded by one process, and by four graders on a queue; their
// processor time is compared. In batches of -faulty a grader is killed, paused or cut
// off, the coordinator is killed, or the queue server, each -times times.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"time"

	"nodebook/checker/internal/author"
	"nodebook/checker/internal/synthetic"
)

func main() {
	var s sizes
	flag.IntVar(&s.n, "n", 0, "submissions to compare with a loop of go test")
	flag.IntVar(&s.part, "part", 100, "submissions that are measured one way before the other")
	flag.IntVar(&s.jobs, "jobs", runtime.NumCPU()+1, "submissions graded at the same time")
	flag.IntVar(&s.same, "same", 0, "submissions to grade with 1, 2 and 4 jobs")
	flag.IntVar(&s.kill, "kill", 0, "submissions to grade with a checker that is killed again and again")
	flag.IntVar(&s.queue, "queue", 0, "submissions to grade with four graders on a queue, each in a network namespace (as root)")
	flag.IntVar(&s.faulty, "faulty", 0, "submissions of -queue's batches to which something happens")
	flag.IntVar(&s.times, "times", 10, "how often each of that happens")
	flag.Parse()
	dir, err := os.MkdirTemp("", "nodebook-measure-")
	if err == nil {
		err = measure(context.Background(), dir, s)
	}
	os.RemoveAll(dir)
	if err != nil {
		fmt.Fprintln(os.Stderr, "measure:", err)
		os.Exit(1)
	}
}

type sizes struct{ n, part, jobs, same, kill, queue, faulty, times int }

// bench is a checkout, and a folder for classes and results.
type bench struct {
	repo         *author.Repo
	dir, checker string
}

func measure(ctx context.Context, dir string, s sizes) error {
	repo, err := author.Open(".")
	if err != nil {
		return err
	}
	b := &bench{repo, dir, filepath.Join(dir, "checker")}
	build := exec.CommandContext(ctx, "go", "build", "-o", b.checker, "./checker")
	if said, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, said)
	}
	if err := b.compare(ctx, s); err != nil {
		return err
	}
	if s.same > 0 {
		if err := b.same(ctx, s.same); err != nil {
			return err
		}
	}
	if s.kill > 0 {
		if err := b.killed(ctx, s.kill, s.jobs); err != nil {
			return err
		}
	}
	if s.queue > 0 {
		return b.queue(ctx, s.queue, s.faulty, s.times)
	}
	return nil
}

// class makes a class.
func (b *bench) class(name string, n int, seed uint64, slow bool) (string, map[string]synthetic.Kind, error) {
	class := filepath.Join(b.dir, name)
	kinds, err := synthetic.Write(class, synthetic.Options{Repo: b.repo, Attacks: "checker/internal/grade/testdata/attacks", N: n, Seed: seed, Slow: slow})
	return class, kinds, err
}

// command is the checker that grades a class.
func (b *bench) command(ctx context.Context, class, out string, jobs int, more ...string) *exec.Cmd {
	args := []string{"grade", class, "--lesson", "1", "--seed", "1", "--jobs", fmt.Sprint(jobs), "--out", out}
	return exec.CommandContext(ctx, b.checker, append(args, more...)...)
}

// grade grades a class. mib is the most memory that the checker had in RAM.
func (b *bench) grade(ctx context.Context, class, out string, jobs int, more ...string) (took time.Duration, mib int64, err error) {
	cmd := b.command(ctx, class, out, jobs, more...)
	start := time.Now()
	if said, err := cmd.CombinedOutput(); err != nil {
		return 0, 0, fmt.Errorf("%w: %s", err, said)
	}
	return time.Since(start), cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss >> 10, nil
}

// compare measures both ways, part after part.
func (b *bench) compare(ctx context.Context, s sizes) error {
	var loop, graded time.Duration
	var tested, done int
	for i := 0; done < s.n; i++ {
		k := min(s.part, s.n-done)
		class, kinds, err := b.class(fmt.Sprint("part", i), k, uint64(i+1), false)
		if err != nil {
			return err
		}
		took, n, err := b.loop(ctx, class, kinds)
		if err != nil {
			return err
		}
		loop, tested = loop+took, tested+n
		out := filepath.Join(b.dir, fmt.Sprint("out", i))
		took, mib, err := b.grade(ctx, class, out, s.jobs)
		if err != nil {
			return err
		}
		if err := b.judgedRight(out, kinds); err != nil {
			return err
		}
		graded, done = graded+took, done+k
		slow, fast := loop.Seconds()/float64(tested), graded.Seconds()/float64(done)
		fmt.Printf("go test: %d in %.1fs, %.0f ms each; checker grade, %d jobs: %d in %.1fs, %.0f ms each: %.2f times the throughput; %d MiB\n",
			tested, loop.Seconds(), 1000*slow, s.jobs, done, graded.Seconds(), 1000*fast, slow/fast, mib)
	}
	return nil
}
