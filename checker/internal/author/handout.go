package author

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"nodebook/checker/internal/handout"
	"nodebook/checker/internal/stub"
)

// WriteHandout writes what the checker embeds so that it can hand out a workbook
// that needs no network: a go.mod with only what lessons, fixtures and hidden
// tests import, its go.sum, and those modules, vendored.
func (r *Repo) WriteHandout(ctx context.Context) error {
	files, err := r.handout(ctx)
	if err != nil {
		return err
	}
	for name, b := range files {
		if err := os.WriteFile(filepath.Join(r.Root, "checker/internal/handout/files", name), b, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// handout makes the embedded files again.
func (r *Repo) handout(ctx context.Context) (map[string][]byte, error) {
	dir, err := os.MkdirTemp("", "nodebook-handout-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if err := r.Scratch(dir); err != nil {
		return nil, err
	}
	lessons, err := r.Lessons()
	if err != nil {
		return nil, err
	}
	for _, l := range lessons {
		for _, p := range l.Packages {
			// The references, because a stub imports less, and the hidden tests.
			for _, name := range append(append([]string{}, p.Files...), p.Tests...) {
				src, err := fs.ReadFile(r.Book.Solutions, name)
				if err != nil {
					return nil, err
				}
				if err := os.WriteFile(filepath.Join(dir, "lessons", filepath.FromSlash(name)), stub.Retarget(src), 0o644); err != nil {
					return nil, err
				}
			}
		}
	}
	for _, args := range [][]string{{"mod", "tidy"}, {"mod", "vendor"}} {
		cmd := exec.CommandContext(ctx, "go", args...)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "GOFLAGS=-mod=mod")
		if args[1] == "vendor" {
			cmd.Env = append(os.Environ(), "GOFLAGS=")
		}
		if out, err := cmd.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, out)
		}
	}
	out := map[string][]byte{}
	for _, name := range []string{"go.mod", "go.sum"} {
		if out[name+".txt"], err = os.ReadFile(filepath.Join(dir, name)); err != nil {
			return nil, err
		}
	}
	out["vendor.zip"], err = zipFolder(dir, "vendor")
	return out, err
}

// zipFolder packs a folder, the same bytes for the same files.
func zipFolder(root, folder string) ([]byte, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	err := fs.WalkDir(os.DirFS(root), folder, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		src, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			return err
		}
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate})
		if err != nil {
			return err
		}
		_, err = w.Write(src)
		return err
	})
	if err := errors.Join(err, z.Close()); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// StaleHandout complains where the versions in the embedded go.mod are not the
// project's own.
func (r *Repo) StaleHandout() ([]Complaint, error) {
	mod, err := fs.ReadFile(handout.Embedded, "files/go.mod.txt")
	if err != nil {
		return nil, err
	}
	own, err := os.ReadFile(filepath.Join(r.Root, "go.mod"))
	if err != nil {
		return nil, err
	}
	const place, fix = "checker/internal/handout/files/go.mod.txt", "go run ./checker author handout"
	versions := requires(string(own))
	needed := requires(string(mod))
	if len(needed) == 0 {
		return []Complaint{complain(place, fix, "names no module")}, nil
	}
	var out []Complaint
	for path, v := range needed {
		if versions[path] != v {
			out = append(out, complain(place, fix, "has %s %s, the project has %q", path, v, versions[path]))
		}
	}
	return out, nil
}

// requires are the versions that a go.mod requires, by module path.
func requires(mod string) map[string]string {
	out := map[string]string{}
	for line := range strings.Lines(mod) {
		w := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "require "))
		if len(w) >= 2 && strings.HasPrefix(w[1], "v") {
			out[w[0]] = w[1]
		}
	}
	return out
}
