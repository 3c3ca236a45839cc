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
	wholeFile := false
	cmd := &cobra.Command{
		Use:   "reset lesson [exercise]",
		Short: "Bring back the stubs of a lesson or of an exercise; what was there is kept",
		Long: `Bring back the stubs of a lesson, or of one exercise. Your files are copied first
to a folder below .nodebook/backup, whose name is printed. For an exercise, only its
functions are brought back. If the file does not parse, they cannot be found, and
--file brings back all of it.`,
		Example:           "  checker reset lesson1 ReadMagic\n  checker reset lesson1 ReadMagic --file\n  checker reset lesson1",
		Args:              cobra.RangeArgs(1, 2),
		ValidArgsFunction: a.completeOne,
		RunE: func(cmd *cobra.Command, args []string) error {
			w, err := a.open(args)
			if err != nil {
				return err
			}
			changed, err := w.resetFiles(wholeFile)
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
				fmt.Fprintln(a.out, "reset", seenFromHere(filepath.Join(w.dir, name)))
			}
			for _, name := range w.own() {
				fmt.Fprintf(a.out, "left %s unchanged: you created it\n", seenFromHere(filepath.Join(w.dir, name)))
			}
			return w.forget(changed, wholeFile)
		},
	}
	cmd.Flags().BoolVar(&wholeFile, "file", false, "bring back the whole files that contain the exercise")
	return cmd
}

// resetFiles are the files that a reset changes, as they will be.
func (w *work) resetFiles(whole bool) (map[string][]byte, error) {
	stubs, err := stub.Files(w.book, w.lesson)
	if err != nil {
		return nil, err
	}
	out := map[string][]byte{}
	if !w.named || whole {
		for file, src := range stubs {
			name := filepath.FromSlash("lessons/" + file)
			if w.named && !slices.ContainsFunc(w.exercise.Funcs, func(f *workbook.Func) bool { return f.File == file }) {
				continue
			}
			if old, err := os.ReadFile(filepath.Join(w.dir, name)); err != nil || string(edit.Plain(old)) != string(src) {
				out[name] = edit.Like(old, src)
			}
		}
		return out, nil
	}
	for _, f := range w.exercise.Funcs {
		name := filepath.FromSlash("lessons/" + f.File)
		old, ok := out[name]
		if !ok {
			if old, err = os.ReadFile(filepath.Join(w.dir, name)); err != nil {
				return nil, w.resetMore(f.File, err)
			}
		}
		text, err := edit.Text(f.File, stubs[f.File], f.Name)
		if err != nil {
			return nil, err
		}
		now, err := edit.Text(name, edit.Plain(old), f.Name)
		if err != nil {
			return nil, w.resetMore(f.File, err)
		}
		if now == text {
			continue
		}
		src, err := edit.Replace(name, edit.Plain(old), f.Name, text)
		if err != nil {
			return nil, w.resetMore(f.File, err)
		}
		if src, err = stub.FixImports(name, src); err != nil {
			return nil, err
		}
		out[name] = edit.Like(old, src)
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

// resetMore says how to bring back the file that an exercise cannot be found in.
func (w *work) resetMore(file string, err error) error {
	others := ""
	for _, e := range w.lesson.Exercises {
		if e != w.exercise && touches(e, map[string][]byte{filepath.FromSlash("lessons/" + file): nil}) {
			others += ", " + e.Name
		}
	}
	if others != "" {
		others = " (in it also: " + others[2:] + ")"
	}
	return misuse(fmt.Sprintf("checker reset %s %s --file brings back the whole file%s, and keeps what was there", w.lesson.Name, w.exercise.Name, others), "%w", err)
}

// touches reports whether an exercise has a function in one of the files.
func touches(e *workbook.Exercise, files map[string][]byte) bool {
	return slices.ContainsFunc(e.Funcs, func(f *workbook.Func) bool {
		_, ok := files[filepath.FromSlash("lessons/"+f.File)]
		return ok
	})
}

// forget drops the passes of what was reset.
func (w *work) forget(changed map[string][]byte, whole bool) error {
	for _, e := range w.lesson.Exercises {
		if !w.named || e == w.exercise || whole && touches(e, changed) {
			w.seen.Forget(progress.Passed, w.lesson.Name, e.Name)
			w.seen.Forget(progress.Broken, w.lesson.Name, e.Name)
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
