//go:build unix

package intake_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"nodebook/checker/internal/grade/intake"
)

func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		at := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func zipped(t *testing.T, file string, names []string, size int) {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range names {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		w.Write(append([]byte("package framing\n"), bytes.Repeat([]byte(" "), size)...))
	}
	z.Close()
	if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

func tarred(t *testing.T, file string, headers []tar.Header) {
	t.Helper()
	var b bytes.Buffer
	g := gzip.NewWriter(&b)
	w := tar.NewWriter(g)
	for _, h := range headers {
		text := []byte("package framing\n")
		if h.Typeflag != tar.TypeReg {
			text = nil
		}
		h.Size, h.Mode = int64(len(text)), 0o644
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		w.Write(text)
	}
	w.Close()
	g.Close()
	if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, dir string) map[string]*intake.Submission {
	t.Helper()
	all, err := intake.List(dir)
	if err != nil {
		t.Fatal(err)
	}
	by := map[string]*intake.Submission{}
	for _, s := range all {
		s.Read()
		if s.Err != nil {
			t.Errorf("%s: %v", s.Name, s.Err)
		}
		by[s.Name] = s
	}
	return by
}

func TestFoldersAndArchives(t *testing.T) {
	dir := t.TempDir()
	magic := "lessons/lesson1/framing/magic.go"
	write(t, dir, map[string]string{
		"whole/" + magic:                             "1",
		"whole/lessons/lesson1/main.go":              "no",
		"whole/lessons/lesson1/framing/x_test.go":    "no",
		"whole/solutions/x.go":                       "no",
		"part/lesson1/framing/magic.go":              "2",
		"deep/a/b/c/" + magic:                        "3",
		"twice/" + magic:                             "4",
		"twice/backup/" + magic:                      "5",
		"helper/lessons/lesson1/framing/inner/x.go":  "6",
		"cases/lessons/lesson1/framing/Magic.go":     "7",
		"cases/lessons/lesson1/framing/magic.go":     "8",
		"notes.txt":                                  "no submission",
		"copy/lessons/" + "lesson1/framing/magic.go": "9",
		"copy/backup/" + "lesson1/framing/magic.go":  "10",
		"tied/a/lesson1/framing/magic.go":            "11",
		"tied/b/lesson1/framing/magic.go":            "12",
		"same/a/lesson1/framing/magic.go":            "13",
		"same/b/lesson1/framing/magic.go":            "13",
		"stray/magic.go":                             "14",
		"loose/magic.go":                             "14",
		"loose/length.go":                            "14",
		"all/" + magic:                               "15",
		"all/fixtures/chain/data/first.gz":           "",
		"own/" + magic:                               "15",
		"own/lessons/lesson1/old.rar":                "",
		"none/README":                                "",
		"cyd.rar":                                    "",
		"dan.7z":                                     "",
		"eve.go":                                     "package framing",
		"moodle/task.rar":                            "",
	})
	zipped(t, filepath.Join(dir, "zipped.zip"), []string{"x/" + magic, "../../" + magic, "/etc/lesson1/a/b.go", `..\lesson2\version\v.go`}, 0)
	zipped(t, filepath.Join(dir, "bomb.zip"), []string{magic}, 64<<20)
	tarred(t, filepath.Join(dir, "tarred.tar.gz"), []tar.Header{
		{Name: "./" + magic, Typeflag: tar.TypeReg},
		{Name: "lessons/lesson1/framing/link.go", Typeflag: tar.TypeSymlink, Linkname: "/etc/passwd"},
		{Name: "lessons/lesson1/framing/hard.go", Typeflag: tar.TypeLink, Linkname: "/etc/passwd"},
	})
	if err := os.WriteFile(filepath.Join(dir, "torn.zip"), []byte("PK\x03\x04"), 0o644); err != nil {
		t.Fatal(err)
	}
	links := filepath.Join(dir, "links", "lessons", "lesson1", "framing")
	if err := os.MkdirAll(links, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/etc/passwd", filepath.Join(links, "a.go")); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(filepath.Join(links, "b.go"), 0o644); err != nil {
		t.Fatal(err)
	}
	by := read(t, dir)
	for name, want := range map[string]struct{ files, note string }{
		"whole":   {magic, ""},
		"part":    {magic, ""},
		"deep":    {magic, ""},
		"twice":   {magic, `lesson1 is there 2 times`},
		"helper":  {"lessons/lesson1/framing/inner/x.go", ""},
		"cases":   {"lessons/lesson1/framing/Magic.go", "differ only in case"},
		"zipped":  {magic, "no path inside a submission"},
		"bomb":    {"", "larger than 256 KiB"},
		"tarred":  {magic, "is a link"},
		"torn":    {"", "cannot be read to its end"},
		"links":   {"", "is a pipe"},
		"copy":    {magic, `the one in "./lessons" was taken`},
		"tied":    {"", "which differ: hand in one of them"},
		"same":    {magic, "was taken"},
		"stray":   {"", "magic.go is a Go file outside a lesson's folder, and is not graded: hand in the folder lessons"},
		"loose":   {"", "2 Go files are outside a lesson's folder (length.go is one), and are not graded: hand in the folder lessons"},
		"all":     {magic, ""},
		"own":     {magic, "lessons/lesson1/old.rar: an archive of this kind"},
		"none":    {"", "there is no lesson in it"},
		"cyd.rar": {"", "cannot be opened: hand in a .zip"},
		"dan.7z":  {"", "cannot be opened: hand in a .zip"},
		"eve.go":  {"", "a Go file by itself"},
		"moodle":  {"", "task.rar: an archive of this kind"},
	} {
		s := by[name]
		if s == nil {
			t.Errorf("%s: not found", name)
			continue
		}
		if got := strings.Join(slices.Sorted(maps.Keys(s.Files)), " "); got != want.files {
			t.Errorf("%s: files %s, want %s", name, got, want.files)
		}
		if got := strings.Join(s.Notes, "\n"); want.note == "" && got != "" || !strings.Contains(got, want.note) {
			t.Errorf("%s: notes %q, want %q", name, got, want.note)
		}
	}
	if string(by["twice"].Files[magic]) != "4" {
		t.Error("of two copies the deeper one was taken")
	}
	if string(by["copy"].Files[magic]) != "9" {
		t.Error("a copy was taken instead of lessons")
	}
	if by["tied"].Torn["lesson1"] == "" {
		t.Error("one of two that differ was taken")
	}
	if len(by) != 23 {
		t.Errorf("%d submissions, want 23", len(by))
	}
}

// Each of three that would have one name has its own.
func TestNames(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"ada/x": "", "ada.zip": "", "ada.tar.gz": "", "bob.tgz": "", ".hidden/x": "", "notes.txt": ""})
	all, err := intake.List(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, s := range all {
		names = append(names, s.Name)
	}
	if got := strings.Join(names, " "); got != "ada ada.tar.gz ada.zip bob" {
		t.Errorf("the submissions are %s", got)
	}
}

// What an archive holds must neither fill the memory nor end the batch, and what
// is no fault of the learner's code is told.
func TestOddSubmissions(t *testing.T) {
	dir := t.TempDir()
	magic := "lessons/lesson1/framing/magic.go"
	nested := func(open, close string) string {
		return "package framing\n\nvar x = " + strings.Repeat(open, 20_000) + "1" + strings.Repeat(close, 20_000) + "\n"
	}
	write(t, dir, map[string]string{
		"folder.zip/" + magic:    "1",
		"brackets/" + magic:      nested("(", ")"),
		"operators/" + magic:     nested("!", ""),
		"sums/" + magic:          nested("1+", ""),
		"elses/" + magic:         "package framing\n\nfunc f() {\nif x {}" + strings.Repeat(" else if x {}", 5_000) + "\n}\n",
		"tables/" + magic:        "package framing\n\nvar x = []int{" + strings.Repeat("f(1),\n", 20_000) + "}\n",
		"lines/" + magic:         "package framing\n\nfunc f() {\n" + strings.Repeat("x.y(1)\n", 20_000) + "}\n",
		"moodle/homework.zip":    "",
		"owndate/" + magic:       "1",
		"owndate/x/" + metadata:  "{}",
		"gradescope/" + magic:    "1",
		"gradescope/" + metadata: "{}",
	})
	if err := os.Mkdir(filepath.Join(dir, "unzipped"), 0o755); err != nil {
		t.Fatal(err)
	}
	zipped(t, filepath.Join(dir, "unzipped", "homework.zip"), []string{"x/" + magic}, 0)
	zipped(t, filepath.Join(dir, "long.zip"), []string{"lessons/lesson1/" + strings.Repeat("x", 300) + "/a.go", magic}, 0)
	zipped(t, filepath.Join(dir, "inside.zip"), []string{magic + "/a.go", magic}, 0)
	zipped(t, filepath.Join(dir, "ziptime.zip"), []string{magic, metadata}, 0)
	many := make([]string, 300)
	for i := range many {
		many[i] = strings.Replace(magic, "magic", "m"+strings.Repeat("m", i%150)+string(rune('a'+i/150)), 1)
	}
	zipped(t, filepath.Join(dir, "many.zip"), many, 255<<10)
	by := read(t, dir)
	for name, want := range map[string]struct {
		files int
		meta  bool
		note  string
	}{
		"folder.zip": {1, false, ""},
		"brackets":   {0, false, "nested more than"},
		"operators":  {0, false, "nested more than"},
		"sums":       {0, false, "nested more than"},
		"elses":      {0, false, "nested more than"},
		"tables":     {1, false, ""},
		"lines":      {1, false, ""},
		"moodle":     {0, false, "homework.zip cannot be read to its end"},
		"unzipped":   {1, false, ""},
		"owndate":    {1, false, ""},
		"gradescope": {1, true, ""},
		"long":       {1, false, "no path inside a submission"},
		"inside":     {1, false, "no path inside a submission"},
		"ziptime":    {1, false, ""},
		"many":       {256, false, "more than 64 MiB of Go files"},
	} {
		s := by[name]
		if s == nil {
			t.Errorf("%s: not found", name)
			continue
		}
		if got := strings.Join(s.Notes, "\n"); len(s.Files) != want.files || want.note == "" && got != "" || !strings.Contains(got, want.note) {
			t.Errorf("%s: %d files, want %d; the notes are %.300q, want %q", name, len(s.Files), want.files, got, want.note)
		}
		if (s.Meta != nil) != want.meta {
			t.Errorf("%s: the days late come from %q", name, s.Meta)
		}
	}
}

const metadata = "submission_metadata.json"

// Entries that no honest program writes are left out or read as plain files, and
// the rest of the archive counts.
func TestOddArchives(t *testing.T) {
	dir, at := t.TempDir(), "lessons/lesson1/framing/"
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, e := range []struct {
		name  string
		mode  fs.FileMode
		flags uint16
		text  string
	}{
		{at + "first.go", 0o644, 0, "package framing // first\n"},
		{at + "first.go", 0o644, 0, "package framing // second\n"},
		{at + "link.go", fs.ModeSymlink | 0o777, 0, "/etc/passwd"},
		{at + "device.go", fs.ModeDevice | fs.ModeCharDevice | 0o666, 0, ""},
		{at + "pipe.go", fs.ModeNamedPipe | 0o666, 0, ""},
		{at + "locked.go", 0o644, 1, "package framing // said to be encrypted\n"},
		{at + "nul\x00.go", 0o644, 0, "package framing\n"},
		{at + "line\n=1.go", 0o644, 0, "package framing\n"},
		{"/" + at + "rooted.go", 0o644, 0, "package framing\n"},
		{"x/../../" + at + "above.go", 0o644, 0, "package framing\n"},
		{`C:\lessons\lesson1\framing\drive.go`, 0o644, 0, "package framing\n"},
		{at + "caf\u00e9.go", 0o644, 0, "package framing // composed\n"},
		{at + "cafe\u0301.go", 0o644, 0, "package framing // decomposed\n"},
		{at + "\x1b[2J\u202e.go", 0o644, 0, "package framing\n"},
		{at + "vendor/os/os.go", 0o644, 0, "package os\n"},
	} {
		h := &zip.FileHeader{Name: e.name, Method: zip.Store, Flags: e.flags}
		h.SetMode(e.mode)
		w, err := z.CreateHeader(h)
		if err != nil {
			t.Fatal(err)
		}
		w.Write([]byte(e.text))
	}
	z.Close()
	if err := os.WriteFile(filepath.Join(dir, "zipped.zip"), b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	tarred(t, filepath.Join(dir, "tarred.tgz"), []tar.Header{
		{Name: at + strings.Repeat("deep/", 3) + "a.go", Typeflag: tar.TypeReg},
		{Name: at + "device.go", Typeflag: tar.TypeChar},
		{Name: at + "block.go", Typeflag: tar.TypeBlock},
		{Name: at + "pipe.go", Typeflag: tar.TypeFifo},
		{Name: at + strings.Repeat("n", 220) + ".go", Typeflag: tar.TypeReg},
		{Name: at + "../../../../" + at + "above.go", Typeflag: tar.TypeReg},
		{Name: at + "dir.go/", Typeflag: tar.TypeDir},
	})
	whole := b.Bytes() // its last file's text is changed, its sum is not
	torn := bytes.Replace(whole, []byte("package framing // first"), []byte("package framing // other"), 1)
	if err := os.WriteFile(filepath.Join(dir, "changed.zip"), torn, 0o644); err != nil {
		t.Fatal(err)
	}
	write(t, dir, map[string]string{"linked/x": ""})
	if err := os.Symlink("/etc", filepath.Join(dir, "linked", "lessons")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(".", filepath.Join(dir, "linked", "lesson1")); err != nil {
		t.Fatal(err)
	}
	by := read(t, dir)
	for name, want := range map[string][]string{
		"zipped":  {"caf\u00e9.go", "cafe\u0301.go", "first.go", "\x1b[2J\u202e.go"},
		"tarred":  {"deep/deep/deep/a.go"},
		"changed": nil,
		"linked":  nil,
	} {
		var got []string
		for file := range by[name].Files {
			got = append(got, strings.TrimPrefix(file, at))
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q; the notes are %q", name, got, want, by[name].Notes)
		}
	}
	if got := string(by["zipped"].Files[at+"first.go"]); !strings.Contains(got, "// first") {
		t.Errorf("of two files of one name, the second was taken: %s", got)
	}
}

// An archive in a folder is opened by the name that it has there, whatever that is
// once it is a path.
func TestBackslash(t *testing.T) {
	dir := t.TempDir()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("lessons/lesson1/framing/magic.go")
	if err != nil {
		t.Fatal(err)
	}
	w.Write([]byte("package framing\n"))
	z.Close()
	write(t, dir, map[string]string{`ada/a\b.zip`: b.String()})
	s := read(t, dir)["ada"]
	if s.Err != nil || len(s.Files) != 1 {
		t.Errorf("%d files, error %v, notes %q", len(s.Files), s.Err, s.Notes)
	}
}
