//go:build unix

// Measure compares grading with a plain loop of "go test", over a synthetic
// class of lesson 1:
//
//	go run ./checker/internal/grade/synthetic/measure -n 500
//
// The class is cut into parts, and each part is measured both ways, one after
// the other, so that another load on the machine meets both. Hostile submissions
// are graded but never run in the loop, which has no jail; so they are no part of
// the comparison. At the end the whole class, hostile ones included, is graded
// with 1, 2 and 4 jobs, and the results are compared byte for byte.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"
	"time"

	"nodebook/checker/internal/author"
	"nodebook/checker/internal/grade"
	"nodebook/checker/internal/grade/synthetic"
	"nodebook/checker/internal/grade/trial"
	"nodebook/checker/internal/handout"
	"nodebook/checker/internal/jail"
	"nodebook/checker/internal/workbook"
	"nodebook/fixtures"
)

func main() {
	n := flag.Int("n", 500, "submissions")
	part := flag.Int("part", 50, "submissions that are measured one way before the other")
	jobs := flag.Int("jobs", runtime.NumCPU(), "submissions graded at once")
	same := flag.Bool("same", true, "grade the whole class three times as well, and compare")
	flag.Parse()
	dir, err := os.MkdirTemp("", "nodebook-measure-")
	if err == nil {
		err = measure(context.Background(), dir, *n, *part, *jobs, *same)
	}
	os.RemoveAll(dir)
	if err != nil {
		fmt.Fprintln(os.Stderr, "measure:", err)
		os.Exit(1)
	}
}

type bench struct {
	repo    *author.Repo
	lesson  *workbook.Lesson
	options grade.Options
	dir     string
}

func measure(ctx context.Context, dir string, n, part, jobs int, same bool) error {
	repo, err := author.Open(".")
	if err != nil {
		return err
	}
	b := &bench{repo: repo, dir: dir}
	if err := b.open(ctx, jobs); err != nil {
		return err
	}
	var loop, graded time.Duration
	done := 0
	for i := 0; done < n; i++ {
		class := filepath.Join(dir, fmt.Sprintf("part%d", i))
		k := min(part, n-done)
		if _, err := synthetic.Write(class, synthetic.Options{Repo: repo, N: k, Seed: uint64(i + 1)}); err != nil {
			return err
		}
		took, err := b.loop(ctx, class)
		if err != nil {
			return err
		}
		start := time.Now()
		if _, err := b.grade(ctx, class, filepath.Join(dir, fmt.Sprintf("out%d", i)), jobs); err != nil {
			return err
		}
		loop, graded, done = loop+took, graded+time.Since(start), done+k
		fmt.Printf("%4d submissions: loop of go test %6.1fs, graded with %d jobs %6.1fs: %.2f times as fast; %d MiB resident at most\n",
			done, loop.Seconds(), jobs, graded.Seconds(), loop.Seconds()/graded.Seconds(), peak())
	}
	if !same {
		return nil
	}
	return b.identical(ctx, n)
}

// peak is the most memory, in MiB, that this process has had in RAM.
func peak() int64 {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return u.Maxrss >> 10
}

// processor is the processor time, in seconds, that this process and the
// programs it has waited for have used.
func processor() (self, others float64) {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	self = float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
	syscall.Getrusage(syscall.RUSAGE_CHILDREN, &u)
	return self, float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}

func (b *bench) open(ctx context.Context, jobs int) error {
	l, err := b.repo.Book.Lesson("lesson1")
	if err != nil {
		return err
	}
	b.lesson = l
	src, err := handout.FromBinary(b.repo.Book, fixtures.Files)
	if err != nil {
		return err
	}
	module, err := handout.Files(src)
	if err != nil {
		return err
	}
	j, err := jail.Open(ctx)
	if err != nil {
		return err
	}
	e, err := trial.New(ctx, trial.Options{Book: b.repo.Book, Module: module, Work: filepath.Join(b.dir, "engine"), Jail: j})
	if err != nil {
		return err
	}
	b.options = grade.Options{Book: b.repo.Book, Lessons: []*workbook.Lesson{l}, Solutions: grade.Both, Seed: 1, Engine: e, Jail: j, Limits: trial.Limits, Now: time.Now}
	return e.Prepare(ctx, l)
}

func (b *bench) grade(ctx context.Context, class, out string, jobs int) (*grade.Class, error) {
	o := b.options
	o.Dir, o.Out, o.Jobs = class, out, jobs
	if err := os.MkdirAll(grade.Work(out), 0o755); err != nil {
		return nil, err
	}
	c, err := grade.Run(ctx, o)
	if err != nil {
		return nil, err
	}
	return c, errors.Join(c.Write(out), grade.Clear(out))
}

// loop is the plain loop: each submission into a workbook with the hidden tests,
// then go test there. The first one, which may have to build what all share, is
// run once more before the clock starts.
func (b *bench) loop(ctx context.Context, class string) (time.Duration, error) {
	root := filepath.Join(b.dir, "workbook")
	if err := os.RemoveAll(root); err != nil {
		return 0, err
	}
	if err := b.repo.Scratch(root); err != nil {
		return 0, err
	}
	entries, err := os.ReadDir(class)
	if err != nil {
		return 0, err
	}
	pkg := filepath.Join(root, "lessons", "lesson1", "framing")
	test := func(name string) error {
		if err := os.RemoveAll(pkg); err != nil {
			return err
		}
		if err := os.CopyFS(pkg, os.DirFS(filepath.Join(class, name, "lessons", "lesson1", "framing"))); err != nil {
			return err
		}
		for _, file := range b.lesson.Packages[0].Tests {
			src, err := os.ReadFile(filepath.Join(b.repo.Root, "solutions", file))
			if err != nil {
				return err
			}
			src = bytes.ReplaceAll(src, []byte(`"nodebook/solutions/`), []byte(`"nodebook/lessons/`))
			if err := os.WriteFile(filepath.Join(pkg, filepath.Base(file)), src, 0o644); err != nil {
				return err
			}
		}
		cmd := exec.CommandContext(ctx, "go", "test", "-count=1", "-timeout=10s", "./lessons/lesson1/framing")
		cmd.Dir = root
		err := cmd.Run()
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			err = nil
		}
		return err
	}
	if err := test(entries[0].Name()); err != nil {
		return 0, err
	}
	start := time.Now()
	for _, e := range entries {
		if err := test(e.Name()); err != nil {
			return 0, err
		}
	}
	return time.Since(start), nil
}

// identical grades one class with 1, 2 and 4 jobs.
func (b *bench) identical(ctx context.Context, n int) error {
	class := filepath.Join(b.dir, "whole")
	right, err := synthetic.Write(class, synthetic.Options{Repo: b.repo, Attacks: "checker/internal/grade/testdata/attacks", N: n, Seed: 99})
	if err != nil {
		return err
	}
	var first []byte
	for _, jobs := range []int{2, 1, 4} {
		start := time.Now()
		out := filepath.Join(b.dir, fmt.Sprintf("whole%d", jobs))
		c, err := b.grade(ctx, class, out, jobs)
		if err != nil {
			return err
		}
		text, err := os.ReadFile(filepath.Join(out, "results.json"))
		if err != nil {
			return err
		}
		if first == nil {
			first = text
		}
		wrong := 0
		for _, s := range c.Submissions {
			if want, ok := right[s.Name]; ok && s.Passed != want || s.Error != "" {
				wrong++
			}
		}
		fmt.Printf("%d submissions, hostile ones among them, %d jobs: %.1fs; the same results: %v; right ones that do not pass, or internal errors: %d; %d MiB resident at most\n",
			n, jobs, time.Since(start).Seconds(), slices.Equal(first, text), wrong, peak())
	}
	return nil
}
