package kernel

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"runtime"
	"sync"

	"nodebook/checker/internal/assist"
	"nodebook/checker/internal/cell"
	"nodebook/checker/internal/interpreter"
	"nodebook/checker/internal/judge"
	"nodebook/checker/internal/typecheck"
	"nodebook/checker/internal/workbook"

	zmq "github.com/go-zeromq/zmq4"
)

// Options are what a kernel works with.
type Options struct {
	Root   string // of the workbook
	Book   *workbook.Book
	Engine judge.Engine        // checks exercises
	Cells  *interpreter.Engine // runs cells; nil has every cell compiled

	Trouble error // why there is no workbook: each cell is answered with it

	// Verb runs a verb of the checker: hint, diff, solution, reset.
	Verb func(ctx context.Context, args []string, in io.Reader, out io.Writer) int
}

// Kernel serves one front end.
type Kernel struct {
	Options
	*sockets
	runner  cell.Runner
	assist  *assist.Assistant
	types   *typecheck.Workbook // for the values of last lines
	lesson  *workbook.Lesson    // that %lesson has chosen, or the first
	cells   []cell.Cell         // that have run to their end, in the order in which they did
	lines   map[int][]string    // that cells were given, by number
	history []string            // what was executed, from 1
	saved   *saved

	requests chan *message // of shell
	input    chan *message // answers to input_request
	end      chan struct{} // closed by a shutdown
	ended    sync.Once

	mu        sync.Mutex
	interrupt context.CancelFunc // of the cell that runs, or nil
}

// mostRequests bounds what waits for its turn; a front end that sends more waits.
const mostRequests = 1000

// Serve serves the front end of a connection file until it shuts the kernel down
// or ctx ends.
func Serve(ctx context.Context, c *Connection, o Options) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s, err := listen(ctx, c, rand.Text())
	if err != nil {
		return err
	}
	k := &Kernel{
		Options: o, sockets: s, assist: assist.New(o.Root), types: &typecheck.Workbook{Root: o.Root}, saved: openSaved(o.Root),
		runner: cell.Runner{Root: o.Root, Limits: cell.DefaultLimits},
		lines:  map[int][]string{}, requests: make(chan *message, mostRequests), input: make(chan *message, 1), end: make(chan struct{}),
	}
	if o.Cells != nil {
		k.runner.Interpreter = &cell.Interpreter{Engine: o.Cells}
	}
	if k.lesson, err = firstLesson(o.Book); err != nil {
		s.close()
		return err
	}
	k.serve(ctx)
	cancel()
	s.close()
	return nil
}

func firstLesson(book *workbook.Book) (*workbook.Lesson, error) { return book.Lesson(book.Names()[0]) }

func (k *Kernel) serve(ctx context.Context) {
	go k.beat(ctx)
	go k.receive(ctx, k.shell, func(m *message) {
		select {
		case k.requests <- m:
		case <-ctx.Done():
		}
	})
	go k.receive(ctx, k.stdin, func(m *message) {
		select {
		case k.input <- m:
		default: // nobody has asked
		}
	})
	go k.receive(ctx, k.control, func(m *message) { k.during(k.control, m) })
	k.publish("status", nil, map[string]string{"execution_state": "starting"})
	for {
		select {
		case m := <-k.requests:
			k.during(k.shell, m)
			if m.header.Type == "execute_request" {
				continue
			}
		case <-k.end:
			return
		case <-ctx.Done():
			return
		}
	}
}

// during answers a request between the messages that say that the kernel is busy
// and that it is idle.
func (k *Kernel) during(socket zmq.Socket, m *message) {
	k.publish("status", m, map[string]string{"execution_state": "busy"})
	k.request(socket, m)
	k.publish("status", m, map[string]string{"execution_state": "idle"})
	if m.header.Type == "shutdown_request" {
		k.ended.Do(func() { close(k.end) })
	}
}

// request answers one request. A type that this version of the protocol does not
// have is not answered, as the protocol asks for.
func (k *Kernel) request(socket zmq.Socket, m *message) {
	reply := func(kind string, content any) { k.answer(socket, m, kind, content) }
	switch m.header.Type {
	case "kernel_info_request":
		reply("kernel_info_reply", kernelInfo())
	case "execute_request":
		k.execute(m)
	case "complete_request":
		reply("complete_reply", k.complete(m))
	case "inspect_request":
		reply("inspect_reply", k.inspect(m))
	case "is_complete_request":
		reply("is_complete_reply", isComplete(m))
	case "history_request":
		reply("history_reply", k.past(m))
	case "comm_info_request":
		reply("comm_info_reply", map[string]any{"status": "ok", "comms": struct{}{}})
	case "interrupt_request":
		k.stop()
		reply("interrupt_reply", map[string]string{"status": "ok"})
	case "shutdown_request":
		var q struct {
			Restart bool `json:"restart"`
		}
		json.Unmarshal(m.content, &q) // without the field it is no restart
		k.stop()
		reply("shutdown_reply", map[string]any{"status": "ok", "restart": q.Restart})
	}
}

// stop ends the cell that runs.
func (k *Kernel) stop() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.interrupt != nil {
		k.interrupt()
	}
}

func kernelInfo() map[string]any {
	return map[string]any{
		"status": "ok", "protocol_version": protocolVersion, "implementation": "nodebook", "implementation_version": "1",
		"banner": "Nodebook: build a Bitcoin node in Go",
		"language_info": map[string]any{
			"name": "go", "version": runtime.Version()[2:], "mimetype": "text/x-go", "file_extension": ".go",
			"pygments_lexer": "go", "codemirror_mode": "go",
		},
		"help_links": []map[string]string{{"text": "The Go specification", "url": "https://go.dev/ref/spec"}},
		"debugger":   false,
	}
}

// past answers history_request from what this session has executed.
func (k *Kernel) past(m *message) map[string]any {
	var q struct {
		N int `json:"n"`
	}
	json.Unmarshal(m.content, &q) // without the field: all of it
	rows := [][]any{}
	for i, source := range k.history {
		if q.N > 0 && i < len(k.history)-q.N {
			continue
		}
		rows = append(rows, []any{1, i + 1, source})
	}
	return map[string]any{"status": "ok", "history": rows}
}
