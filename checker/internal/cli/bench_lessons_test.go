package cli_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"nodebook/checker/internal/author"
	"nodebook/checker/internal/workbook"
)

// BenchmarkLessons measures the compiled engine beside a bare "go test" of the same
// packages, taking turns: the ratios are what counts. What is measured is the whole
// process, on passing code, after an edit of the exercise's function each time.
//
//	go test -run=- -bench=BenchmarkLessons -benchtime=10x ./checker/internal/cli
//
// one/test is one exercise against go test of its package, one/run against go test
// that runs the tests of this exercise alone, all/test the whole lesson against go
// test of its packages.
func BenchmarkLessons(b *testing.B) {
	root, err := filepath.Abs("../../..")
	if err != nil {
		b.Fatal(err)
	}
	repo, err := author.Open(root)
	if err != nil {
		b.Fatal(err)
	}
	lessons, err := repo.Lessons()
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
		for _, l := range lessons {
			for _, p := range l.Packages {
				solved(b, root, d, p.Dir, d == bare)
			}
		}
	}
	for _, l := range lessons {
		b.Run(l.Name, func(b *testing.B) { benchLesson(b, l, checker, ours, bare) })
	}
}

func benchLesson(b *testing.B, l *workbook.Lesson, checker, ours, bare string) {
	e := l.Exercises[len(l.Exercises)/2]
	test := []string{"test", "-count=1"}
	if l.Limits.Race {
		test = append(test, "-race")
	}
	pkg := "./lessons/" + e.Package.Dir
	var names []string
	for _, t := range e.Tests {
		names = append(names, t.Name)
	}
	only := "-run=^(" + strings.Join(names, "|") + ")$"
	turns := []struct {
		name string
		dir  string
		args []string
		took []time.Duration
	}{
		{name: "one", dir: ours, args: []string{checker, l.Name, e.Name, "--engine=go"}},
		{name: "run", dir: bare, args: slices.Concat([]string{"go"}, test, []string{only, pkg})},
		{name: "test", dir: bare, args: slices.Concat([]string{"go"}, test, []string{pkg})},
		{name: "all", dir: ours, args: []string{checker, l.Name, "--engine=go"}},
		{name: "tests", dir: bare, args: slices.Concat([]string{"go"}, test, []string{"./lessons/" + l.Name + "/..."})},
	}
	for _, t := range turns {
		run(b, t.dir, t.args[0], t.args[1:]...) // fills the caches
	}
	edits := 0
	for b.Loop() {
		for i := range turns {
			t := &turns[i]
			edits++
			editFunc(b, filepath.Join(t.dir, "lessons", e.Funcs[0].File), e.Funcs[0].Name, edits)
			start := time.Now()
			run(b, t.dir, t.args[0], t.args[1:]...)
			t.took = append(t.took, time.Since(start))
		}
	}
	median := map[string]float64{}
	for _, t := range turns {
		slices.Sort(t.took)
		median[t.name] = float64(t.took[len(t.took)/2].Microseconds()) / 1000
		b.ReportMetric(median[t.name], t.name+"-ms")
	}
	b.ReportMetric(median["one"]/median["test"], "one/test")
	b.ReportMetric(median["one"]/median["run"], "one/run")
	b.ReportMetric(median["all"]/median["tests"], "all/test")
	b.Logf("%s: %s", l.Name, e.Name)
}

var edited = regexp.MustCompile(`(?m)^\t_ = "edit [0-9]+"\n`)

// editFunc changes a function's body, and nothing that it does.
func editFunc(b *testing.B, file, name string, n int) {
	src, err := os.ReadFile(file)
	if err != nil {
		b.Fatal(err)
	}
	src = edited.ReplaceAll(src, nil)
	name = name[strings.LastIndexByte(name, '.')+1:]
	at := regexp.MustCompile(`(?m)^func (?:\([^)]*\) )?` + name + `[\[(].*\{\n`).FindIndex(src)
	if at == nil {
		b.Fatalf("%s: no function %s", file, name)
	}
	out := slices.Concat(bytes.Clone(src[:at[1]]), fmt.Appendf(nil, "\t_ = \"edit %d\"\n", n), src[at[1]:])
	if err := os.WriteFile(file, out, 0o644); err != nil {
		b.Fatal(err)
	}
}
