package kernel_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"nodebook/checker/internal/cell"
	"nodebook/checker/internal/workbook"
	"nodebook/checker/needs"
	"nodebook/lessons"
	"nodebook/solutions"
)

// Every exported lesson, with the references in place, runs from top to bottom under
// Debian's nbclient: each cell prints what its page shows, each exercise passes.
func TestNotebooks(t *testing.T) {
	python := needs.Jupyter(t)
	needs.Time(t)
	checker, dir, env := install(t)
	book, err := workbook.New(solutions.Files, lessons.Files)
	if err != nil {
		t.Fatal(err)
	}
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range needs.Some(t, book.Names(), 1, 2) {
		t.Run(name, func(t *testing.T) {
			l, err := book.Lesson(name)
			if err != nil {
				t.Fatal(err)
			}
			references(t, root, dir, book, l)
			export := exec.Command(checker, "export", name)
			export.Dir, export.Env = dir, env
			notebook, err := export.Output()
			if err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(dir, name+".ipynb")
			if err := os.WriteFile(file, notebook, 0o644); err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command(python, "testdata/notebook.py", file)
			cmd.Env = env
			var said bytes.Buffer
			cmd.Stdout, cmd.Stderr = &said, &said
			if err := cmd.Run(); err != nil {
				t.Errorf("%v\n%s", err, said.String())
			}
			t.Log(said.String())
		})
	}
}

// references writes the references of a lesson, and of those before it, into a
// learner's workbook.
func references(t *testing.T, root, dir string, book *workbook.Book, l *workbook.Lesson) {
	t.Helper()
	files, err := cell.References(root, book, l)
	if err != nil {
		t.Fatal(err)
	}
	for name, src := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if src == nil {
			err = os.RemoveAll(file)
		} else if err = os.MkdirAll(filepath.Dir(file), 0o755); err == nil {
			err = os.WriteFile(file, src, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}
