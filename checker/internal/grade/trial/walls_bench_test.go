//go:build linux

package trial_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nodebook/checker/internal/grade/trial"
	"nodebook/checker/internal/jail"
	"nodebook/checker/internal/judge"
	"nodebook/checker/internal/source"
	"nodebook/checker/internal/stub"
)

// BenchmarkWalls grades lesson 1's reference, edited each time, with all walls and
// without one of them at a time:
//
//	go test -run=- -bench=Walls -benchtime=20x ./checker/internal/grade/trial
func BenchmarkWalls(b *testing.B) {
	r := repository(b)
	l, err := r.Book.Lesson("lesson1")
	if err != nil {
		b.Fatal(err)
	}
	root := b.TempDir()
	if err := r.Scratch(root); err != nil {
		b.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(r.Root, "solutions/lesson1/framing/*.go"))
	if err != nil {
		b.Fatal(err)
	}
	for _, file := range files {
		if !strings.HasSuffix(file, "_test.go") {
			write(b, root, file, "")
		}
	}
	for _, wall := range []struct {
		name    string
		without func(*trial.Options)
	}{
		{"all", func(*trial.Options) {}},
		{"no jail", func(o *trial.Options) { o.Jail, _ = jail.Bare() }},
		{"no rules", func(o *trial.Options) { o.Open = true }},
		{"one process", func(o *trial.Options) { o.Inside = true }},
	} {
		b.Run(wall.name, func(b *testing.B) {
			e := engine(b, r, wall.without)
			grade := func(n int) {
				write(b, root, filepath.Join(r.Root, "solutions/lesson1/framing/length.go"), fmt.Sprintf("\n// edit %d\n", n))
				rep, err := judge.Lesson(b.Context(), judge.Request{Root: root, Book: r.Book, Lesson: l, Solutions: source.None, Seed: 1, Engine: e.Session()})
				if err != nil {
					b.Fatal(err)
				}
				if rep.Passed != rep.Total {
					b.Fatalf("%d of %d pass", rep.Passed, rep.Total)
				}
			}
			grade(0) // compiles what all submissions share
			n := 0
			for b.Loop() {
				n++
				grade(n)
			}
		})
	}
}

// write writes a file of the reference as a learner's, with more at its end.
func write(b *testing.B, root, file, more string) {
	src, err := os.ReadFile(file)
	if err != nil {
		b.Fatal(err)
	}
	src = append(stub.Retarget(src), more...)
	if err := os.WriteFile(filepath.Join(root, "lessons/lesson1/framing", filepath.Base(file)), src, 0o644); err != nil {
		b.Fatal(err)
	}
}
