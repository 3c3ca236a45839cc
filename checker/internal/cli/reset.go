package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"nodebook/checker/internal/edit"
	"nodebook/checker/internal/progress"
	"nodebook/checker/internal/stub"
	"nodebook/checker/internal/workbook"

	"github.com/spf13/cobra"
)

func (a *app) reset() *cobra.Command {
	return &cobra.Command{
		Use:   "reset lesson [exercise]",
		Short: "Bring back the stubs of a lesson or of an exercise; what was there is kept",
		Long: `Bring back the stubs of a lesson, or of one exercise. Your files are copied first
to a folder below .nodebook/backup, whose name is printed.`,
		Example:           "  checker reset lesson1 ReadMagic\n  checker reset lesson1",
		Args:              cobra.RangeArgs(1, 2),
		ValidArgsFunction: a.completeOne,
		RunE: func(cmd *cobra.Command, args []string) error {
			w, err := a.open(args)
			if err != nil {
				return err
			}
			changed, err := w.resetFiles()
			if err != nil {
				return err
			}
			if len(changed) == 0 {
				fmt.Fprintln(a.out, "nothing to reset: these are the stubs already")
				return nil
			}
			where, err := backup(w.dir, slices.Sorted(maps.Keys(changed)))
			if err != nil {
				return err
			}
			fmt.Fprintf(a.out, "what was there is in %s\n", seenFromHere(filepath.Join(w.dir, where)))
			for _, name := range slices.Sorted(maps.Keys(changed)) {
				if err := edit.WriteFile(filepath.Join(w.dir, name), changed[name]); err != nil {
					return err
				}
				fmt.Fprintln(a.out, "reset", name)
			}
			for _, name := range w.own() {
				fmt.Fprintf(a.out, "%s is yours alone and stays as it is\n", name)
			}
			return w.forget()
		},
	}
}

// resetFiles are the files that a reset changes, as they will be.
func (w *work) resetFiles() (map[string][]byte, error) {
	stubs, err := stub.Files(w.book, w.lesson)
	if err != nil {
		return nil, err
	}
	if !w.named {
		out := map[string][]byte{}
		for name, src := range stubs {
			name = filepath.FromSlash("lessons/" + name)
			if old, err := os.ReadFile(filepath.Join(w.dir, name)); err != nil || string(old) != string(src) {
				out[name] = src
			}
		}
		return out, nil
	}
	out := map[string][]byte{}
	for _, f := range w.exercise.Funcs {
		name := filepath.FromSlash("lessons/" + f.File)
		old, ok := out[name]
		if !ok {
			if old, err = os.ReadFile(filepath.Join(w.dir, name)); err != nil {
				return nil, resetWhole(w.lesson, err)
			}
		}
		text, err := edit.Text(f.File, stubs[f.File], f.Name)
		if err != nil {
			return nil, err
		}
		now, err := edit.Text(name, old, f.Name)
		if err != nil {
			return nil, resetWhole(w.lesson, err)
		}
		if now == text {
			continue
		}
		src, err := edit.Replace(name, old, f.Name, text)
		if err != nil {
			return nil, resetWhole(w.lesson, err)
		}
		if out[name], err = stub.FixImports(name, src); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// own are the Go files of the lesson that were not handed out. What they declare
// may clash with the stubs of a whole lesson.
func (w *work) own() []string {
	stubs, err := stub.Files(w.book, w.lesson)
	if err != nil || w.named {
		return nil
	}
	var out []string
	for _, dir := range append([]string{w.lesson.Name}, w.lesson.Dirs()...) {
		files, _ := filepath.Glob(filepath.Join(w.dir, "lessons", filepath.FromSlash(dir), "*.go"))
		for _, file := range files {
			if _, handed := stubs[dir+"/"+filepath.Base(file)]; !handed {
				out = append(out, filepath.Join("lessons", filepath.FromSlash(dir), filepath.Base(file)))
			}
		}
	}
	return out
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

func resetWhole(l *workbook.Lesson, err error) error {
	return misuse(fmt.Sprintf("checker reset %s brings back the whole lesson, and keeps what was there", l.Name), "%w", err)
}

// forget drops the passes of what was reset.
func (w *work) forget() error {
	for _, e := range w.lesson.Exercises {
		if !w.named || e == w.exercise {
			w.seen.Forget(progress.Passed, w.lesson.Name, e.Name)
			w.seen.Forget(progress.Hints, w.lesson.Name, e.Name)
		}
	}
	return w.seen.Save()
}

// backup copies files below root into a new folder and names it.
func backup(root string, names []string) (string, error) {
	base := filepath.Join(progress.Dir, "backup", time.Now().Format("2006-01-02T15-04-05"))
	where := base
	for n := 2; ; n++ {
		err := os.MkdirAll(filepath.Dir(filepath.Join(root, where)), 0o755)
		if err == nil {
			err = os.Mkdir(filepath.Join(root, where), 0o755)
		}
		if err == nil {
			break
		}
		if !errors.Is(err, fs.ErrExist) || n > 1000 {
			return "", err
		}
		where = fmt.Sprintf("%s-%d", base, n)
	}
	for _, name := range names {
		b, err := os.ReadFile(filepath.Join(root, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return "", err
		}
		if err := edit.WriteFile(filepath.Join(root, where, strings.TrimPrefix(name, "lessons"+string(filepath.Separator))), b); err != nil {
			return "", err
		}
	}
	return where, nil
}
