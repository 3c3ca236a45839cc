package author

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"nodebook/checker/internal/stub"
)

// change is a file of lessons/ that is not what the solutions make of it.
type change struct {
	name string // lessons/lesson1/framing/magic.go
	want []byte // nil: the file should not be there
	have bool
}

// changes compares lessons/ with what the solutions make of it.
func (r *Repo) changes() ([]change, error) {
	lessons, err := r.Lessons()
	if err != nil {
		return nil, err
	}
	var out []change
	for _, l := range lessons {
		want, err := stub.Files(r.Book, l)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", l.Name, err)
		}
		have, err := r.goFiles(l.Name)
		if err != nil {
			return nil, err
		}
		for _, name := range slices.Sorted(maps.Keys(want)) {
			old, there := have[name]
			if !there || !bytes.Equal(old, want[name]) {
				out = append(out, change{"lessons/" + name, want[name], there})
			}
		}
		for _, name := range slices.Sorted(maps.Keys(have)) {
			if want[name] == nil {
				out = append(out, change{"lessons/" + name, nil, true})
			}
		}
	}
	return out, nil
}

// goFiles are the Go files of a lesson's folder in lessons/.
func (r *Repo) goFiles(lesson string) (map[string][]byte, error) {
	files := map[string][]byte{}
	base := filepath.Join(r.Root, "lessons")
	err := filepath.WalkDir(filepath.Join(base, lesson), func(file string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || d.IsDir() || filepath.Ext(file) != ".go" {
			return err
		}
		b, err := os.ReadFile(file)
		rel, _ := filepath.Rel(base, file)
		files[filepath.ToSlash(rel)] = b
		return err
	})
	return files, err
}

// StaleStubs reports every file of lessons/ that "author stubs" would
// change.
func (r *Repo) StaleStubs() ([]Complaint, error) {
	changes, err := r.changes()
	var out []Complaint
	for _, c := range changes {
		what := "is not what the solutions make of it"
		switch {
		case c.want == nil:
			what = "comes from no solution"
		case !c.have:
			what = "is missing"
		}
		out = append(out, complain(c.name, "go run ./checker author stubs", "%s", what))
	}
	return out, err
}

// ErrModified says that a stub was not written because git calls the file that
// is there modified.
var ErrModified = errors.New("git calls it modified, so it may hold somebody's work")

// WriteStubs writes lessons/ from solutions/ and names the files it changed. It
// changes nothing at all if one of the files to change is modified.
func (r *Repo) WriteStubs() ([]string, error) {
	changes, err := r.changes()
	if err != nil {
		return nil, err
	}
	for _, c := range changes {
		if !c.have {
			continue
		}
		clean, err := r.clean(c.name)
		if err != nil {
			return nil, err
		}
		if !clean {
			return nil, fmt.Errorf("%s: %w", c.name, ErrModified)
		}
	}
	var names []string
	for _, c := range changes {
		at := filepath.Join(r.Root, filepath.FromSlash(c.name))
		if c.want == nil {
			err = os.Remove(at)
		} else if err = os.MkdirAll(filepath.Dir(at), 0o755); err == nil {
			err = os.WriteFile(at, c.want, 0o644)
		}
		if err != nil {
			return names, err
		}
		names = append(names, c.name)
	}
	return names, nil
}

// clean reports whether git has the file as it is on disk.
func (r *Repo) clean(name string) (bool, error) {
	cmd := exec.Command("git", "status", "--porcelain", "--ignored", "--", name)
	cmd.Dir = r.Root
	out, err := cmd.Output()
	if err != nil {
		return false, fmt.Errorf("git status: %w", err)
	}
	return strings.TrimSpace(string(out)) == "", nil
}
