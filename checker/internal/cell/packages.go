package cell

import (
	_ "embed"
	"io/fs"
	"maps"
	"path"
	"strings"

	"nodebook/checker/internal/workbook"
	"nodebook/fixtures"
)

// Packages are the import paths of packages by the names they go by.
type Packages map[string]string

//go:embed std.txt
var stdText string

// Std is the standard library: the shortest path where two packages share a
// name, and the second version of math/rand.
func Std() Packages {
	p := Packages{}
	for line := range strings.Lines(stdText) {
		name, path, _ := strings.Cut(strings.TrimSpace(line), " ")
		p[name] = path
	}
	return p
}

// PackagesOf are the packages that the cells of a lesson find by name: those of
// the lesson and of the others, then fixtures, then the standard library.
func PackagesOf(book *workbook.Book, l *workbook.Lesson) Packages {
	p := Std()
	maps.Copy(p, fixturePackages())
	p["todo"] = "nodebook/lessons/todo" // of what is not written yet
	for _, name := range append(book.Names(), l.Name) {
		other, err := book.Lesson(name)
		if err != nil {
			continue
		}
		for _, pkg := range other.Packages {
			p[pkg.Name] = "nodebook/lessons/" + pkg.Dir
		}
	}
	return p
}

// fixturePackages are the folders of fixtures/ that hold Go.
func fixturePackages() Packages {
	p := Packages{}
	fs.WalkDir(fixtures.Files, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && path.Ext(name) == ".go" && path.Dir(name) != "." {
			dir := path.Dir(name)
			p[path.Base(dir)] = "nodebook/fixtures/" + dir
		}
		return nil
	})
	return p
}
