package cli

import (
	"os"
	"path/filepath"
	"strings"
)

// fromHere rewrites a place below root as it is seen from the current folder,
// so that a terminal or an editor can open it.
func fromHere(root string) func(string) string {
	wd, err := os.Getwd()
	if real, rerr := filepath.EvalSymlinks(wd); rerr == nil {
		wd = real // as root is
	}
	return func(place string) string {
		if err != nil || !strings.HasPrefix(place, "lessons/") {
			return place
		}
		if rel, err := filepath.Rel(wd, filepath.Join(root, filepath.FromSlash(place))); err == nil {
			return rel
		}
		return place
	}
}

// seenFromHere is a path as it is seen from the current folder, where that is
// shorter.
func seenFromHere(file string) string {
	wd, err := os.Getwd()
	if err != nil {
		return file
	}
	if rel, err := filepath.Rel(wd, file); err == nil && len(rel) < len(file) {
		return rel
	}
	return file
}
