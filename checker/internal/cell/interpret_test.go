package cell

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"nodebook/checker/internal/interpreter"
	"nodebook/checker/needs"

	"github.com/stretchr/testify/require"
)

// interpret has a test's cells interpreted where that is possible.
func interpret(t *testing.T) {
	interp = &Interpreter{Engine: &interpreter.Engine{}}
	t.Cleanup(func() { interp = nil })
}

func engineOf(events []Event) string { return events[0].Text }

// What is interpreted shows what the compiled program shows.
func TestInterpreter(t *testing.T) {
	needs.Program(t, "setsid", "util-linux")
	interpret(t)
	TestRun(t)
	for _, c := range []struct{ name, source, engine string }{
		{"no newline at the end", `fmt.Print("a"); fmt.Fprint(os.Stderr, "b")`, "interpreted"},
		{"log, and Go's own print", "log.SetFlags(0)\nlog.Print(1)\nprintln(2)\nfmt.Print(3)", "interpreted"},
		{"ends itself", "fmt.Println(1)\nos.Exit(3)", "interpreted"},
		{"shows", `show.Bars("bars", show.Bar{"a", 1})`, "interpreted"},
		{"text of its own that looks like a frame", `fmt.Print("\x1e0123 begin\n")`, "interpreted"},
		{"a child that prints", `c := exec.Command("echo", "child"); c.Stdout = os.Stdout; c.Run()`, ""},
		{"a process that it leaves", `_, err := os.StartProcess("/bin/sh", []string{"sh", "-c", "exec setsid sleep 86399.25"}, &os.ProcAttr{Env: os.Environ()}); fmt.Println(err)`, ""},
		{"input", `b, err := io.ReadAll(os.Stdin); fmt.Println(len(b), err)`, "interpreted"},
		{"the program's own file", `_, err := os.Executable(); fmt.Println(err)`, "compiled"},
		{"a crash", `fmt.Println("before"); var p *int; fmt.Println(*p)`, "compiled"},
		{"an error of the compiler", `var s string = 1`, "compiled"},
		{"the type of a value of its own", "type T struct{}\nfmt.Printf(\"%T\", T{})", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			needs.Lot(t, 4)
			text, events := runCells(t, "x := 1; fmt.Println(\"replayed\")", c.source+"\n_ = x")
			was := interp
			interp = nil
			want, compiled := runCells(t, "x := 1; fmt.Println(\"replayed\")", c.source+"\n_ = x")
			interp = was
			require.Equal(t, want, text)
			if c.engine != "" {
				require.Equal(t, c.engine, engineOf(events), "%+v", events)
			}
			require.Equal(t, apart(compiled), apart(events))
			require.Empty(t, left(t, "sleep 86399.25"), "no process is left")
		})
	}
}

// left are the processes of a command line that still run.
func left(t *testing.T, command string) []string {
	all, err := filepath.Glob("/proc/[0-9]*/cmdline")
	require.NoError(t, err)
	return slices.DeleteFunc(all, func(name string) bool {
		b, err := os.ReadFile(name)
		return err != nil || strings.TrimRight(strings.ReplaceAll(string(b), "\x00", " "), " ") != command
	})
}

// apart are the events besides printed text, which comes in pieces of any size,
// without what differs between any two runs.
func apart(events []Event) []Event {
	var out []Event
	for _, e := range events {
		e.Millis = 0
		if e.Kind != Text && e.Kind != Engine {
			out = append(out, e)
		}
	}
	return out
}

// A computation for which interpretation is too slow is overtaken by the
// compiler, and left to it from then on.
func TestInterpreter_overtaken(t *testing.T) {
	interpret(t)
	const source = "n := 0\nfmt.Println(\"begun\")\nfor i := range 3 << 28 {\n\tn += i & 1\n}\nn"
	for range 2 {
		text, events := runCells(t, source)
		require.Equal(t, fmt.Sprint("begun\n", 3<<27, "\n"), text)
		require.Equal(t, "compiled", engineOf(events))
	}
	require.True(t, interp.leaves(Assemble(nil, Cell{Number: 1, Source: source}, Std(), nil)))
}

// A cell that waits forever for itself says so; one that waits for a clock is left
// to wait.
func TestInterpreter_deadlock(t *testing.T) {
	interpret(t)
	_, events := runCells(t, "ch := make(chan int)", "fmt.Println(1)\n<-ch")
	require.Equal(t, Failed, events[len(events)-1].Text)
	require.Equal(t, &Problem{Cell: 2, Line: 2, Message: "fatal error: all goroutines are asleep - deadlock!"}, events[len(events)-2].Problem)
	for source, want := range map[string]bool{
		"ch := make(chan int)\nfmt.Println(<-ch)":                                                true,
		"ch := make(chan int)\ntime.AfterFunc(time.Hour, func() { ch <- 1 })\nfmt.Println(<-ch)": false,
		"c, _ := net.Dial(`tcp`, `127.0.0.1:1`)\nc.Read(nil)":                                    false,
		"ctx := context.Background()\n<-ctx.Done()":                                              false,
	} {
		require.Equal(t, want, Assemble(nil, Cell{Number: 1, Source: source}, Std(), nil).closed(), source)
	}
}

func TestInterpreter_limits(t *testing.T) {
	needs.Lot(t, 3)
	run := func(source string, lim Limits) (string, []Event) {
		r := &Runner{Root: root(t), Limits: lim, Interpreter: &Interpreter{Engine: &interpreter.Engine{}}}
		ctx, cancel := context.WithCancel(t.Context())
		var out strings.Builder
		var events []Event
		require.NoError(t, r.Run(ctx, Assemble(nil, Cell{Number: 1, Source: source}, Std(), nil), func(e Event) {
			events = append(events, e)
			out.WriteString(e.Text)
			if strings.Contains(e.Text, "interrupt me") {
				cancel()
			}
		}))
		return out.String(), events
	}
	lim := DefaultLimits
	lim.Output = 1 << 20
	out, _ := run(`for { fmt.Println(strings.Repeat("flood ", 100)) }`, lim)
	require.Contains(t, out, "cut: no more than 256 KiB")
	require.Contains(t, out, "printed more than 1 MiB")
	lim = DefaultLimits
	lim.Wall = time.Millisecond
	out, _ = run(`for { time.Sleep(time.Hour) }`, lim) // a select{} would be found to be deadlocked first, if the clock is late
	require.Contains(t, out, "stopped: the cell ran for more than")
	_, events := run(`fmt.Print("interrupt me"); for { time.Sleep(time.Hour) }`, DefaultLimits)
	require.Equal(t, Interrupted, events[len(events)-1].Text)
	require.Equal(t, "interpreted", engineOf(events))
}
