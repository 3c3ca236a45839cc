package handout

import (
	"bytes"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"nodebook/checker/internal/edit"
)

// Change is what an update does about a file.
type Change struct {
	Name string
	What Action
}

// Action is one of the ways an update treats a file that has a newer version.
type Action string

// The actions. Kept means that the learner has changed or removed the file: the
// newer version is put below [New] and the file stays as it is.
const (
	Added   Action = "added"
	Updated Action = "updated"
	Removed Action = "removed"
	Kept    Action = "kept"
)

// New is the folder, below a workbook's root, for newer versions of files that
// the learner has changed.
const New = ".nodebook/new"

// Update brings a workbook to new files and touches nothing that was changed
// since it was handed out. Killed half-way, it is finished by the next.
func Update(root string, old Manifest, files map[string][]byte) ([]Change, error) {
	var out []Change
	for _, name := range slices.Sorted(maps.Keys(files)) {
		action, err := bring(root, name, old[name], files[name])
		if action != "" {
			out = append(out, Change{name, action})
		}
		if err != nil {
			return out, err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(old)) {
		if _, still := files[name]; still {
			continue
		}
		at := filepath.Join(root, filepath.FromSlash(name))
		if have, err := os.ReadFile(at); err == nil && sum(have) == old[name] {
			if err := os.Remove(at); err != nil {
				return out, err
			}
			out = append(out, Change{name, Removed})
		}
	}
	return out, Sums(files).Write(root)
}

// bring makes one file what it should be, or keeps the learner's. was is the sum
// of the version handed out before, "" if there was none.
func bring(root, name, was string, want []byte) (Action, error) {
	at := filepath.Join(root, filepath.FromSlash(name))
	have, err := os.ReadFile(at)
	gone := errors.Is(err, fs.ErrNotExist)
	switch {
	case err != nil && !gone:
		return "", err
	case gone && (was == "" || !theirs(name)):
		return Added, edit.WriteFile(at, want)
	case !gone && bytes.Equal(have, want):
		return "", nil
	case !gone && sum(have) == was:
		return Updated, edit.WriteFile(at, want)
	case was == sum(want): // the learner's work; nothing newer
		return "", nil
	}
	return Kept, edit.WriteFile(filepath.Join(root, filepath.FromSlash(New), filepath.FromSlash(name)), want)
}

// theirs reports whether a file is one that learners may move or remove: code of
// the lessons. Anything else that is missing is brought back.
func theirs(name string) bool {
	return strings.HasPrefix(name, "lessons/") && strings.HasSuffix(name, ".go") && !strings.HasPrefix(name, "lessons/todo/")
}
