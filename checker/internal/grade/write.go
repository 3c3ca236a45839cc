package grade

import (
	"archive/zip"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"nodebook/checker/internal/lazyregexp"
	"nodebook/checker/internal/report"
)

// Write writes all results into a folder, each file whole or not at all.
func (c *Class) Write(out string) error {
	for name, write := range map[string]func(io.Writer) error{
		"results.json": c.JSON, "results.csv": c.CSV, "junit.xml": c.JUnit, "report.html": c.Report,
	} {
		if err := put(filepath.Join(out, name), write); err != nil {
			return err
		}
	}
	for _, dir := range []string{"feedback", "gradescope"} {
		if err := os.RemoveAll(filepath.Join(out, dir)); err != nil {
			return err
		}
		if err := os.MkdirAll(filepath.Join(out, dir), 0o755); err != nil {
			return err
		}
	}
	for i, s := range c.Submissions {
		name := FileName(i, s.Name)
		for file, write := range map[string]func(io.Writer) error{
			"feedback/" + name + ".md":     func(w io.Writer) error { return c.Markdown(w, s) },
			"feedback/" + name + ".html":   func(w io.Writer) error { return c.HTML(w, s) },
			"gradescope/" + name + ".json": func(w io.Writer) error { return c.Gradescope(w, s) },
		} {
			if err := put(filepath.Join(out, filepath.FromSlash(file)), write); err != nil {
				return err
			}
		}
	}
	if !slices.ContainsFunc(c.Submissions, func(s *Submission) bool { return OriginOf(s.Name).Platform == Moodle }) {
		return nil
	}
	return put(filepath.Join(out, "feedback", "moodle.zip"), c.moodle)
}

// moodle writes an archive of all feedback pages, in folders whose names are those of
// Moodle's own downloads: it takes the archive with "Upload multiple feedback files in
// a zip".
func (c *Class) moodle(w io.Writer) error {
	zw := zip.NewWriter(w)
	pages := map[string]int{} // of a learner who has several submissions
	for _, s := range c.Submissions {
		o := OriginOf(s.Name)
		if o.Platform != Moodle {
			continue
		}
		// Moodle goes by the number; the name is for whoever looks into the archive.
		dir, file := inArchive.Replace(o.Name)+"_"+o.Number+"_assignsubmission_file/", "feedback.html"
		if pages[dir]++; pages[dir] > 1 {
			file = fmt.Sprintf("feedback-%d.html", pages[dir])
		}
		f, err := zw.Create(dir + file)
		if err != nil {
			return err
		}
		if err := c.HTML(f, s); err != nil {
			return err
		}
	}
	return zw.Close()
}

// inArchive takes out of a name what leads elsewhere on one system or another.
var inArchive = strings.NewReplacer("/", "-", `\`, "-", ":", "-", "..", "-")

var unfit = lazyregexp.New(`[^A-Za-z0-9._-]+`)

// FileName is the name, without ending, of the files about one submission: its
// number, from 1, and what of its name is fit for every system, as far as there
// is room for it.
func FileName(i int, name string) string {
	fit := unfit().ReplaceAllString(name, "_")
	return fmt.Sprintf("%03d-%s", i+1, strings.Trim(fit[:min(len(fit), 100)], "."))
}

// put writes a file beside its place and moves it there.
func put(at string, write func(io.Writer) error) error {
	tmp := at + ".part"
	f, err := os.Create(tmp)
	if err != nil {
		return err
	}
	err = write(f)
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		os.Remove(tmp)
		return err
	}
	return os.Rename(tmp, at)
}

// JSON writes the results as docs/grade-results.md describes them.
func (c *Class) JSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(c)
}

// CSV writes one row per submission: for each lesson a column, then one per exercise. What
// the machine is to blame for has empty cells: a zero would be a verdict.
func (c *Class) CSV(w io.Writer) error {
	cw := csv.NewWriter(w)
	head := []string{"submission", "id", "name", "days_late", "points", "out_of", "passed", "total", "by_hand", "error"}
	lessons := c.lessons()
	for _, l := range lessons {
		head = append(head, l.Lesson)
		for _, e := range l.Exercises {
			head = append(head, l.Lesson+" "+e.Name)
		}
	}
	cw.Write(head)
	for _, s := range c.Submissions {
		row := []string{Cell(s.Name), Cell(s.ID), Cell(s.FullName), number(s.Days), number(s.Points), number(s.OutOf),
			strconv.Itoa(s.Passed), strconv.Itoa(s.Total), strconv.Itoa(s.byHand()), Cell(s.Error)}
		if s.Error != "" {
			row[4], row[6] = "", ""
		}
		for i, l := range lessons {
			if i >= len(s.Lessons) {
				row = append(row, make([]string, 1+len(l.Exercises))...)
				continue
			}
			at := len(row)
			row = append(row, number(s.Lessons[i].Points))
			for _, e := range s.Lessons[i].Exercises {
				if e.Verdict == report.Internal {
					row[at] = ""
					row = append(row, "")
					continue
				}
				row = append(row, string(e.Verdict))
			}
		}
		cw.Write(row)
	}
	cw.Flush()
	return cw.Error()
}

// lessons are those that were graded, as the first submission that was judged
// has them.
func (c *Class) lessons() []*Lesson {
	for _, s := range c.Submissions {
		if len(s.Lessons) > 0 {
			return s.Lessons
		}
	}
	return nil
}

// Cell keeps a spreadsheet from taking a text for a formula. Some read the wide forms
// of its signs, too.
func Cell(s string) string {
	if first, _ := utf8.DecodeRuneInString(s); s != "" && strings.ContainsRune("=+-@\t\r\n|%＝＋－＠", first) {
		return "'" + s
	}
	return s
}

func number(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }
