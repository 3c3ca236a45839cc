package cli

import (
	"cmp"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"nodebook/checker/internal/edit"
	"nodebook/checker/internal/report"
	"nodebook/checker/internal/workbook"

	"github.com/rogpeppe/go-internal/diff"
)

// diffExercise shows the functions of an exercise, the learner's against those
// of another source.
func (a *app) diffExercise(w *work, other func(file string) ([]byte, error), label string) error {
	same := true
	for _, f := range w.exercise.Funcs {
		src, err := other(f.File)
		if err != nil {
			return err
		}
		theirs, err := edit.Text(f.File, src, f.Name)
		if err != nil {
			return err
		}
		file, mine, err := w.find(f)
		if err != nil {
			fmt.Fprintf(a.out, "%s\n", report.Clean(err.Error()))
		}
		old, new := ended(theirs), ended(mine)
		oldName, newName := label+"/"+f.File, file
		if label == "reference" {
			old, new, oldName, newName = new, old, newName, oldName
		}
		same = a.showDiff(oldName, old, newName, new) && same
	}
	if same {
		fmt.Fprintf(a.out, "%s is the same as the %s\n", w.exercise.Name, label)
	}
	return nil
}

// find is the learner's text of a function and the file that holds it, any one
// of its package. If it is not found, the error says why, and the file is the
// one it was handed out in.
func (w *work) find(f *workbook.Func) (file, text string, err error) {
	home := "lessons/" + f.File
	others, _ := filepath.Glob(filepath.Join(w.dir, filepath.FromSlash(path.Dir(home)), "*.go"))
	for _, file := range append([]string{filepath.Join(w.dir, filepath.FromSlash(home))}, others...) {
		name := "lessons/" + path.Dir(f.File) + "/" + filepath.Base(file)
		src, rerr := os.ReadFile(file)
		if rerr == nil {
			text, rerr = edit.Text(name, edit.Plain(src), f.Name)
		} else {
			rerr = fmt.Errorf("%s is missing", name)
		}
		if rerr == nil {
			return name, text, nil
		}
		err = cmp.Or(err, rerr)
	}
	return home, "", err
}

// ended is a text with the end of its last line.
func ended(text string) []byte {
	if text == "" {
		return nil
	}
	return []byte(text + "\n")
}

// showDiff prints a unified diff, and reports whether there was none.
func (a *app) showDiff(oldName string, old []byte, newName string, new []byte) bool {
	text := string(diff.Diff(oldName, old, newName, new))
	s := style(a.out)
	for i, line := range slices.Collect(strings.Lines(text)) {
		if i == 0 && strings.HasPrefix(line, "diff ") {
			continue
		}
		fmt.Fprint(a.out, s.DiffLine(report.Clean(line)))
	}
	return text == ""
}
