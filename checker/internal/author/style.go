package author

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"nodebook/checker/internal/workbook"
)

//go:embed style.txt
var styleText string

// baselineFile is how many hits a folder may have: what is not rewritten yet.
const baselineFile = "checker/internal/author/style-baseline.txt"

// wording is a pattern of the style sheet.
type wording struct {
	re      *regexp.Regexp
	instead string
	pages   bool // in the prose of pages alone
}

// Hit is a line that has words which the project does not use.
type Hit struct {
	File    string // relative to the repository
	Line    int
	Found   string
	Instead string
}

func (h Hit) String() string {
	return fmt.Sprintf("%s:%d: %q: write %s", h.File, h.Line, h.Found, h.Instead)
}

// wordings reads the style sheet.
func wordings() ([]wording, error) {
	var out []wording
	pages := false
	for n, line := range strings.Split(styleText, "\n") {
		if line == "[pages]" {
			pages = true
		}
		if line == "" || line[0] == '#' || line == "[pages]" {
			continue
		}
		pattern, instead, _ := strings.Cut(line, "\t")
		re, err := regexp.Compile("(?m)" + pattern)
		if err != nil || instead == "" {
			return nil, fmt.Errorf("style.txt:%d: want a regular expression, a tab and what to write instead: %w", n+1, err)
		}
		out = append(out, wording{re, instead, pages})
	}
	return out, nil
}

// Style returns the hits in all pages, documents, comments and messages.
//
// Errors: those of reading the files and the style sheet.
func (r *Repo) Style() ([]Hit, error) {
	words, err := wordings()
	if err != nil {
		return nil, err
	}
	var out []Hit
	err = filepath.WalkDir(r.Root, func(file string, d fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(r.Root, file)
		name := filepath.ToSlash(rel)
		switch {
		case err != nil:
			return err
		case d.IsDir() && skipped(name):
			return fs.SkipDir
		case d.IsDir() || !written(name):
			return nil
		}
		text, err := os.ReadFile(file)
		out = append(out, hits(name, text, words)...)
		return err
	})
	return out, err
}

// skipped reports whether nobody writes what is in a folder: generated code, or
// somebody else's.
func skipped(folder string) bool {
	switch path.Base(folder) {
	case ".git", ".nodebook", "node_modules", "vendor", "artefacts", "testdata":
		return true
	}
	return folder == "checker/internal/interpreter/compiled" || folder == "checker/internal/interpreter/symbols"
}

// written reports whether a file has words of the project. The code in lessons/
// is generated from solutions/.
func written(name string) bool {
	switch path.Ext(name) {
	case ".md", ".ts", ".html":
		return true
	case ".go":
		return !strings.HasPrefix(name, "lessons/") || strings.HasPrefix(name, "lessons/todo/")
	}
	return false
}

// hits are those of one file.
func hits(name string, text []byte, words []wording) []Hit {
	page := strings.HasPrefix(name, "lessons/") && path.Ext(name) == ".md"
	prose := map[int]bool{}
	if page {
		text, prose = ownWords(text)
	}
	words = slices.DeleteFunc(slices.Clone(words), func(w wording) bool { return !w.re.Match(text) })
	if len(words) == 0 {
		return nil
	}
	var out []Hit
	for i, line := range strings.Split(string(text), "\n") {
		if strings.Contains(line, "style-ok: ") {
			continue
		}
		for _, w := range words {
			if w.pages && !prose[i] {
				continue
			}
			if m := w.re.FindString(line); m != "" {
				out = append(out, Hit{name, i + 1, strings.TrimSpace(m), w.instead})
			}
		}
	}
	return out
}

// ownWords empties the blocks of a page that come from elsewhere, where they are
// looked at, and says which lines are prose.
func ownWords(text []byte) ([]byte, map[int]bool) {
	lines := strings.Split(string(text), "\n")
	prose := map[int]bool{}
	for i := range lines {
		prose[i] = true
	}
	for _, b := range workbook.ParsePage(string(text)).Blocks {
		filled := b.Kind == "exercise" || b.Kind == "decl" || b.Lang == "hex" || b.Lang == "console" || b.Lang == "output"
		for i := range strings.Count(b.Text, "\n") {
			prose[b.Line+i] = false
			if filled {
				lines[b.Line+i] = ""
			}
		}
	}
	return []byte(strings.Join(lines, "\n")), prose
}

// baseline is how many hits each folder or file may have; the longest path that
// contains a file is the one that counts.
func (r *Repo) baseline() (map[string]int, error) {
	out := map[string]int{}
	text, err := os.ReadFile(filepath.Join(r.Root, filepath.FromSlash(baselineFile)))
	if errors.Is(err, fs.ErrNotExist) { // everything is rewritten
		return out, nil
	}
	if err != nil {
		return nil, err
	}
	for n, line := range strings.Split(string(text), "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		count, folder, _ := strings.Cut(line, " ")
		if out[folder], err = strconv.Atoi(count); err != nil {
			return nil, fmt.Errorf("%s:%d: want a count and a folder: %w", baselineFile, n+1, err)
		}
	}
	return out, nil
}

// counted groups hits by the folders of a baseline; "." has the rest.
func counted(all []Hit, base map[string]int) map[string][]Hit {
	out := map[string][]Hit{}
	for _, h := range all {
		folder := h.File
		for ; folder != "."; folder = path.Dir(folder) {
			if _, ok := base[folder]; ok {
				break
			}
		}
		out[folder] = append(out[folder], h)
	}
	return out
}

// BadStyle reports the folders that have more hits than their baseline allows.
func (r *Repo) BadStyle() ([]Complaint, error) {
	all, err := r.Style()
	if err != nil {
		return nil, err
	}
	base, err := r.baseline()
	if err != nil {
		return nil, err
	}
	var out []Complaint
	for folder, found := range counted(all, base) {
		if len(found) <= base[folder] {
			continue
		}
		var list strings.Builder
		for _, h := range found[:min(len(found), 40)] {
			fmt.Fprintf(&list, "\n    %s", h)
		}
		out = append(out, complain(folder, "rewrite the line, or end it with style-ok: and the reason",
			"%d lines have words that we do not use, at most %d may:%s", len(found), base[folder], list.String()))
	}
	slices.SortFunc(out, func(a, b Complaint) int { return strings.Compare(a.Place, b.Place) })
	return out, nil
}

// LowerBaseline writes the counts of today where they are lower than before. It
// never raises one: that is for a person to do, and to explain.
func (r *Repo) LowerBaseline() error {
	all, err := r.Style()
	if err != nil {
		return err
	}
	base, err := r.baseline()
	if err != nil {
		return err
	}
	found := counted(all, base)
	file := filepath.Join(r.Root, filepath.FromSlash(baselineFile))
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	for folder, most := range base {
		if n := len(found[folder]); n < most {
			text = bytes.Replace(text, fmt.Appendf(nil, "\n%d %s\n", most, folder), fmt.Appendf(nil, "\n%d %s\n", n, folder), 1)
		}
	}
	return os.WriteFile(file, text, 0o644)
}
