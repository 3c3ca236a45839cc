package gotest

import (
	"os"
	"path/filepath"
	"testing"

	"nodebook/checker/internal/source"
	"nodebook/checker/internal/verdict"
	"nodebook/checker/internal/workbook"
	"nodebook/checker/needs"
)

// A go command that is killed leaves what it was building; it is in a folder that
// goes. A learner who has set another place keeps it.
func TestJudge_leavesNothing(t *testing.T) {
	needs.Shell(t) // the command is a script
	command := filepath.Join(t.TempDir(), "go")
	if err := os.WriteFile(command, []byte("#!/bin/sh\nmkdir ${GOTMPDIR:-$TMPDIR}/go-build1\nkill -9 $$\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	p := &workbook.Package{Name: "p", Dir: "l/p"}
	e := &workbook.Exercise{Name: "F", Package: p, Tests: []workbook.Test{{Name: "TestF", Func: "F", Package: p}}}
	tree := &source.Tree{Root: t.TempDir(),
		Lesson: &workbook.Lesson{Name: "l", Packages: []*workbook.Package{p}, Exercises: []*workbook.Exercise{e}}}
	j := verdict.Job{Tree: tree, Look: &source.Look{}, Exercises: tree.Lesson.Exercises, Seed: 1}
	here, theirs, file := t.TempDir(), t.TempDir(), filepath.Join(t.TempDir(), "env")
	t.Setenv("TMPDIR", here)
	t.Setenv("GOENV", file)
	for _, x := range []struct{ variable, file, at string }{
		{at: here},
		{variable: theirs, at: theirs},
		{file: "GOTMPDIR=" + theirs + "\n", at: theirs},
		{variable: filepath.Join(theirs, "gone"), at: here},
	} {
		t.Setenv("GOTMPDIR", x.variable)
		if err := os.WriteFile(file, []byte(x.file), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := (&Engine{Go: command}).Judge(t.Context(), j); err != nil {
			t.Fatal(err)
		}
		found, err := os.ReadDir(here)
		if err != nil {
			t.Fatal(err)
		}
		if len(found) > 0 {
			t.Errorf("left behind: %v", found)
		}
		made := filepath.Join(theirs, "go-build1")
		if _, err := os.Stat(made); (err == nil) != (x.at == theirs) {
			t.Errorf("%+v: go worked elsewhere: %v", x, err)
		}
		os.Remove(made)
	}
}
