package cli_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"nodebook/checker/internal/author"
)

// BenchmarkCheck measures "checker lesson1" beside a bare "go test" of the same
// package with the same tests, taking turns: the ratio is what counts.
//
//	go test -run=- -bench=BenchmarkCheck -benchtime=20x ./checker/internal/cli
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
	checker := filepath.Join(dir, "checker")
	run(b, root, "go", "build", "-o", checker, "./checker")
	ours, bare := filepath.Join(dir, "ours"), filepath.Join(dir, "bare")
	for _, d := range []string{ours, bare} {
		if err := repo.Scratch(d); err != nil {
			b.Fatal(err)
		}
		solved(b, root, d, d == bare)
	}
	check := func() { run(b, ours, checker, "lesson1", "--seed=1") }
	test := func() { run(b, bare, "go", "test", "-count=1", "./lessons/lesson1/framing") }
	check()
	test()
	var c, t time.Duration
	for b.Loop() {
		start := time.Now()
		check()
		c += time.Since(start)
		start = time.Now()
		test()
		t += time.Since(start)
	}
	b.ReportMetric(float64(c.Milliseconds())/float64(b.N), "checker-ms")
	b.ReportMetric(float64(t.Milliseconds())/float64(b.N), "gotest-ms")
	b.ReportMetric(float64(c)/float64(t), "ratio")
}

// solved writes the reference of lesson 1 into a workbook, and its hidden tests
// too where asked.
func solved(b *testing.B, root, dir string, tests bool) {
	files, err := filepath.Glob(filepath.Join(root, "solutions/lesson1/framing/*.go"))
	if err != nil || len(files) == 0 {
		b.Fatal("no reference of lesson 1", err)
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
		if err := os.WriteFile(filepath.Join(dir, "lessons/lesson1/framing", name), []byte(out), 0o644); err != nil {
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
