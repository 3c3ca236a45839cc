package handout_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"nodebook/checker/internal/handout"
)

var first = map[string][]byte{
	"go.mod":                          []byte("module nodebook\n"),
	"lessons/lesson1/README.md":       []byte("page\n"),
	"lessons/lesson1/framing/ping.go": []byte("package framing\n"),
	"lessons/lesson1/framing/pong.go": []byte("package framing // pong\n"),
	"fixtures/wire/version.txt":       []byte("vector\n"),
}

func put(t *testing.T, root, name, text string) {
	t.Helper()
	at := filepath.Join(root, name)
	if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(at, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func holds(t *testing.T, root, name, want string) {
	t.Helper()
	if got, err := os.ReadFile(filepath.Join(root, name)); err != nil || string(got) != want {
		t.Errorf("%s holds %q, %v; want %q", name, got, err, want)
	}
}

func fresh(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	if err := handout.Init(root, first); err != nil {
		t.Fatal(err)
	}
	return root
}

func TestInit(t *testing.T) {
	for name, dir := range map[string]string{"new": filepath.Join(t.TempDir(), "a", "b"), "empty": t.TempDir()} {
		if err := handout.Init(dir, first); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for file, want := range first {
			holds(t, dir, file, string(want))
		}
		entries, err := os.ReadDir(dir)
		if err != nil || len(entries) != 4 { // .nodebook, fixtures, go.mod, lessons
			t.Errorf("%s: the folder holds %v, %v", name, entries, err)
		}
		if m, err := handout.ReadManifest(dir); err != nil || len(m) != len(first) {
			t.Errorf("%s: the manifest has %d files, %v; want %d", name, len(m), err, len(first))
		}
	}
}

// A folder that holds anything is left as it is, a finished workbook too.
func TestInit_notEmpty(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "notes.txt", "mine")
	if err := handout.Init(dir, first); !errors.Is(err, handout.ErrNotEmpty) {
		t.Errorf("got %v, want %v", err, handout.ErrNotEmpty)
	}
	holds(t, dir, "notes.txt", "mine")
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Errorf("the folder holds %v", entries)
	}
	root := fresh(t)
	put(t, root, ".nodebook-init-1/left", "over")
	if err := handout.Init(root, first); !errors.Is(err, handout.ErrNotEmpty) {
		t.Errorf("a finished workbook: got %v, want %v", err, handout.ErrNotEmpty)
	}
}

// What a killed run has left is started again; with a file among it that is not
// from here, nothing is touched.
func TestInit_killed(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, ".nodebook-init-1/lessons/half", "ha")
	put(t, dir, "fixtures/wire/version.txt", "vector\n")
	if err := handout.Init(dir, first); err != nil {
		t.Fatal(err)
	}
	holds(t, dir, "go.mod", "module nodebook\n")
	if _, err := os.Stat(filepath.Join(dir, ".nodebook-init-1")); err == nil {
		t.Error("what was left over is still there")
	}
	dir = t.TempDir()
	put(t, dir, ".nodebook-init-1/lessons/half", "ha")
	put(t, dir, "fixtures/wire/version.txt", "changed\n")
	if err := handout.Init(dir, first); !errors.Is(err, handout.ErrNotEmpty) {
		t.Errorf("got %v, want %v", err, handout.ErrNotEmpty)
	}
	holds(t, dir, "fixtures/wire/version.txt", "changed\n")
}
