package interpreter

import (
	"bufio"
	"encoding/json"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"nodebook/checker/internal/interpreter/lower"
	"nodebook/checker/internal/source"
)

// request is what a child process is asked.
type request struct {
	Root    string            // of the workbook
	Overlay map[string]string `json:"-"` // what differs from the disk, by path
	Files   []file            // of the overlay, as they are sent
	Masked  []string          // files that are taken away
	Tests   []string          // test functions
	Package string            // lessons/lesson1/framing: the package they belong to
	Main    string            // the source of a program to be run instead
	Checked bool              // errors of the runtime are to be in Go's words
	Seconds float64           // limit of the tests
	Seed    uint64            // that they draw their inputs from
	Token   string            // see passedMark; nobody else knows it
}

// file is a file of the overlay; its text comes behind the request's line.
type file struct {
	Name string
	Size int
}

// encode is the request as it is sent: a line of JSON, and the overlay's texts as
// they are.
func (q *request) encode() ([]byte, error) {
	q.Files = nil
	for _, name := range slices.Sorted(maps.Keys(q.Overlay)) {
		q.Files = append(q.Files, file{name, len(q.Overlay[name])})
	}
	b, err := json.Marshal(q)
	b = append(b, '\n')
	for _, f := range q.Files {
		b = append(b, q.Overlay[f.Name]...)
	}
	return b, err
}

// readRequest reads what encode wrote.
func readRequest(r io.Reader) (*request, error) {
	br := bufio.NewReaderSize(r, 64<<10)
	line, err := br.ReadBytes('\n')
	if err != nil {
		return nil, err
	}
	q := &request{Overlay: map[string]string{}}
	if err := json.Unmarshal(line, q); err != nil {
		return nil, err
	}
	for _, f := range q.Files {
		text := make([]byte, f.Size)
		if _, err := io.ReadFull(br, text); err != nil {
			return nil, err
		}
		q.Overlay[f.Name] = string(text)
	}
	return q, nil
}

// answer is what a child process says before it runs anything.
type answer struct {
	Problems []string            // errors of the compiler, file:line:col: message
	Beyond   map[string]beyondAt // by test; "" holds for all
	Parallel map[string]bool     // tests that start goroutines
	Files    []string            // imported, for a program
}

// beyondAt is why a test is not interpreted.
type beyondAt struct {
	Why   string
	Place string // lessons/lesson1/framing/magic.go:31
}

func (b beyondAt) String() string {
	if b.Place == "" {
		return b.Why
	}
	return b.Why + " (" + b.Place + ")"
}

// answerMark begins the line with the answer.
const answerMark = "\x16\x16nodebook "

// passedMark and the request's token are what a child says when all tests have
// passed, in words that the code under test cannot say.
const passedMark = "\x16\x16passed "

const modulePath = "nodebook/"

// source reads a package of the workbook as the overlay leaves it: the files of
// lessons, of which none is a test.
func (q *request) source(path string) (lower.Source, bool) {
	dir, ok := strings.CutPrefix(path, modulePath)
	if !ok || !strings.HasPrefix(dir, "lessons/") || dir == "lessons/todo" {
		return lower.Source{}, false
	}
	src := lower.Source{Path: path, Files: map[string][]byte{}}
	entries, err := os.ReadDir(filepath.Join(q.Root, filepath.FromSlash(dir)))
	if err != nil {
		entries = nil
	}
	masked := map[string]bool{}
	for _, name := range q.Masked {
		masked[name] = true
	}
	for _, e := range entries {
		name := dir + "/" + e.Name()
		if e.IsDir() || !isSource(name) || masked[name] {
			continue
		}
		file := filepath.Join(q.Root, filepath.FromSlash(name))
		if info, err := os.Stat(file); err != nil || !info.Mode().IsRegular() { // to open a pipe may never end
			continue
		}
		if b, err := os.ReadFile(file); err == nil {
			src.Files[name] = b
		}
	}
	for name, text := range q.Overlay {
		if filepath.ToSlash(filepath.Dir(name)) == dir && isSource(name) {
			src.Files[name] = []byte(text)
		}
	}
	maps.DeleteFunc(src.Files, func(name string, text []byte) bool { return !source.Built(name, text) })
	return src, len(src.Files) > 0
}

func isSource(name string) bool {
	return strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go")
}

// testPath is the import path of the package of a lesson's hidden tests.
func (q *request) testPath() string { return modulePath + q.Package + "_test" }

// tests are the hidden tests of the package asked for.
func (q *request) tests() lower.Source {
	src := lower.Source{Path: q.testPath(), Files: map[string][]byte{}}
	for name, text := range q.Overlay {
		if filepath.ToSlash(filepath.Dir(name)) == q.Package && strings.HasSuffix(name, "_test.go") {
			src.Files[name] = []byte(text)
		}
	}
	return src
}
