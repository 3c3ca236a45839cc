package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"nodebook/checker/internal/edit"
	"nodebook/checker/internal/judge"
	"nodebook/checker/internal/report"
	"nodebook/checker/internal/source"
	"nodebook/checker/internal/watch"
	"nodebook/checker/needs"
)

// bench is a watch over a workbook, with a judge and keys of the test's own.
type bench struct {
	t      *testing.T
	file   string // ping.go
	w      *watcher
	keys   *io.PipeWriter
	out    *screen
	ended  chan error
	cancel context.CancelFunc
}

// screen collects what is printed and announces each print.
type screen struct {
	mu   sync.Mutex
	text bytes.Buffer
	news chan struct{}
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case s.news <- struct{}{}:
	default:
	}
	return s.text.Write(p)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

const longest = 10 * time.Minute // only ever waited for by a test that fails

// shows waits until something is on the screen and begins a new one.
func (b *bench) shows(want string) string {
	b.t.Helper()
	late := time.After(longest)
	for {
		if text := b.out.String(); strings.Contains(text, want) {
			b.out.mu.Lock()
			defer b.out.mu.Unlock()
			b.out.text.Reset()
			return text
		}
		select {
		case <-b.out.news:
		case err := <-b.ended:
			b.t.Fatalf("the watch ended (%v) before %q in\n%s", err, want, b.out)
		case <-late:
			b.t.Fatalf("%q did not come within %s; there is\n%s", want, longest, b.out)
		}
	}
}

func (b *bench) save(text string) {
	b.t.Helper()
	if err := edit.WriteFile(b.file, []byte(text)); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) press(keys string) {
	b.t.Helper()
	if _, err := io.WriteString(b.keys, keys); err != nil {
		b.t.Fatal(err)
	}
}

type judgeFunc = func(context.Context, judge.Request, func(*report.Lesson)) error

// startWatch begins a watch of lesson 1 in a fresh workbook.
func startWatch(t *testing.T, j judgeFunc) *bench {
	t.Helper()
	return startWatchBy(t, watch.Options{Debounce: 2 * time.Millisecond}, j)
}

func startWatchBy(t *testing.T, times watch.Options, j judgeFunc) *bench {
	t.Helper()
	dir := t.TempDir()
	b := &bench{t: t, file: filepath.Join(dir, "lessons/lesson1/framing/ping.go"), out: &screen{news: make(chan struct{}, 1)}, ended: make(chan error, 1)}
	b.save("package framing\n")
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module nodebook\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	in, keys := io.Pipe()
	b.keys = keys
	a := &app{in: in, out: b.out, errs: b.out}
	on, err := a.openWatch([]string{"lesson1"})
	if err != nil {
		t.Fatal(err)
	}
	b.w = &watcher{app: a, judge: j, times: times}
	b.w.flags.solutions = "none"
	if err := b.w.turnTo(on); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	b.cancel = cancel
	go func() { b.ended <- b.w.run(ctx) }()
	t.Cleanup(func() { cancel(); keys.Close() })
	return b
}

// verdicts is a report of the lesson in which the exercises named do not pass.
func verdicts(q judge.Request, title string, open ...string) *report.Lesson {
	rep := &report.Lesson{Lesson: q.Lesson.Name, Title: title}
	for _, e := range q.Lesson.Exercises {
		x := report.Exercise{Name: e.Name, Verdict: report.Pass}
		for _, name := range open {
			if name == e.Name {
				x.Verdict, x.Message = report.Fail, "message of "+name
			}
		}
		rep.Exercises = append(rep.Exercises, x)
	}
	rep.Count()
	return rep
}

func (b *bench) quits(how string) {
	b.t.Helper()
	select {
	case err := <-b.ended:
		if err != nil {
			b.t.Fatalf("%s: %v", how, err)
		}
	case <-time.After(longest):
		b.t.Fatalf("%s does not end the watch", how)
	}
}

// The first open exercise is shown; n moves on and stays there over saves until
// it passes; keys work; q quits.
func TestWatch_keys(t *testing.T) {
	t.Setenv("DISPLAY", "")
	t.Setenv("WAYLAND_DISPLAY", "")
	open := make(chan []string, 1)
	open <- []string{"Ping", "ReadMagic", "Hash256"}
	b := startWatch(t, func(ctx context.Context, q judge.Request, answer func(*report.Lesson)) error {
		now := <-open
		answer(verdicts(q, "a title", now...))
		return nil
	})
	if text := b.shows("message of Ping"); strings.Contains(text, "\x1b") || strings.Contains(text, "message of ReadMagic") || !strings.Contains(text, "10 of 13") {
		t.Errorf("the first screen is\n%s", text)
	}
	b.press("h")
	b.shows("Ping, hint 1 of 3")
	b.press("h")
	b.shows("Ping, hint 2 of 3")
	b.press("n")
	b.shows("message of ReadMagic")
	b.press("l")
	b.shows("ReadAll")
	b.press("p")
	b.shows("all of it: checker page lesson1")
	open <- []string{"Ping", "ReadMagic", "Hash256"}
	b.save("package framing // 1\n")
	b.shows("message of ReadMagic")
	open <- []string{"Ping", "Hash256"}
	b.save("package framing // 2\n")
	b.shows("message of Ping")
	b.press("nn")
	b.shows("message of Ping")
	b.press("r")
	b.shows("judging lesson1")
	b.press("n") // what it shows is of the run before
	if text := b.shows("judging lesson1"); !strings.Contains(text, "message of Hash256") {
		t.Errorf("n during a run shows\n%s", text)
	}
	open <- nil
	b.shows("everything passes: go run ./lessons/lesson1")
	open <- []string{"ReadProtocolVersion"}
	b.press("n") // the next lesson
	b.shows("lesson2  a title")
	b.press("xyz")
	b.press("q")
	b.quits("q")
}

// A save during a run takes it back and starts again: what is shown is only ever
// the answer to the last save.
func TestWatch_saveDuringRun(t *testing.T) {
	const saves = 3
	began := make(chan string)
	runs, taken := 0, 0
	b := startWatch(t, func(ctx context.Context, q judge.Request, answer func(*report.Lesson)) error {
		runs++
		src, err := os.ReadFile(filepath.Join(q.Root, "lessons/lesson1/framing/ping.go"))
		if err != nil {
			return err
		}
		select {
		case began <- string(src):
		case <-ctx.Done():
		}
		if string(src) != text(saves) { // runs forever, and answers late
			<-ctx.Done()
			taken++
			answer(verdicts(q, "stale", "Ping"))
			return ctx.Err()
		}
		answer(verdicts(q, "fresh", "Ping"))
		return nil
	})
	<-began
	for i := 1; i <= saves; i++ {
		b.save(text(i))
		for <-began != text(i) {
		}
	}
	if shown := b.shows("fresh"); strings.Contains(shown, "stale") {
		t.Errorf("a run that was taken back was shown:\n%s", shown)
	}
	b.cancel()
	b.quits("the end of the context")
	if runs <= saves || taken != runs-1 {
		t.Errorf("%d runs, %d taken back; want more than %d, and all but the last", runs, taken, saves)
	}
}

// text is the learner's file as it was saved the nth time.
func text(n int) string { return fmt.Sprintf("package framing // %d\n", n) }

// A run begins before the save is over, and its answer is not shown until then:
// what was judged may be half of a file.
func TestWatch_early(t *testing.T) {
	const debounce = time.Second
	began := make(chan string, 1)
	b := startWatchBy(t, watch.Options{Debounce: debounce}, func(ctx context.Context, q judge.Request, answer func(*report.Lesson)) error {
		src, err := os.ReadFile(filepath.Join(q.Root, "lessons/lesson1/framing/ping.go"))
		if err != nil {
			return err
		}
		began <- string(src)
		answer(verdicts(q, fmt.Sprintf("saw %q", src), "Ping"))
		return nil
	})
	<-began
	b.shows("saw")
	saved := time.Now()
	b.save("package\n")
	if now := <-began; now != "package\n" {
		t.Fatalf("%q was judged", now)
	}
	b.save(text(1))
	late := time.Since(saved) >= debounce // the test was; the first save was over
	if shown := b.shows(fmt.Sprintf("saw %q", text(1))); !late && strings.Contains(shown, `saw "package\n"`) {
		t.Errorf("the answer to half a file was shown:\n%s", shown)
	}
	b.cancel()
	b.quits("the end of the context")
}

// 1,000 saves at random moments of runs of random length: after each burst the
// answer on the screen is that to the last save.
func TestWatch_thousand(t *testing.T) {
	needs.Lot(t, 4)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rng, slow := rand.New(rand.NewPCG(seed, 1)), rand.New(rand.NewPCG(seed, 2))
	var file string
	b := startWatch(t, func(ctx context.Context, q judge.Request, answer func(*report.Lesson)) error {
		src, err := os.ReadFile(filepath.Join(q.Root, "lessons/lesson1/framing/ping.go"))
		if err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Duration(slow.Int64N(int64(8 * time.Millisecond)))):
		}
		answer(verdicts(q, "saw "+strings.TrimSpace(string(src))+".", "Ping"))
		return nil
	})
	b.shows("saw package framing.")
	file = b.file
	for n := 0; n < 1000; {
		for range 1 + rng.IntN(12) {
			n++
			text := fmt.Sprintf("package framing // %d\n", n)
			if rng.IntN(2) == 0 {
				b.save(text)
			} else if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
			<-time.After(time.Duration(rng.Int64N(int64(4 * time.Millisecond))))
		}
		b.shows(fmt.Sprintf("saw package framing // %d.", n))
	}
	b.press("q")
	b.quits("q")
}

// A judge that cannot judge is said, and the watch goes on; a remembered mode is
// kept; two answers to one save, interpreted and compiled, are both shown.
func TestWatch_answers(t *testing.T) {
	fail := true
	b := startWatch(t, func(ctx context.Context, q judge.Request, answer func(*report.Lesson)) error {
		if fail {
			return fmt.Errorf("no space left")
		}
		if q.Solutions != source.None {
			return fmt.Errorf("mode %s", q.Solutions)
		}
		answer(verdicts(q, "interpreted", "Ping"))
		answer(verdicts(q, "compiled", "Ping"))
		return nil
	})
	b.shows("checker: no space left")
	fail = false
	b.save("package framing // again\n")
	if text := b.shows("compiled"); !strings.Contains(text, "interpreted") {
		t.Errorf("the first answer was not shown:\n%s", text)
	}
	b.keys.Close() // the end of standard input ends nothing
	b.save("package framing // again\n")
	b.shows("compiled")
	b.cancel()
	b.quits("the end of the context")
}
