package handout_test

import (
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"nodebook/checker/internal/handout"
)

// second is a later version: the page, a stub and the vectors are newer, one stub
// is gone and one is new.
var second = map[string][]byte{
	"go.mod":                          first["go.mod"],
	"lessons/lesson1/README.md":       []byte("newer page\n"),
	"lessons/lesson1/framing/ping.go": []byte("package framing // newer\n"),
	"lessons/lesson1/framing/new.go":  []byte("package framing // new\n"),
	"fixtures/wire/version.txt":       []byte("newer vector\n"),
}

func update(t *testing.T, root string, files map[string][]byte) map[string]handout.Action {
	t.Helper()
	old, err := handout.ReadManifest(root)
	if err != nil {
		t.Fatal(err)
	}
	changes, err := handout.Update(root, old, files)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]handout.Action{}
	for _, c := range changes {
		out[c.Name] = c.What
	}
	return out
}

func TestUpdate_untouched(t *testing.T) {
	root := fresh(t)
	if got := update(t, root, first); len(got) != 0 {
		t.Errorf("nothing is newer, yet %v", got)
	}
	want := map[string]handout.Action{
		"lessons/lesson1/README.md":       handout.Updated,
		"lessons/lesson1/framing/ping.go": handout.Updated,
		"lessons/lesson1/framing/new.go":  handout.Added,
		"lessons/lesson1/framing/pong.go": handout.Removed,
		"fixtures/wire/version.txt":       handout.Updated,
	}
	if got := update(t, root, second); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	for name, b := range second {
		holds(t, root, name, string(b))
	}
	if got := update(t, root, second); len(got) != 0 {
		t.Errorf("a second time: %v", got)
	}
}

// What the learner has changed, added or removed stays so, also over several
// updates, and the newer version lies beside it.
func TestUpdate_changed(t *testing.T) {
	root := fresh(t)
	put(t, root, "lessons/lesson1/framing/ping.go", "my ping")
	put(t, root, "lessons/lesson1/framing/pong.go", "my pong")
	put(t, root, "lessons/lesson1/framing/new.go", "my new")
	put(t, root, "lessons/lesson1/framing/own.go", "my own")
	put(t, root, "lessons/lesson1/README.md", "page with my remarks")
	if got := update(t, root, first); len(got) != 0 {
		t.Errorf("nothing is newer, yet %v", got)
	}
	got := update(t, root, second)
	want := map[string]handout.Action{
		"lessons/lesson1/README.md":       handout.Kept,
		"lessons/lesson1/framing/ping.go": handout.Kept,
		"lessons/lesson1/framing/new.go":  handout.Kept,
		"fixtures/wire/version.txt":       handout.Updated,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	for range 2 {
		holds(t, root, "lessons/lesson1/framing/ping.go", "my ping")
		holds(t, root, "lessons/lesson1/framing/pong.go", "my pong")
		holds(t, root, "lessons/lesson1/framing/new.go", "my new")
		holds(t, root, "lessons/lesson1/framing/own.go", "my own")
		holds(t, root, "lessons/lesson1/README.md", "page with my remarks")
		holds(t, root, ".nodebook/new/lessons/lesson1/framing/ping.go", "package framing // newer\n")
		update(t, root, second)
	}
}

// A file of code that the learner has removed, because its functions moved
// elsewhere, does not come back and clash with them; a fixture does.
func TestUpdate_removed(t *testing.T) {
	root := fresh(t)
	for _, name := range []string{"lessons/lesson1/framing/ping.go", "fixtures/wire/version.txt"} {
		if err := os.Remove(filepath.Join(root, name)); err != nil {
			t.Fatal(err)
		}
	}
	want := map[string]handout.Action{"fixtures/wire/version.txt": handout.Added}
	if got := update(t, root, first); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := update(t, root, second)["lessons/lesson1/framing/ping.go"]; got != handout.Kept {
		t.Errorf("a newer stub of what was removed: %q, want kept", got)
	}
	if _, err := os.Stat(filepath.Join(root, "lessons/lesson1/framing/ping.go")); err == nil {
		t.Error("what the learner removed came back")
	}
}

// Killed at any file, an update is finished by the next, and nothing of the
// learner's is touched.
func TestUpdate_killed(t *testing.T) {
	for stop := range len(second) {
		root := fresh(t)
		put(t, root, "lessons/lesson1/framing/ping.go", "my ping")
		old, err := handout.ReadManifest(root)
		if err != nil {
			t.Fatal(err)
		}
		half := maps.Clone(second) // the files that were written before the kill
		for name := range half {
			if len(half) > stop {
				delete(half, name)
			}
		}
		if _, err := handout.Update(root, old, half); err != nil {
			t.Fatal(err)
		}
		for name, b := range first { // files not in half were not reached yet
			if _, reached := half[name]; !reached && name != "lessons/lesson1/framing/ping.go" {
				put(t, root, name, string(b))
			}
		}
		if err := old.Write(root); err != nil {
			t.Fatal(err)
		}
		update(t, root, second)
		holds(t, root, "lessons/lesson1/framing/ping.go", "my ping")
		for name, b := range second {
			if name != "lessons/lesson1/framing/ping.go" {
				holds(t, root, name, string(b))
			}
		}
	}
}

func TestReadManifest_outside(t *testing.T) {
	root := t.TempDir()
	put(t, root, ".nodebook/handout", "00  ../outside\n")
	if _, err := handout.ReadManifest(root); err == nil {
		t.Error("a manifest that names a file outside the workbook was taken")
	}
}
