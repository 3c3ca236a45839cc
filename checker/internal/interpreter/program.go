package interpreter

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"strings"

	"nodebook/checker/internal/interpreter/lower"
	"nodebook/checker/internal/process"
)

// Program is a main program that may import the packages of a workbook's
// lessons, as the cells of a page do.
type Program struct {
	Root    string            // of the workbook
	Source  string            // one file of package main
	Overlay map[string][]byte // laid over the workbook's files; nil masks one
	Env     []string          // added to the environment
}

// Result is how a program ended.
type Result struct {
	Problems []string // errors of the compiler, line:col: message; nothing ran
	Beyond   string   // why the interpreter does not run it; a compiler would
	process.Outcome
}

// Run interprets a program under limits. line gets each line of its output,
// without the newline.
func (g *Engine) Run(ctx context.Context, p Program, lim process.Limits, line func([]byte)) (*Result, error) {
	q := &request{Root: p.Root, Overlay: map[string]string{}, Main: p.Source, Checked: true}
	for name, src := range p.Overlay {
		if src == nil {
			q.Masked = append(q.Masked, name)
		} else {
			q.Overlay[name] = string(src)
		}
	}
	in, err := q.encode()
	if err != nil {
		return nil, err
	}
	lim.Memory += ownMemory
	lim.Wall += startTime
	s, err := g.start(forProgram, p.Root, lim, p.Env...)
	if err != nil {
		return nil, err
	}
	var ans answer
	got := false
	r := &Result{}
	r.Outcome, err = s.ask(ctx, in, func(b []byte) {
		if rest, ok := bytes.CutPrefix(b, []byte(answerMark)); ok && !got {
			got = json.Unmarshal(rest, &ans) == nil
			return
		}
		line(b)
	})
	if err != nil {
		return nil, err
	}
	r.Err = unboxed(currentStack(r.Err))
	r.Problems = ans.Problems
	switch b, refused := ans.Beyond[""]; {
	case refused:
		r.Beyond = b.String()
	case !got:
		r.Beyond = "the interpreter ended before it began: " + lastLine(r.Err)
	case foreign().MatchString(r.Err):
		r.Beyond = "the interpreter failed in it: " + lineWith(r.Err, "panic: ")
	default:
		r.Beyond = lineWith(r.Err, "nodebook: beyond the walls: ")
	}
	return r, nil
}

const mainFile = "main.go"

// serveMain runs a program in the child; it returns the exit status.
func (q *request) serveMain(natives natives) int {
	ans := &answer{Beyond: map[string]beyondAt{}, Parallel: map[string]bool{}}
	src := lower.Source{Path: "main", Files: map[string][]byte{mainFile: []byte(q.Main)}}
	set := lower.Load([]lower.Source{src}, q.source, natives, "main")
	var m *machine
	l := &loader{set: set, checked: q.Checked}
	if sound(set, ans) {
		l.want("main", "main")
		m = l.load(ans)
	}
	for i, p := range ans.Problems {
		ans.Problems[i] = strings.TrimPrefix(p, mainFile+":")
	}
	if b, ok := ans.Beyond["main"]; ok {
		ans.Beyond[""] = b
	}
	ans.say(os.Stdout)
	if m == nil {
		return 0
	}
	m.trace.root = q.Root
	m.call(l.core.Setup)
	m.call(l.entries[0].Name)
	return 0
}
