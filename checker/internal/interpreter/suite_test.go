package interpreter

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nodebook/checker/internal/interpreter/compiled"
	"nodebook/checker/internal/stub"
)

// asked is a request for a test of a package, whose code is the reference.
func asked(t *testing.T, dir string, tests ...string) *request {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("../../../solutions", strings.TrimPrefix(dir, "lessons/"), "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatal("no source of ", dir, err)
	}
	q := &request{Root: t.TempDir(), Overlay: map[string]string{}, Package: dir, Tests: tests}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if name := filepath.Base(file); !strings.HasPrefix(name, "author_") {
			q.Overlay[dir+"/"+name] = string(stub.Retarget(src))
		}
	}
	return q
}

const framing = "lessons/lesson1/framing"

// The reference of lesson 1 is judged by tests that are compiled.
func TestCompiled_used(t *testing.T) {
	ans := &answer{Parallel: map[string]bool{}}
	s := asked(t, framing, "TestPing", "TestReadAll").compiled(newNatives(forCode), ans)
	if s == nil {
		t.Fatal("the tests of the reference are interpreted: go generate ./checker/internal/interpreter/compiled")
	}
	s.machine.call(s.setup)
	for _, x := range s.tests() {
		t.Run(x.Name, x.F)
	}
}

// Compiled tests are not used for code that they were not compiled for: they
// might pass what is wrong, or fail what is right.
func TestCompiled_otherCode(t *testing.T) {
	add := func(text string) func(*testing.T, *request) {
		return func(t *testing.T, q *request) { q.Overlay[framing+"/own.go"] = "package framing\n\n" + text }
	}
	replace := func(file, old, by string) func(*testing.T, *request) {
		return func(t *testing.T, q *request) {
			name := framing + "/" + file
			if strings.Count(q.Overlay[name], old) != 1 {
				t.Fatalf("%q is not once in %s", old, name)
			}
			q.Overlay[name] = strings.Replace(q.Overlay[name], old, by, 1)
		}
	}
	for name, change := range map[string]func(*testing.T, *request){
		"another test":                 replace("ping_test.go", "func TestPing(", "func TestPinged("),
		"a test more":                  func(t *testing.T, q *request) { q.Overlay[framing+"/own_test.go"] = "package framing_test\n" },
		"another constant":             replace("magic.go", "0xd9b4bef9", "0xd9b4bef8"),
		"another type of a number":     replace("magic.go", "type Magic uint32", "type Magic uint64"),
		"another field":                replace("message.go", "Payload []byte", "Body []byte"),
		"a field more":                 replace("message.go", "Payload []byte", "Payload []byte; own int"),
		"a method that printing calls": add(`func (m Message) String() string { return m.Command }`),
		"a method of the pointer":      add(`func (m *Message) Format() {}`),
		"another type of that name":    add(`type error interface{ Error() string }`),
		"what does not compile":        add(`func own() int { return "" }`),
		"what is not Go":               add(`func own() {`),
		"an import that is not known":  add(`import _ "nodebook/none"`),
		"what cannot be interpreted":   replace("ping.go", "func Ping(conn io.ReadWriter) error {", "func Ping(conn io.ReadWriter) error {\n\tvar z complex128\n\t_ = z\n"),
		"another signature":            replace("checksum.go", "func Checksum(b []byte) [4]byte {", "func Checksum(b []byte, more ...byte) [4]byte {"),
	} {
		t.Run(name, func(t *testing.T) {
			q := asked(t, framing, "TestPing")
			change(t, q)
			if q.compiled(newNatives(forCode), &answer{Parallel: map[string]bool{}}) != nil {
				t.Error("the compiled tests are used")
			}
		})
	}
	q := asked(t, framing, "TestPing")
	add("func Own() {}\n\ntype own struct{}\n\nfunc (own) String() string { return \"\" }")(t, q)
	if q.compiled(newNatives(forCode), &answer{Parallel: map[string]bool{}}) == nil {
		t.Error("what the learner has added beside the API keeps the compiled tests from being used")
	}
	if compiled.Find("lessons/lesson1") != nil {
		t.Error("a folder without compiled tests has some")
	}
}
