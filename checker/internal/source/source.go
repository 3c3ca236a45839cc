// Package source puts together the code that is judged: the learner's files,
// references instead of some of them, and the hidden tests beside them.
//
// Nothing is written into the learner's folder. A [Tree] is what the folder
// would look like; the engines lay it over the real one.
package source

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"nodebook/checker/internal/stub"
	"nodebook/checker/internal/workbook"
)

// Mode says where references stand in for the learner's code.
type Mode string

// The modes of --solutions.
const (
	None    Mode = "none"
	Earlier Mode = "earlier" // in the lessons before the one judged
	All     Mode = "all"     // in the lesson judged as well

	// Missing is for programs alone: references stand in for functions that are
	// not written, in whatever lesson. A verdict on them would say nothing.
	Missing Mode = "missing"
)

// ParseMode reads a mode.
func ParseMode(s string) (Mode, error) {
	switch m := Mode(s); m {
	case None, Earlier, All:
		return m, nil
	case Missing:
		return "", errors.New(`missing is for "checker run": an exercise that is not written has no verdict but that`)
	}
	return "", fmt.Errorf("no mode %q: use none, earlier or all", s)
}

// ParseProgramMode reads a mode for running a program.
func ParseProgramMode(s string) (Mode, error) {
	switch m := Mode(s); m {
	case None, Earlier, Missing, All:
		return m, nil
	}
	return "", fmt.Errorf("no mode %q: use none, earlier, missing or all", s)
}

// Tree is a learner's lessons as they are judged. Paths are slash-separated and
// relative to the workbook's root: lessons/lesson1/framing/magic.go.
type Tree struct {
	Root    string
	Lesson  *workbook.Lesson
	Files   map[string][]byte // Go files of the judged lesson's packages, without tests
	Tests   map[string][]byte // hidden tests
	Overlay map[string][]byte // what differs from the disk; nil masks a file
	Skipped []string          // what is called a Go file and is none, in words
}

// Build puts together the tree of a lesson. Extra is laid over all else, as the
// author's wrong solutions are; nil masks a file.
func Build(root string, b *workbook.Book, l *workbook.Lesson, mode Mode, extra map[string][]byte) (*Tree, error) {
	t := &Tree{Root: root, Lesson: l, Files: map[string][]byte{}, Tests: map[string][]byte{}, Overlay: map[string][]byte{}}
	if mode == Earlier || mode == All {
		for _, name := range b.Before(l) {
			earlier, err := b.Lesson(name)
			if err != nil {
				return nil, err
			}
			if err := t.reference(b, earlier); err != nil {
				return nil, err
			}
		}
	}
	if mode == All {
		if err := t.reference(b, l); err != nil {
			return nil, err
		}
	}
	for name, src := range extra {
		t.Overlay[name] = src
	}
	for _, p := range l.Packages {
		if err := t.collect("lessons/" + p.Dir); err != nil {
			return nil, err
		}
		for _, name := range p.Tests {
			src, err := fs.ReadFile(b.Solutions, name)
			if err != nil {
				return nil, err
			}
			t.Tests["lessons/"+name] = stub.Retarget(src)
			t.Overlay["lessons/"+name] = stub.Retarget(src)
		}
	}
	return t, nil
}

// reference lays a lesson's reference over the learner's files, and masks what
// else is there.
func (t *Tree) reference(b *workbook.Book, l *workbook.Lesson) error {
	for _, p := range l.Packages {
		names, err := goFiles(t.Root, "lessons/"+p.Dir)
		if err != nil {
			return err
		}
		for _, name := range names {
			t.Overlay[name] = nil
		}
		for _, name := range p.Files {
			src, err := fs.ReadFile(b.Solutions, name)
			if err != nil {
				return err
			}
			t.Overlay["lessons/"+name] = stub.Retarget(src)
		}
	}
	return nil
}

// collect reads the Go files of a package as the overlay leaves them, and masks
// the learner's own tests.
func (t *Tree) collect(dir string) error {
	names, err := goFiles(t.Root, dir)
	if err != nil {
		return err
	}
	for _, name := range names {
		if _, laid := t.Overlay[name]; laid {
			continue
		}
		if strings.HasSuffix(name, "_test.go") {
			t.Overlay[name] = nil
			continue
		}
		if kind := irregular(filepath.Join(t.Root, filepath.FromSlash(name))); kind != "" { // to open it may never end
			t.Overlay[name] = nil
			t.Skipped = append(t.Skipped, fmt.Sprintf("%s is %s, not a file: it is skipped", name, kind))
			continue
		}
		src, err := os.ReadFile(filepath.Join(t.Root, filepath.FromSlash(name)))
		if err != nil {
			return err
		}
		t.Files[name] = src
	}
	for name, src := range t.Overlay {
		if path.Dir(name) == dir && src != nil && !strings.HasSuffix(name, "_test.go") {
			t.Files[name] = src
		}
	}
	return nil
}

// irregular says what a path leads to that is no regular file, through links; ""
// if it is one, or is not there.
func irregular(file string) string {
	info, err := os.Stat(file)
	if err != nil || info.Mode().IsRegular() {
		return ""
	}
	switch mode := info.Mode(); {
	case mode.IsDir():
		return "a link to a folder"
	case mode&fs.ModeNamedPipe != 0:
		return "a named pipe"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	case mode&fs.ModeDevice != 0:
		return "a device"
	}
	return "something else"
}

// goFiles are the .go files of a folder, which need not exist, without those that
// Go never looks at: editors keep locks and copies under such names.
func goFiles(root, dir string) ([]string, error) {
	entries, err := os.ReadDir(filepath.Join(root, filepath.FromSlash(dir)))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if !e.IsDir() && path.Ext(e.Name()) == ".go" && !strings.ContainsAny(e.Name()[:1], "_.") {
			names = append(names, path.Join(dir, e.Name()))
		}
	}
	return names, nil
}
