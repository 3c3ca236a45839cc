package outside_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"nodebook/checker/internal/author"
	"nodebook/checker/internal/compiler"
	"nodebook/checker/internal/judge"
	"nodebook/checker/internal/outside"
	"nodebook/checker/internal/report"
	"nodebook/checker/internal/source"
	"nodebook/checker/internal/workbook"
	"nodebook/checker/needs"
)

// However a program ends or fails, the verdict and its words are those of one
// process, but for the differences that are named here.
func TestEnds(t *testing.T) {
	repo, g := open(t)
	for _, c := range []struct {
		name    string
		imports string
		body    string // of ReadLength
		besides string // declarations
		verdict report.Verdict
		differs string // what only the message of one process has
	}{
		{name: "endless loop", body: "for { r = r }", verdict: report.TimedOut},
		{name: "call after call", body: "for { r.Read(nil) }", verdict: report.TimedOut},
		{name: "deadlock", body: "<-make(chan int); return 0, nil", verdict: report.Deadlock},
		{name: "panic", body: "panic(fmt.Sprint(1/zero))", imports: `"fmt"`, besides: "var zero int", verdict: report.Panicked},
		{name: "panic with an error", body: "panic(ErrTooLarge)", verdict: report.Panicked},
		{name: "panic with a value", body: "panic(own{3})", besides: "type own struct{ n int }", verdict: report.Panicked},
		{name: "panic in a goroutine", body: "go func() { panic(7) }(); select {}", verdict: report.Panicked},
		{name: "Goexit", body: "runtime.Goexit(); return 0, nil", imports: `"runtime"`, verdict: report.Panicked},
		{name: "os.Exit(1)", body: "os.Exit(1); return 0, nil", imports: `"os"`, verdict: report.Fail},
		{name: "os.Exit(0)", body: "os.Exit(0); return 0, nil", imports: `"os"`, verdict: report.Panicked, differs: "\n       at lessons/lesson1/framing/length.go:9"},
		{name: "stack overflow", body: "return ReadLength(r)", verdict: report.Panicked},
		{name: "memory", body: "all = append(all, make([]byte, 1<<32)); return 0, nil", besides: "var all [][]byte", verdict: report.OutOfMemory},
		{name: "concurrent map writes", body: "m := map[int]int{}; for range 4 { go func() { for { m[1]++ } }() }; select {}", verdict: report.DataRace},
		{name: "output", body: `for { fmt.Println("more and more of it") }`, imports: `"fmt"`, verdict: report.TooMuchOutput},
		{name: "printed", body: `fmt.Println("here"); println("there"); return 7, nil`, imports: `"fmt"`, verdict: report.Fail},
		{name: "an error without a value", body: "var p *own; return 0, p", besides: "type own struct{}\nfunc (*own) Error() string { return \"\" }", verdict: report.Fail},
		{name: "an error that panics", body: "_ = r; return 0, own{}", besides: "type own struct{}\nfunc (own) Error() string { panic(\"no words\") }", verdict: report.Panicked},
		{name: "init panics", body: "return 1, nil", besides: "var n = len(Commands)\nfunc init() { panic(n) }", verdict: report.Panicked},
		{name: "init exits", body: "return 1, nil", imports: `"os"`, besides: "func init() { os.Exit(3) }", verdict: report.Fail, differs: "\nits last words:\nexit status 3"},
		{name: "a reader that is read later", body: "go r.Read(make([]byte, 1)); return 0, nil", verdict: report.Fail},
		{name: "a type assertion", body: "if _, ok := r.(io.ByteReader); ok { return 0, nil }; return 1, nil", verdict: report.Fail},
		{name: "does not compile", body: "return nothing", verdict: report.NotCompiled},
		{name: "another signature", body: "return 0, nil", besides: "var _ = 0 // SIGNATURE", verdict: report.NotCompiled},
	} {
		t.Run(c.name, func(t *testing.T) {
			needs.Lot(t, 8)
			src := "package framing\n\nimport (\n\t\"io\"\n\t" + c.imports + "\n)\n\nfunc ReadLength(r io.Reader) (uint32, error) {\n\t" + c.body + "\n}\n\nconst MaxPayload = 4_000_000\n\n" + c.besides + "\n"
			if strings.Contains(c.besides, "SIGNATURE") {
				src = strings.Replace(src, "(uint32, error)", "(uint64, error)", 1)
			}
			var from, one *report.Exercise
			var both sync.WaitGroup // most of the time is that of a limit
			both.Go(func() { from = exerciseOf(t, repo, g, src) })
			one = exerciseOf(t, repo, &compiler.Engine{}, src)
			both.Wait()
			// A thread that no processor is free for does not stop when the runtime wants to
			// print its stack, and a message has no place then, on either side.
			if place := "\n       at lessons/lesson1/framing/length.go:9"; c.name == "endless loop" &&
				strings.Contains(from.Message, place) != strings.Contains(one.Message, place) {
				from.Message, one.Message = strings.ReplaceAll(from.Message, place, ""), strings.ReplaceAll(one.Message, place, "")
			}
			if from.Verdict != c.verdict {
				t.Errorf("%s, want %s\n%s", from.Verdict, c.verdict, from.Message)
			}
			if c.name == "concurrent map writes" || c.name == "output" { // chance has a part in them
				return
			}
			if want := strings.ReplaceAll(one.Message, c.differs, ""); from.Message != want && c.differs != "" || c.differs == "" && from.Message != one.Message {
				t.Errorf("outside says\n%s\nwant\n%s", from.Message, want)
			}
			one.Printed = strings.TrimSuffix(one.Printed, "exit status 1") // which is not the program's word
			if from.Verdict != one.Verdict || from.Printed != one.Printed {
				t.Errorf("outside %s, printed %q; inside %s, printed %q", from.Verdict, from.Printed, one.Verdict, one.Printed)
			}
		})
	}
}

// exerciseOf is what an engine says of ReadLength when its file is src. It may be called
// from any goroutine.
func exerciseOf(t *testing.T, repo *author.Repo, g judge.Engine, src string) *report.Exercise {
	t.Helper()
	lesson, err := repo.Book.Lesson("lesson1")
	if err != nil {
		t.Error(err)
		return &report.Exercise{}
	}
	l := *lesson
	l.Limits.Timeout, l.Limits.Memory = 3*time.Second, 512<<20
	rep, err := judge.Lesson(t.Context(), judge.Request{Root: repo.Root, Book: repo.Book, Lesson: &l, Exercises: []*workbook.Exercise{l.Exercise("ReadLength")},
		Solutions: source.All, Seed: 1, Extra: map[string][]byte{"lessons/lesson1/framing/length.go": []byte(src)}, Engine: g})
	if err != nil {
		t.Error(err)
		return &report.Exercise{}
	}
	x := rep.Exercise("ReadLength")
	if x == nil {
		t.Errorf("no word about ReadLength: %+v", rep)
		return &report.Exercise{}
	}
	for _, p := range rep.Problems {
		x.Message += "\n" + p.String()
	}
	return x
}

var _ judge.Engine = (*outside.Engine)(nil)
