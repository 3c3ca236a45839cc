package author

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"nodebook/checker/internal/author/picture"
)

const redraw = "go run ./checker author pictures"

// drawn returns the pictures of the lessons at hand, by their path below the
// folder lessons.
func (r *Repo) drawn() (map[string][]byte, error) {
	all, err := picture.All()
	if err != nil {
		return nil, err
	}
	out := map[string][]byte{}
	for _, p := range all {
		here := p.Lesson == "" || slices.Contains(r.Book.Names(), p.Lesson)
		if here && (r.only == nil || r.only.Name == p.Lesson) {
			out[p.Path()] = p.SVG()
		}
	}
	return out, nil
}

// WritePictures draws the pictures of the pages and returns the files that have
// changed.
func (r *Repo) WritePictures() ([]string, error) {
	pictures, err := r.drawn()
	if err != nil {
		return nil, err
	}
	var changed []string
	for name, svg := range pictures {
		file := filepath.Join(r.Root, "lessons", filepath.FromSlash(name))
		if old, err := os.ReadFile(file); err == nil && bytes.Equal(old, svg) {
			continue
		}
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return changed, err
		}
		if err := os.WriteFile(file, svg, 0o644); err != nil {
			return changed, err
		}
		changed = append(changed, "lessons/"+name)
	}
	return changed, nil
}

// StalePictures reports pictures that are not what their sources give, that no
// page shows, and files that nothing draws.
func (r *Repo) StalePictures() ([]Complaint, error) {
	pictures, err := r.drawn()
	if err != nil {
		return nil, err
	}
	var out []Complaint
	for name, svg := range pictures {
		have, err := fs.ReadFile(r.Book.Pages, name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			out = append(out, complain("lessons/"+name, redraw, "this picture is missing"))
			continue
		case err != nil:
			return nil, err
		case !bytes.Equal(have, svg):
			out = append(out, complain("lessons/"+name, redraw, "this picture is stale"))
		}
		page := path.Join(path.Dir(path.Dir(name)), "README.md")
		text, err := fs.ReadFile(r.Book.Pages, page)
		if err != nil || !strings.Contains(string(text), "](pictures/"+path.Base(name)+")") {
			out = append(out, complain("lessons/"+page, fmt.Sprintf("![what it shows](pictures/%s)", path.Base(name)), "no line shows the picture %s", path.Base(name)))
		}
	}
	files, err := fs.Glob(r.Book.Pages, "*/pictures/*")
	if err != nil {
		return nil, err
	}
	top, err := fs.Glob(r.Book.Pages, "pictures/*")
	if err != nil {
		return nil, err
	}
	for _, name := range append(files, top...) {
		if pictures[name] == nil && (r.only == nil || strings.HasPrefix(name, r.only.Name+"/")) {
			out = append(out, complain("lessons/"+name, "name it in checker/internal/author/picture, or remove it", "nothing draws this file"))
		}
	}
	return out, nil
}
