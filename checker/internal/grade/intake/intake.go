// Package intake reads what a class has handed in.
//
// A submission is a folder or an archive (zip, tar, tar.gz). Of all that is in
// it only the regular .go files of lessons' packages are read, into memory and
// within limits; nothing is unpacked to a disk, no link is followed, no device
// or pipe is opened. Where in the submission the lessons lie does not matter.
package intake

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"nodebook/checker/internal/lazyregexp"
)

// The limits of a submission.
const (
	MostFile    = 256 << 10 // bytes of a Go file
	MostFiles   = 400       // Go files of a lesson's packages
	mostEntries = 10_000    // files and folders of any kind that are looked at
	mostBytes   = 256 << 20 // bytes of an archive, unpacked, that are read over
	mostCode    = 64 << 20  // bytes of Go files that are kept until it is known which lie least deep
	mostDepth   = 12        // folders
	mostInner   = 4         // archives in a folder that are opened
	mostName    = 200       // bytes of a file's or folder's name: file systems take 255
)

// Submission is what one learner has handed in.
type Submission struct {
	Name  string            // of the folder, or of the archive without its ending
	Path  string            // where it lies
	Files map[string][]byte // by path in a workbook: lessons/lesson1/framing/magic.go
	Notes []string          // what was left out, and why
	Torn  map[string]string // lessons that are there more than once, and why none was taken
	Meta  []byte            // of Gradescope's submission_metadata.json, if there is one
	Err   error             // the submission could not be read; no fault of the learner's
}

// Digest is a sum of all that was read.
func (s *Submission) Digest() string {
	h := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(s.Files)) {
		fmt.Fprintf(h, "%q %d\n", name, len(s.Files[name]))
		h.Write(s.Files[name])
	}
	fmt.Fprintf(h, "%q %q %v", s.Notes, s.Torn, s.Err)
	return fmt.Sprintf("%x", h.Sum(nil)[:16])
}

// List names the submissions of a folder, in the order of their names.
func List(dir string) ([]*Submission, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var all []*Submission
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") {
			continue
		}
		name := e.Name()
		if !e.IsDir() {
			if strange(name) == "" {
				name = trimArchive(name)
			}
			if name == "" {
				continue
			}
		}
		all = append(all, &Submission{Name: name, Path: filepath.Join(dir, e.Name())})
	}
	slices.SortStableFunc(all, func(x, y *Submission) int { return strings.Compare(x.Name, y.Name) })
	last := ""
	for i, s := range all { // ada, ada.tar.gz and ada.zip
		if i > 0 && s.Name == last {
			s.Name = filepath.Base(s.Path)
			continue
		}
		last = s.Name
	}
	return all, nil
}

// trimArchive is the name of an archive without its ending; "" if it is none.
func trimArchive(name string) string {
	for _, end := range []string{".zip", ".tar.gz", ".tgz", ".tar"} {
		if rest, ok := strings.CutSuffix(strings.ToLower(name), end); ok && rest != "" {
			return name[:len(rest)]
		}
	}
	return ""
}

// strange says why a file that somebody has handed in cannot be read; "" if it can,
// or if it is none of a submission's.
func strange(name string) string {
	low := strings.ToLower(name)
	for _, end := range []string{".rar", ".7z", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".zipx", ".tar.zst", ".gz", ".xz", ".bz2"} {
		if strings.HasSuffix(low, end) && trimArchive(name) == "" {
			return "an archive of this kind (" + end + ") cannot be opened: hand in a .zip or .tar.gz"
		}
	}
	if strings.HasSuffix(low, ".go") {
		return "a Go file by itself says nothing of the lesson that it belongs to: hand in the folder lessons"
	}
	return ""
}

// Read reads a submission.
func (s *Submission) Read() {
	r := &reader{found: map[string][]byte{}}
	info, err := os.Stat(s.Path)
	switch lower := strings.ToLower(s.Path); {
	case err != nil:
	case info.IsDir(): // whatever its name ends in
		r.trusted = true
		err = r.folder(s.Path)
	case strange(filepath.Base(s.Path)) != "":
		r.note("%s: %s", filepath.Base(s.Path), strange(filepath.Base(s.Path)))
	case !info.Mode().IsRegular():
		err = &damage{errors.New("it is a " + kind(info.Mode()) + " and no file")}
	case strings.HasSuffix(lower, ".zip"):
		err = r.zip(s.Path)
	default:
		err = r.tar(s.Path)
	}
	var damaged *damage
	switch {
	case errors.As(err, &damaged):
		r.note("the archive cannot be read to its end: %v", damaged.err)
	case err != nil:
		s.Err = err
	}
	s.Files, s.Meta = r.arrange(), r.meta
	s.Torn = r.torn
	if r.stray > 0 {
		r.note("%s: hand in the folder lessons", lies(r.stray, r.lost))
	}
	switch {
	case len(s.Files) > 0 || len(s.Torn) > 0:
	case r.inner != "":
		r.note("%s is an archive inside the submission, which is not opened: unpack it", r.inner)
	case len(r.notes) == 0:
		r.note("there is no lesson in it: hand in the folder lessons, with lesson1 and the others in it")
	}
	s.Notes = r.notes
	slices.Sort(s.Notes)
}

// lies says that n Go files, of which one is the first, are in no lesson's folder.
func lies(n int, one string) string {
	if n == 1 {
		return one + " is a Go file outside a lesson's folder, and is not graded"
	}
	return fmt.Sprintf("%d Go files are outside a lesson's folder (%s is one), and are not graded", n, one)
}

// damage is an error of an archive that its maker is to blame for.
type damage struct{ err error }

func (d *damage) Error() string { return d.err.Error() }

// reader collects the Go files of one submission.
type reader struct {
	found   map[string][]byte // by path in the submission
	notes   []string
	entries int
	bytes   int64                          // of what was found
	inner   string                         // an archive inside the submission that is not opened
	opened  int                            // archives inside the submission that are
	prefix  string                         // of all paths, in such an archive
	nested  func(name, clean string) error // opens an archive in a folder
	torn    map[string]string
	stray   int    // Go files outside a lesson's folder
	lost    string // the first of them
	trusted bool   // the file of that name at the top is Gradescope's
	meta    []byte
}

func (r *reader) note(format string, args ...any) {
	if len(r.notes) < 20 {
		r.notes = append(r.notes, fmt.Sprintf(format, args...))
	}
}

var errFull = errors.New("full")

// entry looks at one file or folder; open gives its content.
func (r *reader) entry(name string, mode fs.FileMode, open func() (io.ReadCloser, error)) error {
	r.entries++
	if r.entries > mostEntries {
		r.note("there are more than %d files and folders: the rest was not looked at", mostEntries)
		return errFull
	}
	file := name
	name = strings.ReplaceAll(name, `\`, "/")
	clean := path.Clean(strings.TrimPrefix(name, "./"))
	if !filepath.IsLocal(clean) || strings.ContainsAny(clean, "\x00\n\r") || strings.Count(clean, "/") > mostDepth || !nameable(clean) {
		r.note("%.300q is no path inside a submission: it was left out", name)
		return nil
	}
	clean = path.Join(r.prefix, clean)
	if mode.IsRegular() {
		switch why := strange(path.Base(clean)); {
		case strings.HasSuffix(clean, ".go"):
			if !wanted().MatchString(clean) && !atLesson().MatchString(clean) && !junk(clean) && !strings.HasSuffix(clean, "_test.go") && !ours(clean) {
				if r.stray++; r.lost == "" {
					r.lost = clean
				}
			}
		case why != "" && !junk(clean) && !ours(clean):
			r.note("%s: %s", clean, why)
		case trimArchive(path.Base(clean)) == "":
		case r.nested != nil && r.prefix == "" && r.opened < mostInner && !junk(clean):
			r.opened++
			return r.nested(file, clean)
		default:
			r.inner = clean
		}
	}
	meta := r.trusted && clean == "submission_metadata.json"
	if mode.IsDir() || !wanted().MatchString(clean) && !meta {
		return nil
	}
	if !mode.IsRegular() {
		r.note("%s is a %s and no file: it was left out", clean, kind(mode))
		return nil
	}
	if !meta && (strings.HasSuffix(clean, "_test.go") || junk(clean)) {
		return nil
	}
	f, err := open()
	if errors.Is(err, errLocked) {
		r.note("%s is encrypted: it was left out; hand in an archive without a password", clean)
		return nil
	}
	if errors.Is(err, fs.ErrPermission) {
		r.note("%s must not be read: it was left out", clean)
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, MostFile+1))
	if err != nil {
		return err
	}
	switch {
	case meta:
		r.meta = b
	case len(b) > MostFile:
		r.note("%s is larger than %d KiB: it was left out", clean, MostFile>>10)
	case r.found[clean] != nil:
		r.note("%s is there twice: the first was taken", clean)
	case deep(b):
		r.note("%s is nested more than %d levels deep: it was left out", clean, mostNested)
	case r.bytes+int64(len(b)) > mostCode:
		r.note("there is more than %d MiB of Go files: the rest was not looked at", mostCode>>20)
		return errFull
	default:
		r.found[clean] = b
		r.bytes += int64(len(b))
	}
	return nil
}

// nameable reports whether a path can be written to a disk beside all others: no
// name is too long, and no folder has the name of a file.
func nameable(clean string) bool {
	parts := strings.Split(clean, "/")
	for i, part := range parts {
		if len(part) > mostName || i < len(parts)-1 && strings.HasSuffix(strings.ToLower(part), ".go") {
			return false
		}
	}
	return true
}

// atLesson matches a lesson's program, which is not judged.
var atLesson = lazyregexp.New(`(?:^|/)lesson[1-9][0-9]?/[^/]+\.go$`)

// ours reports whether a file may be one that came with the workbook.
func ours(name string) bool {
	for _, dir := range []string{"todo", "solutions", "checker", "fixtures", "docs"} {
		if strings.HasPrefix(name, dir+"/") || strings.Contains(name, "/"+dir+"/") {
			return true
		}
	}
	return path.Base(name) == "lessons.go"
}

// wanted matches a Go file of a lesson's package.
var wanted = lazyregexp.New(`(?:^|/)lesson[1-9][0-9]?/(?:[^/]+/)+[^/]+\.go$`)

func junk(name string) bool {
	for part := range strings.SplitSeq(name, "/") {
		if strings.HasPrefix(part, ".") || strings.HasPrefix(part, "_") || part == "testdata" || part == "vendor" {
			return true
		}
	}
	return false
}

func kind(m fs.FileMode) string {
	switch {
	case m&fs.ModeSymlink != 0:
		return "link"
	case m&fs.ModeNamedPipe != 0:
		return "pipe"
	case m&fs.ModeSocket != 0:
		return "socket"
	case m&fs.ModeDevice != 0:
		return "device"
	}
	return "special file"
}

func (r *reader) folder(dir string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	r.nested = func(name, clean string) error {
		f, err := root.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		r.prefix = clean
		defer func() { r.prefix = "" }()
		if strings.HasSuffix(strings.ToLower(clean), ".zip") {
			err = r.unzip(f)
		} else {
			err = r.untar(f, clean)
		}
		if damaged := (*damage)(nil); errors.As(err, &damaged) {
			r.note("%s cannot be read to its end: %v", clean, damaged.err)
			return nil
		}
		return err
	}
	err = fs.WalkDir(root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.Count(name, "/") >= mostDepth || name != "." && junk(d.Name())) {
			return fs.SkipDir
		}
		return r.entry(name, d.Type(), func() (io.ReadCloser, error) { return root.Open(name) })
	})
	if errors.Is(err, errFull) {
		return nil
	}
	return err
}
