package outside

import (
	"os"
	"path/filepath"
	"testing"
)

// The judge of a batch is there when the cache that it came from is not.
func TestPlanIn(t *testing.T) {
	cached := &Plan{Child: "package main\n", dir: t.TempDir()}
	if err := os.WriteFile(cached.Judge(), []byte("#!"), 0o755); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "judges", "lesson1-framing")
	for range 2 { // a batch that was killed has left one
		own, err := cached.In(dir)
		if err != nil {
			t.Fatal(err)
		}
		if own.Child != cached.Child || !exists(own.Judge()) || own.Judge() == cached.Judge() {
			t.Errorf("%+v", own)
		}
	}
	os.RemoveAll(cached.dir)
	if b, err := os.ReadFile(filepath.Join(dir, "judge")); string(b) != "#!" || err != nil {
		t.Errorf("%q, %v", b, err)
	}
}
