package kernel

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"nodebook/checker/internal/cell"
)

// executeRequest is the content of an execute_request.
type executeRequest struct {
	Code       string `json:"code"`
	Silent     bool   `json:"silent"`
	Store      *bool  `json:"store_history"`
	AllowStdin bool   `json:"allow_stdin"`
	Stop       *bool  `json:"stop_on_error"`
}

func (q executeRequest) store() bool { return !q.Silent && (q.Store == nil || *q.Store) }

// failure is what an error of a cell is in the protocol.
type failure struct {
	Name      string   `json:"ename"`
	Value     string   `json:"evalue"`
	Traceback []string `json:"traceback"`
}

// execution is one execute_request under way.
type execution struct {
	k       *Kernel
	request *message
	executeRequest
	count int
	lines []string // that the cell was given
}

// execute runs a cell, or what a magic asks for.
func (k *Kernel) execute(m *message) {
	x := &execution{k: k, request: m}
	if err := json.Unmarshal(m.content, &x.executeRequest); err != nil {
		k.answer(k.shell, m, "execute_reply", map[string]any{"status": "error", "ename": "request", "evalue": err.Error(), "traceback": []string{}, "execution_count": len(k.history)})
		return
	}
	x.count = len(k.history) + 1
	if x.store() {
		k.history = append(k.history, x.Code)
	}
	if !x.Silent {
		k.publish("execute_input", m, map[string]any{"code": x.Code, "execution_count": x.count})
	}
	ctx, cancel := context.WithCancel(context.Background())
	k.mu.Lock()
	k.interrupt = cancel
	k.mu.Unlock()
	f := x.run(ctx)
	k.mu.Lock()
	k.interrupt = nil
	k.mu.Unlock()
	cancel()
	if f == nil {
		k.answer(k.shell, m, "execute_reply", map[string]any{"status": "ok", "execution_count": x.count, "user_expressions": struct{}{}, "payload": []any{}})
		return
	}
	if !x.Silent {
		k.publish("error", m, f)
	}
	k.answer(k.shell, m, "execute_reply", map[string]any{"status": "error", "execution_count": x.count, "ename": f.Name, "evalue": f.Value, "traceback": f.Traceback})
	if x.Stop == nil || *x.Stop {
		k.abort()
	}
}

// abort answers the cells that were sent before it was known that this one fails.
func (k *Kernel) abort() {
	for n := len(k.requests); n > 0; n-- {
		m := <-k.requests
		if m.header.Type != "execute_request" {
			k.during(k.shell, m)
			continue
		}
		k.publish("status", m, map[string]string{"execution_state": "busy"})
		k.answer(k.shell, m, "execute_reply", map[string]any{"status": "aborted", "execution_count": len(k.history)})
		k.publish("status", m, map[string]string{"execution_state": "idle"})
	}
}

// run runs the request's code; nil if all went well.
func (x *execution) run(ctx context.Context) *failure {
	if strings.TrimSpace(x.Code) == "" {
		return nil
	}
	if x.k.Trouble != nil {
		return x.failed("workbook", x.k.Trouble.Error())
	}
	if is(x.Code) {
		return x.magic(ctx)
	}
	return x.cell(ctx, x.Code, false)
}

// cell runs a cell, over the learner's code or over the reference's: the latter too if
// a cell above that it needs was run so.
func (x *execution) cell(ctx context.Context, code string, reference bool) *failure {
	k, r := x.k, x.k.runner
	c := cell.Cell{Number: x.count, Source: code, Reference: reference}
	p, err := r.Prepare(k.cells, c, k.Book, k.lesson, k.types)
	if err != nil {
		return x.failed("kernel", err.Error())
	}
	if line := magicLine(code); line != "" && len(p.Problems) > 0 {
		return x.mixed(line)
	}
	r.Input = x.input(p.Cells[:max(0, len(p.Cells)-1)])
	out := &output{x: x}
	if err := r.Run(ctx, p, out.take); err != nil {
		return x.failed("kernel", err.Error())
	}
	if !p.Reference {
		x.unwritten(p)
	}
	if f := out.failure(); f != nil {
		return f
	}
	k.cells = cell.Latest(append(k.cells, c))
	k.lines[c.Number] = x.lines
	return nil
}

// unwritten names the functions that a cell reaches and that are not written yet, and
// says what to do.
func (x *execution) unwritten(p *cell.Program) {
	missing := p.Unwritten(x.k.Root, x.k.Book)
	if len(missing) == 0 {
		return
	}
	var names []string
	for _, f := range missing {
		name := f.Name
		if f.Lesson != x.k.lesson.Name {
			name += " (" + f.Lesson + ")"
		}
		names = append(names, name)
	}
	is, it := " is", "it"
	if len(names) > 1 {
		is, it = " are", "them"
	}
	x.printed("stderr", strings.Join(names, ", ")+is+" not written yet, and this cell needs "+it+"\nhint: %%exercise "+missing[0].Exercise+
		" writes it, %%reference as the first line runs the cell with the reference\n")
}

// input gives replayed cells the lines that they were given, and asks for new ones.
func (x *execution) input(replayed []int) func(context.Context, bool) (string, bool) {
	var old []string
	for _, n := range replayed {
		old = append(old, x.k.lines[n]...)
	}
	return func(ctx context.Context, again bool) (string, bool) {
		if again {
			if len(old) == 0 {
				return "", false
			}
			line := old[0]
			old = old[1:]
			return line, true
		}
		line, ok := x.ask(ctx)
		if ok {
			x.lines = append(x.lines, line)
		}
		return line, ok
	}
}

func (x *execution) failed(name, value string, more ...string) *failure {
	return &failure{name, value, append([]string{name + ": " + value}, more...)}
}

// ask asks the front end for a line, for a cell that waits for one.
func (x *execution) ask(ctx context.Context) (string, bool) {
	if !x.AllowStdin {
		return "", false
	}
	select {
	case <-x.k.input: // an answer that comes too late for the cell before
	default:
	}
	x.k.send(x.k.stdin, x.request.ids, "input_request", x.request, map[string]any{"prompt": "", "password": false})
	select {
	case m := <-x.k.input:
		var a struct {
			Value string `json:"value"`
		}
		if err := json.Unmarshal(m.content, &a); err != nil {
			return "", false
		}
		return a.Value, true
	case <-ctx.Done():
		return "", false
	}
}

// printed publishes text that a cell or a verb prints.
func (x *execution) printed(name, text string) {
	if text != "" && !x.Silent {
		x.k.publish("stream", x.request, map[string]string{"name": name, "text": text})
	}
}

// shown publishes something in the forms that a front end may choose from.
func (x *execution) shown(data map[string]any) {
	if !x.Silent {
		x.k.publish("display_data", x.request, map[string]any{"data": data, "metadata": struct{}{}, "transient": struct{}{}})
	}
}

// output turns the events of a run into messages.
type output struct {
	x        *execution
	any      bool // something was published
	problems []cell.Problem
	why      string // the run was cut short
	how      string
}

func (o *output) take(e cell.Event) {
	switch e.Kind {
	case cell.Engine:
		if o.any { // it runs again, compiled, and that run counts
			o.x.k.publish("clear_output", o.x.request, map[string]bool{"wait": false})
		}
		o.any, o.problems, o.why = false, nil, ""
	case cell.Text:
		o.any = true
		o.x.printed("stdout", e.Text)
	case cell.Show:
		o.any = true
		o.x.shown(bundle(e.Show))
	case cell.Error:
		o.problems = append(o.problems, *e.Problem)
	case cell.Cut:
		o.any, o.why = true, e.Text
		o.x.printed("stderr", e.Text+"\n")
	case cell.End:
		o.how = e.Text
	}
}

// failure is how the run failed, or nil. The traceback shows the lines of the cell.
func (o *output) failure() *failure {
	switch {
	case o.how == cell.OK:
		return nil
	case o.how == cell.Interrupted:
		return o.x.failed("interrupted", "the cell was stopped")
	case len(o.problems) == 0:
		return o.x.failed("stopped", o.why)
	}
	if first := &o.problems[0]; strings.HasPrefix(o.x.text(*first), "!") {
		first.Message += " (a line that starts with ! is for a shell in Python's notebooks; cells here are Go: use a terminal, or exec.Command)"
	}
	f := &failure{Name: "error", Value: o.problems[0].String()}
	for _, p := range o.problems {
		f.Traceback = append(f.Traceback, p.String())
		if line := o.x.line(p); line != "" {
			f.Traceback = append(f.Traceback, line)
		}
	}
	return f
}

// text is the line of this cell that a problem is at, without its indentation; "" if it is
// at another place.
func (x *execution) text(p cell.Problem) string {
	lines := strings.Split(x.Code, "\n")
	if p.Cell != x.count || p.Line < 1 || p.Line > len(lines) {
		return ""
	}
	return strings.TrimSpace(lines[p.Line-1])
}

// line is that line as it is, with its number.
func (x *execution) line(p cell.Problem) string {
	if x.text(p) == "" {
		return ""
	}
	return fmt.Sprintf("--> %d  %s", p.Line, strings.Split(x.Code, "\n")[p.Line-1])
}
