package cli_test

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"nodebook/checker/internal/relocate"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/rogpeppe/go-internal/txtar"
)

// before6 makes a workbook one that was handed out before lesson 6 was, with what a
// learner had written in it.
func before6(ts *testscript.TestScript, root string) {
	ts.Check(os.RemoveAll(ts.MkAbs("lessons/lesson6")))
	var manifest strings.Builder
	for line := range strings.Lines(ts.ReadFile(".nodebook/handout")) {
		_, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
		switch code := strings.HasPrefix(name, "lessons/lesson5/") && strings.HasSuffix(name, ".go"); {
		case code:
			ts.Check(os.Remove(ts.MkAbs(name)))
		case !strings.HasPrefix(name, "lessons/lesson6/"):
			manifest.WriteString(line)
		}
	}
	old := relocate.HandedOut()
	for _, name := range slices.Sorted(maps.Keys(old)) {
		fmt.Fprintf(&manifest, "%x  %s\n", sha256.Sum256(old[name]), name)
	}
	learner, err := txtar.ParseFile(filepath.Join(root, "checker/internal/relocate/testdata/learner.txtar"))
	ts.Check(err)
	for _, f := range learner.Files {
		old[f.Name] = f.Data
	}
	old[".nodebook/handout"] = []byte(manifest.String())
	for name, b := range old {
		at := ts.MkAbs(filepath.FromSlash(name))
		ts.Check(os.MkdirAll(filepath.Dir(at), 0o755))
		ts.Check(os.WriteFile(at, b, 0o644))
	}
}
