package handout

import (
	"go/types"
	"maps"
	"path/filepath"

	"nodebook/checker/internal/edit"
	"nodebook/checker/internal/relocate"
)

// Relocate moves a learner's code if lessons have other folders in files than in
// old, and returns the manifest with which [Update] finishes the rest.
func Relocate(root string, old Manifest, files map[string][]byte, imp types.Importer) (relocate.Plan, []Change, Manifest, error) {
	if !Splits(old, files) {
		return relocate.Plan{}, nil, old, nil
	}
	w := relocate.Workbook{Root: root, Fresh: files, Importer: imp,
		Untouched: func(name string, text []byte) bool { return old[name] == sum(text) }}
	plan, changed, err := w.Move()
	if err != nil {
		return plan, nil, old, err
	}
	var out []Change
	next := maps.Clone(old)
	for name := range plan.Files {
		delete(next, name)
		if b := files[name]; b != nil {
			next[name] = sum(b) // nothing newer: it has been brought
		}
	}
	for _, name := range changed {
		if err := edit.WriteFile(filepath.Join(root, filepath.FromSlash(New), filepath.FromSlash(name)), plan.Files[name]); err != nil {
			return plan, out, old, err
		}
		out = append(out, Change{name, Kept})
	}
	return plan, out, next, nil
}

// Splits reports whether files have lesson 5 in two lessons, and the workbook has it in one.
func Splits(old Manifest, files map[string][]byte) bool {
	return relocate.Split(func(name string) bool { return old[name] != "" }, files)
}
