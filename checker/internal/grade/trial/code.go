package trial

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"nodebook/checker/internal/build"
	"nodebook/checker/internal/source"
	"nodebook/checker/internal/verdict"
)

// collect reads what a tree compiles: the lesson's packages and those of the
// workbook that they and their tests import.
func collect(t *source.Tree) *build.Code {
	var dirs []string
	for _, p := range t.Lesson.Packages {
		dirs = append(dirs, p.Dir)
		for _, name := range slices.Sorted(maps.Keys(t.Tests)) {
			if path.Dir(name) == "lessons/"+p.Dir {
				own, _ := build.Imports(t.Tests[name])
				dirs = append(dirs, own...)
			}
		}
	}
	return build.Collect(build.ReadTree(t), dirs)
}

// keyOf is that of all the code, and of what a look at it found: the lesson's name
// tells two lessons apart of which there is no code at all.
func keyOf(c *build.Code, j verdict.Job) (sum [sha256.Size]byte) {
	h := sha256.New()
	fmt.Fprintf(h, "%s %q\n", j.Tree.Lesson.Name, j.Look.Problems)
	for _, p := range c.Packages {
		h.Write(p.Key[:])
	}
	h.Sum(sum[:0])
	return sum
}

// cutDir parts lesson1/framing into the lesson's name and the rest.
func cutDir(dir string) (lesson, rest string, ok bool) { return strings.Cut(dir, "/") }
