package cli

import (
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"

	"nodebook/checker/internal/author"
)

// sayWarming says, the first time that a build cache is used, why the answer
// takes so long. The function it returns notes that the cache is warm.
func (a *app) sayWarming() (done func()) {
	if _, err := exec.LookPath("go"); err != nil {
		return func() {}
	}
	builds, marker := warmMarker()
	_, merr := os.Stat(marker)
	if _, err := os.Stat(filepath.Join(builds, "00")); marker == "" || err == nil && merr == nil {
		return func() {}
	}
	fmt.Fprintln(a.errs, author.FirstRun+"compiling the standard library and the tests' packages, which takes a minute or more; later runs take well under a second")
	return a.noteWarm()
}

// noteWarm returns a function that notes that the build cache is warm.
func (a *app) noteWarm() (done func()) {
	_, marker := warmMarker()
	return func() {
		if marker != "" && os.MkdirAll(filepath.Dir(marker), 0o755) == nil {
			os.WriteFile(marker, nil, 0o644)
		}
	}
}

// warmMarker is go's build cache and the file that says it was used; "" where
// the user has no cache folder.
func warmMarker() (builds, marker string) {
	caches, err := os.UserCacheDir()
	if err != nil {
		return "", ""
	}
	builds = os.Getenv("GOCACHE")
	if builds == "" {
		builds = filepath.Join(caches, "go-build")
	}
	id := sha256.Sum256([]byte(builds + "\n" + runtime.Version()))
	return builds, filepath.Join(caches, "nodebook", fmt.Sprintf("warm-%x", id[:8]))
}
