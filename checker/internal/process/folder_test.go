//go:build unix

package process

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"nodebook/checker/needs"
)

func TestFolder_sweep(t *testing.T) {
	needs.Shell(t)
	gone := exec.Command("true")
	if err := gone.Run(); err != nil {
		t.Fatal(err)
	}
	tmp := t.TempDir()
	folders := []struct {
		name, why string
		stays     bool
	}{
		{fmt.Sprintf("nodebook-%d-%s-1", gone.Process.Pid, here()), "its process has ended", false},
		{fmt.Sprintf("nodebook-%d-%s-1", os.Getpid(), here()), "its process is this one", true},
		{fmt.Sprintf("nodebook-1-%s-1", here()), "its process is the first one, of another user perhaps", true},
		{fmt.Sprintf("nodebook-%d-00000000-1", gone.Process.Pid), "its process may live on another machine", true},
		{"nodebook-notes", "it is somebody's own", true},
	}
	for _, f := range folders {
		if err := os.MkdirAll(filepath.Join(tmp, f.name, "deep"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	sweep(tmp)
	for _, f := range folders {
		if _, err := os.Stat(filepath.Join(tmp, f.name)); (err == nil) != f.stays {
			t.Errorf("%s: stays %v, want %v: %s", f.name, err == nil, f.stays, f.why)
		}
	}
}
