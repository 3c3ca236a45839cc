package workbook

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// ErrNoWorkbook says that a folder is not inside a workbook.
var ErrNoWorkbook = errors.New("this folder is not inside a workbook")

// Find is the workbook's root: the nearest folder from dir upwards whose go.mod
// says "module nodebook" and that has a lessons folder.
func Find(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	for at := dir; ; {
		if isRoot(at) {
			return at, nil
		}
		up := filepath.Dir(at)
		if up == at {
			return "", fmt.Errorf("%w: %s", ErrNoWorkbook, dir)
		}
		at = up
	}
}

func isRoot(dir string) bool {
	mod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil {
		return false
	}
	info, err := os.Stat(filepath.Join(dir, "lessons"))
	if err != nil || !info.IsDir() {
		return false
	}
	for line := range strings.Lines(string(mod)) {
		if words := strings.Fields(line); len(words) > 1 && words[0] == "module" {
			return words[1] == "nodebook"
		}
	}
	return false
}
