package handout

import (
	"embed"
	"io/fs"
	"strings"
)

// extras are files that only a handed-out workbook has. A leading "dot-" in a
// name stands for a dot: embed leaves out what begins with one.
//
//go:embed extras
var extras embed.FS

// Extras are the workbook's own README, editor settings and .gitignore.
func Extras() (map[string][]byte, error) {
	out := map[string][]byte{}
	err := fs.WalkDir(extras, "extras", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := extras.ReadFile(name)
		to := strings.TrimPrefix(name, "extras/")
		out[strings.ReplaceAll(to, "dot-", ".")] = b
		return err
	})
	return out, err
}
