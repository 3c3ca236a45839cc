package cell

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"time"

	"nodebook/checker/internal/build"
	"nodebook/checker/internal/process"
	"nodebook/fixtures/show"
)

// markVariable is the variable that holds a run's mark: a word that nobody can
// guess, with which what a cell shows and where its output begins are told from
// what it merely prints.
const markVariable = "NODEBOOK_CELL"

// Limits bound a run of a cell.
type Limits struct {
	Wall      time.Duration
	Memory    int64 // bytes of each process
	Output    int64 // bytes, pictures included
	Text      int64 // bytes of printed text; what comes behind is cut
	Processes int
}

// DefaultLimits are those of the workbook in the browser.
var DefaultLimits = Limits{Wall: 2 * time.Minute, Memory: 2 << 30, Output: 16 << 20, Text: 256 << 10, Processes: 64}

// Kind is what an event is about.
type Kind string

// The events of a run, in the order in which they may come.
const (
	Engine Kind = "engine" // Text: interpreted or compiled; what came before is void, the run starts again
	Text   Kind = "text"   // Text: what the cell printed
	Show   Kind = "show"   // Show: a picture, a table
	Error  Kind = "error"  // Problem
	Cut    Kind = "cut"    // Text: why no more output comes
	End    Kind = "end"    // Text: ok, failed, interrupted; Millis
)

// Event is one thing that a run tells.
type Event struct {
	Kind    Kind            `json:"kind"`
	Text    string          `json:"text,omitempty"`
	Show    json.RawMessage `json:"show,omitempty"` // see package show
	Problem *Problem        `json:"problem,omitempty"`
	Millis  int64           `json:"millis,omitempty"`
}

// How a run ended.
const (
	OK          = "ok"
	Failed      = "failed"
	Interrupted = "interrupted"
)

// Runner runs programs of cells.
type Runner struct {
	Root        string            // of the workbook
	Overlay     map[string][]byte // laid over its files, by path below Root; nil hides one
	Limits      Limits
	Interpreter *Interpreter // nil has every cell compiled

	// Input returns a line for a cell that waits for one, without its end; ok is
	// false at the end of the input. While cells above are replayed, it is asked for
	// the lines that they were given. Nil is an empty input.
	Input func(ctx context.Context, replayed bool) (line string, ok bool)

	// Values are what the reader has set with sliders and buttons, by label.
	Values map[string]int

	plain bool // go build compiles every cell: in tests
	whole bool // all output counts, not only what comes behind the marker
}

// Run runs p and gives sink its events, the last of which is an End.
func (r *Runner) Run(ctx context.Context, p *Program, sink func(Event)) error {
	start := time.Now()
	end := func(how string) { sink(Event{Kind: End, Text: how, Millis: time.Since(start).Milliseconds()}) }
	if len(p.Problems) > 0 {
		for i := range p.Problems {
			sink(Event{Kind: Error, Problem: &p.Problems[i]})
		}
		end(Failed)
		return nil
	}
	dir, err := process.Folder()
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	how, counts, binary := r.interpret(ctx, dir, p, sink)
	if !counts {
		how, err = r.compiled(ctx, dir, p, binary, sink)
	}
	if err == nil {
		end(how)
	}
	return err
}

// compiled runs p compiled; binary is "" if that is still to be done.
func (r *Runner) compiled(ctx context.Context, dir string, p *Program, binary string, sink func(Event)) (how string, err error) {
	sink(Event{Kind: Engine, Text: "compiled"})
	if binary == "" {
		var problems []Problem
		binary, problems, err = r.build(ctx, dir, p)
		switch {
		case ctx.Err() != nil:
			return Interrupted, nil
		case err != nil:
			return "", noGo(err)
		case len(problems) > 0:
			for i := range problems {
				sink(Event{Kind: Error, Problem: &problems[i]})
			}
			return Failed, nil
		}
	}
	return r.execute(ctx, exec.Command(binary), sink)
}

// newMark draws a run's mark.
func newMark() string {
	word := make([]byte, 16)
	rand.Read(word)
	return hex.EncodeToString(word)
}

// environ is what a program of cells finds in its environment.
func (r *Runner) environ(mark string) []string {
	env := []string{markVariable + "=" + mark, "GOTRACEBACK=single", "NO_COLOR=1"}
	if b, err := json.Marshal(r.Values); err == nil && len(r.Values) > 0 {
		env = append(env, show.Values+"="+string(b))
	}
	return env
}

// limits are those of a run with that mark.
func (r *Runner) limits(mark string) process.Limits {
	return process.Limits{
		Wall: r.Limits.Wall, Memory: r.Limits.Memory, Output: r.Limits.Output,
		Mark: markVariable + "=" + mark, Processes: r.Limits.Processes,
	}
}

func (r *Runner) decoder(mark string, sink func(Event)) *decoder {
	return &decoder{mark: []byte("\x1e" + mark + " "), sink: sink, most: r.Limits.Text, begun: r.whole}
}

// execute runs the compiled program of a cell under the limits and says how it
// ended.
func (r *Runner) execute(ctx context.Context, cmd *exec.Cmd, sink func(Event)) (string, error) {
	mark := newMark()
	cmd.Dir = r.Root
	cmd.Env = append(append(build.Environ(), r.environ(mark)...), cmd.Env...)
	d := r.decoder(mark, sink)
	var out sync.Mutex // of the decoder
	write := func(b []byte) {
		out.Lock()
		defer out.Unlock()
		d.write(b)
	}
	stop, err := r.feed(ctx, cmd, func() (pid int, begun bool) {
		out.Lock()
		defer out.Unlock()
		return d.pid, d.begun
	})
	if err != nil {
		return "", err
	}
	o, err := process.Stream(ctx, cmd, r.limits(mark), write)
	stop()
	if err != nil {
		return "", err
	}
	return r.ended(d, o, sink, false), nil
}

// ended tells how a program ended; explained says that somebody else tells why
// it ended with an error.
func (r *Runner) ended(d *decoder, o process.Outcome, sink func(Event), explained bool) string {
	lim := r.Limits
	crash := d.finish(o.Exit != 0 && o.Stop == "")
	switch o.Stop {
	case process.Cancelled:
		return Interrupted
	case process.Wall:
		sink(Event{Kind: Cut, Text: "stopped: the cell ran for more than " + lim.Wall.String()})
	case process.Output:
		sink(Event{Kind: Cut, Text: "stopped: the cell printed more than " + bytesText(lim.Output)})
	case process.Processes:
		sink(Event{Kind: Cut, Text: "stopped: the cell started too many processes"})
	case process.Memory:
		sink(Event{Kind: Cut, Text: "stopped: the cell used more than " + bytesText(lim.Memory)})
	}
	for i := range crash {
		sink(Event{Kind: Error, Problem: &crash[i]})
	}
	if o.Stop == "" && len(crash) == 0 && !explained {
		switch {
		case o.Exit > 0:
			sink(Event{Kind: Cut, Text: fmt.Sprintf("ended with exit status %d", o.Exit)})
		case o.Exit < 0:
			sink(Event{Kind: Cut, Text: "killed from outside, or by itself"})
		}
	}
	if o.Stop != "" || o.Exit != 0 {
		return Failed
	}
	return OK
}
