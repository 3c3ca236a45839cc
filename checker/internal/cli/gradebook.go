package cli

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"nodebook/checker/internal/gradebook"

	"github.com/spf13/cobra"
)

// mostPlatform bounds a platform's file.
const mostPlatform = 64 << 20

func (a *app) gradebook() *cobra.Command {
	var into []string
	var out string
	cmd := &cobra.Command{
		Use:   "gradebook results...",
		Short: "Put the results of several batches into one table, and into your platform's file",
		Long: `Read the results of batches, each the folder that "checker grade --out" wrote, and
write one table: one row per learner, one column per batch.

With --into, the marks are also written into a copy of a file that your platform
gave you: Canvas's exported gradebook, the grading worksheet of a Moodle
assignment, or the grades that Classroom exports. docs/grading.md says how learners
and rows are matched.

Exit status: 0 every learner has a row and every row is clear, 2 look at the notes, or wrong usage.`,
		Example: "  checker gradebook grades/lesson1 grades/lesson2\n  checker gradebook grades/lesson1 --into \"Grades-Assignment 1.csv\"",
		Args:    cobra.MinimumNArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.runGradebook(args, into, out) },
	}
	cmd.Flags().StringArrayVar(&into, "into", nil, "write the marks into a copy of this CSV `FILE` of Canvas, Moodle or Classroom (again for more)")
	cmd.Flags().StringVar(&out, "out", "gradebook", "the `FOLDER` that gradebook.csv and the copies go to")
	return cmd
}

func (a *app) runGradebook(folders, into []string, out string) error {
	b, err := gradebook.Read(folders)
	if err != nil {
		return misuse(`name the folders that "checker grade --out" wrote`, "%w", err)
	}
	files := map[string][]byte{}
	notes := b.Notes
	for _, name := range into {
		text, err := readBounded(name, mostPlatform)
		if err != nil {
			return misuse("--into takes a file that your platform exported", "%w", err)
		}
		filled, said, err := b.Fill(text)
		if err != nil {
			return misuse("export the file again, and pass it unchanged", "%s: %w", name, err)
		}
		for _, note := range said {
			notes = append(notes, filepath.Base(name)+": "+note)
		}
		if _, twice := files[filepath.Base(name)]; twice || filepath.Base(name) == tableFile {
			return misuse("rename one of them", "two files would be written to %s", filepath.Join(out, filepath.Base(name)))
		}
		files[filepath.Base(name)] = filled
	}
	var table bytes.Buffer
	if err := b.CSV(&table); err != nil {
		return err
	}
	files[tableFile] = table.Bytes()
	if err := os.MkdirAll(out, 0o755); err != nil {
		return misuse("--out takes a folder that can be written", "%w", err)
	}
	for name, text := range files {
		at := filepath.Join(out, name)
		if slices.ContainsFunc(into, func(x string) bool { return sameFile(x, at) }) {
			return misuse("give another folder with --out", "%s is the file that the platform gave: it is not written over", at)
		}
		if err := os.WriteFile(at, text, 0o644); err != nil {
			return err
		}
	}
	b.Table(a.out)
	fmt.Fprintf(a.out, "\nthe table is in %s\n", filepath.Join(out, tableFile))
	for _, note := range notes {
		fmt.Fprintf(a.errs, "note: %s\n", oneLine(note))
	}
	if len(notes) > 0 {
		return misuse("all other marks have been written", "there are %d things to look at", len(notes))
	}
	return nil
}

const tableFile = "gradebook.csv"

// readBounded reads a file that is no longer than most.
func readBounded(name string, most int64) ([]byte, error) {
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is not a file", name)
	case info.Size() > most:
		return nil, fmt.Errorf("%s has %d MiB, more than any gradebook", name, info.Size()>>20)
	}
	return os.ReadFile(name)
}

func sameFile(a, b string) bool {
	x, err := os.Stat(a)
	if err != nil {
		return false
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y)
}
