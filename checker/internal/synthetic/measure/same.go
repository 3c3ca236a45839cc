//go:build unix

package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"nodebook/checker/internal/grade"
	"nodebook/checker/internal/synthetic"
)

// same grades one class with 1, 2 and 4 jobs.
func (b *bench) same(ctx context.Context, n int) error {
	class, kinds, err := b.class("same", n, 99, true)
	if err != nil {
		return err
	}
	first := ""
	for _, jobs := range []int{2, 1, 4} {
		out := filepath.Join(b.dir, fmt.Sprint("same-", jobs))
		took, mib, err := b.grade(ctx, class, out, jobs, "--timeout", "4s")
		if err != nil {
			return err
		}
		if err := b.judgedRight(out, kinds); err != nil {
			return err
		}
		if first == "" {
			first = out
		}
		sum, err := equal(first, out)
		if err != nil {
			return err
		}
		fmt.Printf("%d submissions, %d jobs: %.1fs, %d MiB; all files of results: %s\n", n, jobs, took.Seconds(), mib, sum)
	}
	return nil
}

// killed grades one class in peace, and again with a checker that is killed
// about once a second for as long as the first run took.
func (b *bench) killed(ctx context.Context, n, jobs int) error {
	class, kinds, err := b.class("kill", n, 100, true)
	if err != nil {
		return err
	}
	whole, out := filepath.Join(b.dir, "whole"), filepath.Join(b.dir, "killed")
	took, _, err := b.grade(ctx, class, whole, jobs, "--timeout", "4s")
	if err != nil {
		return err
	}
	if err := b.judgedRight(whole, kinds); err != nil {
		return err
	}
	kills, start := 0, time.Now()
	r := rand.New(rand.NewPCG(uint64(n), 2))
	for time.Since(start) < took {
		cmd := b.command(ctx, class, out, jobs, "--timeout", "4s")
		if err := cmd.Start(); err != nil {
			return err
		}
		timer := time.AfterFunc(time.Duration(r.ExpFloat64()*float64(time.Second)), func() { cmd.Process.Kill() })
		err := cmd.Wait()
		timer.Stop()
		if err == nil {
			break // nothing is left to be graded
		}
		if cmd.ProcessState.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
			return err
		}
		kills++
	}
	if _, _, err := b.grade(ctx, class, out, jobs, "--timeout", "4s"); err != nil {
		return err
	}
	fmt.Printf("%d submissions: %.1fs in peace; killed %d times in %.1fs; left behind: %q", n, took.Seconds(), kills, time.Since(start).Seconds(), b.left(out))
	sum, err := equal(whole, out)
	fmt.Printf("; all files of results: %s\n", sum)
	return err
}

// left names what a killed checker has left: its working folder, and processes
// that have a path of ours on their command line.
func (b *bench) left(out string) (all []string) {
	if _, err := os.Stat(grade.Work(out)); err == nil {
		all = append(all, grade.Work(out))
	}
	lines, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, name := range lines {
		if line, err := os.ReadFile(name); err == nil && bytes.Contains(line, []byte(b.dir)) {
			all = append(all, strings.ReplaceAll(string(line), "\x00", " "))
		}
	}
	return all
}

// results are all files of results, by path.
func results(out string) (map[string]string, error) {
	all := map[string]string{}
	err := filepath.WalkDir(out, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == grade.JournalName || d.Name() == ".lock" {
			return err
		}
		b, err := os.ReadFile(name)
		rel, _ := filepath.Rel(out, name)
		all[rel] = string(b)
		return err
	})
	return all, err
}

// equal compares the results in two folders. The error shows the first line that
// differs. sum is of all files of the second.
func equal(a, b string) (sum string, err error) {
	x, err := results(a)
	if err != nil {
		return "", err
	}
	y, err := results(b)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(y)) {
		fmt.Fprintf(h, "%s %d\n%s", name, len(y[name]), y[name])
	}
	for _, name := range slices.Sorted(maps.Keys(x)) {
		was, is := strings.Split(x[name], "\n"), strings.Split(y[name], "\n")
		for i := range was {
			if i >= len(is) || was[i] != is[i] {
				return "", fmt.Errorf("%s differs in line %d:\n%s\n%s", name, i+1, was[i], strings.Join(is[min(i, len(is)):min(i+1, len(is))], ""))
			}
		}
	}
	if len(x) != len(y) {
		return "", fmt.Errorf("%d files of results, and %d", len(x), len(y))
	}
	return fmt.Sprintf("%x", h.Sum(nil)[:8]), nil
}

// judgedRight is an error where an exercise of a right submission does not pass,
// all of those of a wrong or hostile one do, or the machine failed.
func (b *bench) judgedRight(out string, kinds map[string]synthetic.Kind) error {
	text, err := os.ReadFile(filepath.Join(out, "results.json"))
	if err != nil {
		return err
	}
	var c grade.Class
	if err := json.Unmarshal(text, &c); err != nil {
		return err
	}
	if len(c.Submissions) != len(kinds) {
		return fmt.Errorf("%d results for %d submissions", len(c.Submissions), len(kinds))
	}
	for _, s := range c.Submissions {
		switch kind, all := kinds[s.Name], s.Passed == s.Total; {
		case s.Error != "":
			return fmt.Errorf("%s: internal error: %s", s.Name, s.Error)
		case kind == synthetic.Right && !all, (kind == synthetic.Wrong || kind == synthetic.Hostile) && all:
			return fmt.Errorf("%s, of kind %d: %d of %d pass", s.Name, kind, s.Passed, s.Total)
		}
	}
	return nil
}
