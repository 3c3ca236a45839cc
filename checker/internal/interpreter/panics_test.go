package interpreter_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nodebook/checker/internal/author"
	"nodebook/checker/internal/interpreter"
	"nodebook/checker/internal/judge"
	"nodebook/checker/internal/report"
	"nodebook/checker/internal/source"
	"nodebook/checker/internal/workbook"
)

const commandFile = "lessons/lesson1/framing/command.go"

// learner is what the interpreter says of an exercise of lesson 1 where file holds
// text, and all else is the reference.
func learner(t *testing.T, repo *author.Repo, root, exercise, file, text string) *report.Exercise {
	t.Helper()
	l, err := repo.Book.Lesson("lesson1")
	if err != nil {
		t.Fatal(err)
	}
	rep, err := judge.Lesson(t.Context(), judge.Request{
		Root: root, Book: repo.Book, Lesson: l, Exercises: []*workbook.Exercise{l.Exercise(exercise)}, Seed: 1,
		Solutions: source.None, Extra: map[string][]byte{file: []byte(text)}, Engine: &interpreter.Engine{},
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(rep.Problems) > 0 {
		t.Fatal(rep.Problems)
	}
	return rep.Exercise(exercise)
}

// panics are bodies of a function in which a line panics; it says "here".
var panics = map[string]string{
	"index": `
	k := one([]int{1}) + n
	_ = []int{1, 2}[k] // here`,
	"nil map": `
	var m map[string]int
	n++
	m["a"] = n // here`,
	"nil pointer": `
	var p *struct{ x int }
	n++
	p.x = n // here`,
	"division": `
	n -= 4
	n = one([]int{7}) / n // here`,
	"range": `
	var lists [][]int
	for range 2 {
		n++
	}
	for range lists[n] { // here
		n--
	}`,
	"range over no function": `
	var each func(func(int) bool)
	for i := range each { // here
		n += i
	}`,
	"condition on two lines": `
	list := []int{1}
	if n > 3 &&
		list[n] == 1 { // here
		n--
	}`,
	"argument on its own line": `
	list := []int{1}
	_ = fmt.Sprint(
		n,
		list[n], // here
	)`,
	"call on several lines": `
	_ = strings.
		Repeat( // here
			"x",
			-n,
		)`,
	"element of a list on several lines": `
	_ = []int{
		1,
		2,
	}[n] // here`,
	"quotient on several lines": `
	n -= 4
	_ = 1 +
		7/n + // here
		1`,
	"own words": `
	if one([]int{n}) == 4 {
		n--
	}
	panic("boom") // here`,
	"own error": `
	n++
	panic(&failure{n}) // here`,
	"compiled function after a call": `
	n++
	_ = strings.Repeat("x", -one([]int{n})) // here`,
	"closure": `
	less := func(a, b int) bool {
		a++
		return []int{1, 2}[a] < b // here
	}
	sort.Slice([]int{1, 2, 3, 4}, less)`,
	"deferred call": `
	defer func() {
		n++
		_ = []int{1, 2}[n] // here
	}()`,
}

// A panic is told with the line that it is in, as the compiler tells it.
func TestPanics_places(t *testing.T) {
	repo, root := solved(t, "lesson1")
	for name, body := range panics {
		t.Run(name, func(t *testing.T) {
			text := "package framing\n\nimport (\n\t\"fmt\"\n\t\"io\"\n\t\"sort\"\n\t\"strings\"\n)\n\n" +
				"const CommandSize = 12\n\nvar _, _ = sort.Ints, strings.Clone\n\n" +
				"type failure struct{ n int }\n\nfunc (f *failure) Error() string {\n\tf.n++\n\treturn fmt.Sprint(f.n)\n}\n\n" +
				"func one(list []int) int {\n\tx := list[0]\n\treturn x\n}\n\n" +
				"func ReadCommand(r io.Reader) (string, error) {\n\tn := one([]int{4})" + body + "\n\treturn fmt.Sprint(n), nil\n}\n"
			before, _, ok := strings.Cut(text, "// here")
			if !ok {
				t.Fatal("no line says that it is here")
			}
			want := fmt.Sprintf("at %s:%d", commandFile, 1+strings.Count(before, "\n"))
			x := learner(t, repo, root, "ReadCommand", commandFile, text)
			if x.Verdict != report.Panicked || !strings.Contains(x.Message+"\n", want+"\n") {
				t.Errorf("%s, want a panic %s\n%s", x.Verdict, want, x.Message)
			}
		})
	}
}

// A panic is one in the last of an exercise's tests as well, after which no test
// is missing.
func TestPanics_lastTest(t *testing.T) {
	repo, root := solved(t, "lesson1")
	const lengthFile = "lessons/lesson1/framing/length.go"
	src, err := os.ReadFile(filepath.Join(root, lengthFile))
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(src), "err != nil {\n", "err != nil {\n\t\tpanic(err)\n", 1)
	if x := learner(t, repo, root, "ReadLength", lengthFile, text); x.Verdict != report.Panicked || !strings.Contains(x.Message, "panic: EOF\n") {
		t.Errorf("%s, want a panic\n%s", x.Verdict, x.Message)
	}
}

// The value of a panic is shown as Go shows it, without an address.
func TestPanics_values(t *testing.T) {
	repo, root := solved(t, "lesson1")
	for value, want := range map[string]string{"code(7)": "framing.code(7)", "text(`x`)": `framing.text("x")`, "pair{1, 2}": "(framing.pair)", "&pair{1, 2}": "(*framing.pair)"} {
		body := "package framing\n\nimport \"io\"\n\nconst CommandSize = 12\n\ntype code int\n\ntype text string\n\ntype pair struct{ a, b int }\n\n" +
			"func ReadCommand(r io.Reader) (string, error) { panic(" + value + ") }\n"
		if x := learner(t, repo, root, "ReadCommand", commandFile, body); !strings.Contains(x.Message, "got    panic: "+want+"\n") {
			t.Errorf("want panic: %s\n%s", want, x.Message)
		}
	}
}

// os.Exit(0) in the middle of a test is the panic that go test makes of it.
func TestPanics_exit(t *testing.T) {
	repo, root := solved(t, "lesson1")
	text := "package framing\n\nimport (\n\t\"io\"\n\t\"os\"\n)\n\nconst CommandSize = 12\n\n" +
		"func ReadCommand(r io.Reader) (string, error) {\n\tn := 1\n\tos.Exit(n - 1)\n\treturn \"\", nil\n}\n"
	x := learner(t, repo, root, "ReadCommand", commandFile, text)
	want := "got    it calls os.Exit(0), which ends the whole program\n       at " + commandFile + ":12"
	if x.Verdict != report.Panicked || !strings.Contains(x.Message+"\n", want+"\n") {
		t.Errorf("%s, want a panic\n%s\n%s", x.Verdict, want, x.Message)
	}
}

// What panics before the first test is told in Go's words and with its line, also
// if nothing uses it.
func TestPanics_beforeTests(t *testing.T) {
	repo, root := solved(t, "lesson1")
	const own = "lessons/lesson1/framing/own.go"
	for _, text := range []string{
		"package framing\n\nvar lists map[string][]int\n\nvar first = lists[\"x\"][0]\n",
		"package framing\n\nvar list []int\n\nfunc init() { list[0]++ }\n",
	} {
		x := learner(t, repo, root, "Checksum", own, text)
		want := "index out of range [0] with length 0\nat " + own + ":5"
		if x.Verdict != report.Panicked || !strings.Contains(x.Message+"\n", want+"\n") {
			t.Errorf("%s, want a panic\n%s\n%s", x.Verdict, want, x.Message)
		}
	}
}

// A panic that is recovered costs what it costs in Go: a test that looks at how
// much is allocated does not take it for the learner's.
func TestPanics_recovered(t *testing.T) {
	repo, root := solved(t, "lesson1")
	const payloadFile = "lessons/lesson1/framing/payload.go"
	text := `package framing

import (
	"fmt"
	"io"
)

func must(err error, calls int) {
	switch {
	case err != nil && calls > 0:
		must(err, calls-1)
	case err != nil:
		panic(err)
	}
}

func ReadPayload(r io.Reader, n uint32) (b []byte, err error) {
	defer func() {
		if x := recover(); x != nil {
			b, err = nil, fmt.Errorf("payload: %w", x.(error))
		}
	}()
	if n > MaxPayload {
		must(ErrTooLarge, 20)
	}
	b = make([]byte, n)
	if _, err := io.ReadFull(r, b); err == io.EOF {
		must(io.ErrUnexpectedEOF, 0)
	} else {
		must(err, 0)
	}
	return b, nil
}
`
	if x := learner(t, repo, root, "ReadPayload", payloadFile, text); x.Verdict != report.Pass {
		t.Errorf("%s, want a pass\n%s", x.Verdict, x.Message)
	}
}

// A test that recovers from an error of the runtime is run again, checked, and passes:
// so do the tests after it.
func TestPanics_recoveredErrorOfTheRuntime(t *testing.T) {
	repo, root := solved(t, "lesson1")
	const integersFile = "lessons/lesson1/framing/integers.go"
	text := `package framing

import "fmt"

func LittleEndian(b []byte) (n uint64, err error) {
	defer func() {
		if x := recover(); x != nil {
			n, err = 0, fmt.Errorf("%v: %w", x, ErrFit)
		}
	}()
	var digits [8]byte
	for i := range b {
		digits[i] = b[i]
	}
	for i, d := range digits {
		n |= uint64(d) << (8 * i)
	}
	return n, nil
}

func BigEndian(b []byte) (n uint64, err error) {
	if len(b) > 8 {
		return 0, ErrFit
	}
	for _, d := range b {
		n = n<<8 | uint64(d)
	}
	return n, nil
}
`
	x := learner(t, repo, root, "LittleEndian", integersFile, text)
	if x.Verdict != report.Pass {
		t.Errorf("%s, want a pass\n%s", x.Verdict, x.Message)
	}
	if l, _ := repo.Book.Lesson("lesson1"); len(x.Tests) != len(l.Exercise("LittleEndian").Tests) {
		t.Errorf("%d tests were run, want %d", len(x.Tests), len(l.Exercise("LittleEndian").Tests))
	}
}
