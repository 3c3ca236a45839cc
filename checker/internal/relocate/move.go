package relocate

import (
	"bytes"
	"errors"
	"go/types"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"nodebook/checker/internal/edit"
)

// Before is the folder, below a workbook's root, that keeps the learner's files
// as they were before a move.
const Before = ".nodebook/before-lesson6"

// Workbook is a learner's workbook of the old layout.
type Workbook struct {
	Root      string
	Untouched func(name string, text []byte) bool // it is as it was handed out
	Fresh     map[string][]byte                   // what is handed out now, by path
	Importer  types.Importer                      // of packages that are not the workbook's
}

// Move moves a workbook's code, and returns the plan that it carried out. files are
// those of the plan that somebody has changed since a move that was interrupted:
// they stay as they are.
//
// The learner's files are copied below [Before] first. A move that was killed is
// finished by the next, which begins with the copies.
func (w Workbook) Move() (plan Plan, changed []string, err error) {
	originals, err := w.originals()
	if err != nil || len(originals) == 0 {
		return Plan{}, nil, err
	}
	others, err := w.others()
	if err != nil {
		return Plan{}, nil, err
	}
	fresh := map[string][]byte{}
	for name, b := range w.Fresh {
		if strings.HasPrefix(name, "lessons/lesson5/") || strings.HasPrefix(name, "lessons/lesson6/") {
			fresh[name] = b
		}
	}
	plan = New(originals, fresh, others, w.Importer)
	for _, name := range slices.Sorted(maps.Keys(plan.Files)) {
		ok, err := w.write(name, plan.Files[name], originals[name])
		if err != nil {
			return plan, changed, err
		}
		if !ok {
			changed = append(changed, name)
		}
	}
	for name, was := range originals {
		at := filepath.Join(w.Root, filepath.FromSlash(name))
		if have, err := os.ReadFile(at); plan.Files[name] == nil && err == nil && bytes.Equal(have, was) {
			if err := os.Remove(at); err != nil {
				return plan, changed, err
			}
		}
	}
	return plan, changed, nil
}

// write writes a file of the plan, unless there is something else by now.
func (w Workbook) write(name string, want, was []byte) (bool, error) {
	at := filepath.Join(w.Root, filepath.FromSlash(name))
	have, err := os.ReadFile(at)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return false, err
	case bytes.Equal(have, want):
		return true, nil
	case !bytes.Equal(have, was) && !w.Untouched(name, have) && !bytes.Equal(have, w.Fresh[name]):
		return false, nil
	}
	return true, edit.WriteFile(at, want)
}

// originals are the learner's files before the move: from the copies if there
// are any, and otherwise from the workbook, which are then copied.
func (w Workbook) originals() (map[string][]byte, error) {
	before := filepath.Join(w.Root, filepath.FromSlash(Before))
	if _, err := os.Stat(before); err == nil {
		return read5(before, func(string, []byte) bool { return true })
	}
	out, err := read5(w.Root, func(name string, text []byte) bool { return concerns(name, text) && !w.Untouched(name, text) })
	if err != nil || len(out) == 0 {
		return nil, err
	}
	half := before + ".tmp"
	if err := os.RemoveAll(half); err != nil {
		return nil, err
	}
	for name, b := range out {
		at := filepath.Join(half, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			return nil, err
		}
		if err := os.WriteFile(at, b, 0o644); err != nil {
			return nil, err
		}
	}
	return out, os.Rename(half, before)
}

// others is the code of the workbook that stays where it is.
func (w Workbook) others() (map[string][]byte, error) {
	out := map[string][]byte{}
	err := fs.WalkDir(os.DirFS(w.Root), "lessons", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go") {
			return err
		}
		b, err := os.ReadFile(filepath.Join(w.Root, filepath.FromSlash(name)))
		if old := slices.ContainsFunc(folders, func(f folder) bool { return f.whole && f.old == filepath.ToSlash(filepath.Dir(name)) }); !old {
			out[name] = b
		}
		return err
	})
	return out, err
}

// read5 reads the files of lesson 5 below a root that are wanted.
func read5(root string, want func(name string, text []byte) bool) (map[string][]byte, error) {
	out := map[string][]byte{}
	err := fs.WalkDir(os.DirFS(root), "lessons/lesson5", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
		if err == nil && want(name, b) {
			out[name] = b
		}
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		return out, nil
	}
	return out, err
}
