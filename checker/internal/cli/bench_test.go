package cli_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"nodebook/checker/internal/author"
)

// BenchmarkCheck measures "checker lesson1" beside a bare "go test" of the same
// package with the same tests, taking turns: the ratio is what counts. What is
// measured is the whole process, on passing code that was edited before each
// turn.
//
//	go test -run=- -bench=BenchmarkCheck -benchtime=20x ./checker/internal/cli
//
// yaegi-ms, go-ms and test-ms are medians of --engine=yaegi, of --engine=go and of
// go test; auto-ms is one of the compiled answer with an interpreter at work
// beside it, as on a terminal.
func BenchmarkCheck(b *testing.B) {
	root, err := filepath.Abs("../../..")
	if err != nil {
		b.Fatal(err)
	}
	repo, err := author.Open(root)
	if err != nil {
		b.Fatal(err)
	}
	dir := b.TempDir()
	checker := buildChecker(b, root, dir)
	ours, bare := filepath.Join(dir, "ours"), filepath.Join(dir, "bare")
	for _, d := range []string{ours, bare} {
		if err := repo.Scratch(d); err != nil {
			b.Fatal(err)
		}
		solved(b, root, d, "lesson1/framing", d == bare)
	}
	edits := 0
	edit := func(d string) {
		edits++
		src := fmt.Sprintf("package framing\n\nconst edit = %d\n", edits)
		if err := os.WriteFile(filepath.Join(d, "lessons/lesson1/framing/edit.go"), []byte(src), 0o644); err != nil {
			b.Fatal(err)
		}
	}
	turns := []struct {
		name string
		dir  string
		run  func()
		took []time.Duration
	}{
		{name: "yaegi", dir: ours, run: func() { run(b, ours, checker, "lesson1", "--engine=yaegi") }},
		{name: "go", dir: ours, run: func() { run(b, ours, checker, "lesson1", "--engine=go") }},
		{name: "auto", dir: ours, run: func() { auto(b, checker, ours) }},
		{name: "test", dir: bare, run: func() { run(b, bare, "go", "test", "-count=1", "./lessons/lesson1/framing") }},
	}
	for _, t := range turns {
		t.run() // fills the build cache
	}
	for b.Loop() {
		for i := range turns {
			t := &turns[i]
			edit(t.dir)
			start := time.Now()
			t.run()
			t.took = append(t.took, time.Since(start))
		}
	}
	median := map[string]float64{}
	for _, t := range turns {
		slices.Sort(t.took)
		median[t.name] = float64(t.took[len(t.took)/2].Microseconds()) / 1000
		b.ReportMetric(median[t.name], t.name+"-ms")
	}
	b.ReportMetric(median["yaegi"]/median["go"], "yaegi/go")
	b.ReportMetric(median["auto"]/median["test"], "auto/test")
	b.ReportMetric(median["go"]/median["test"], "go/test")
}

// auto runs the two engines beside each other and ends when the compiled answer
// is there.
func auto(b *testing.B, checker, dir string) {
	var wait sync.WaitGroup
	ctx, cancel := context.WithCancel(b.Context())
	wait.Go(func() {
		quick := exec.CommandContext(ctx, checker, "lesson1", "--engine=yaegi")
		quick.Dir = dir
		quick.Run()
	})
	run(b, dir, checker, "lesson1", "--engine=go")
	cancel()
	wait.Wait()
}

// buildChecker builds the checker as README installs it.
func buildChecker(b *testing.B, root, dir string) string {
	checker := filepath.Join(dir, "checker")
	build := exec.Command("go", "build", "-o", checker, "./checker")
	build.Dir, build.Env = root, append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	return checker
}

// solved writes the reference of a package into a workbook, and its hidden tests
// too if asked.
func solved(b *testing.B, root, dir, pkg string, tests bool) {
	files, err := filepath.Glob(filepath.Join(root, "solutions", pkg, "*.go"))
	if err != nil || len(files) == 0 {
		b.Fatal("no reference of ", pkg, err)
	}
	for _, file := range files {
		name := filepath.Base(file)
		if strings.HasPrefix(name, "author_") || strings.HasSuffix(name, "_test.go") && !tests {
			continue
		}
		src, err := os.ReadFile(file)
		if err != nil {
			b.Fatal(err)
		}
		out := strings.ReplaceAll(string(src), "nodebook/solutions/", "nodebook/lessons/")
		if err := os.WriteFile(filepath.Join(dir, "lessons", pkg, name), []byte(out), 0o644); err != nil {
			b.Fatal(err)
		}
	}
}

func run(b *testing.B, dir, name string, args ...string) {
	b.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
}
