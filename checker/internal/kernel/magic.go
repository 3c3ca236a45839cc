package kernel

import (
	"bytes"
	"context"
	"fmt"
	"html"
	"io"
	"slices"
	"strconv"
	"strings"

	"nodebook/checker/internal/cell"
	"nodebook/checker/internal/exercise"
	"nodebook/checker/internal/report"
	"nodebook/checker/internal/workbook"
)

// A magic is a line for the checker instead of Go. One that starts with %% takes the
// rest of the cell along.
type magic struct {
	name, use, does string
	run             func(x *execution, ctx context.Context, args []string, body string) *failure
}

var magics []magic

func init() { // help lists the magics, and is one
	magics = []magic{
		{"%%exercise", "%%exercise NAME [--overwrite]", "saves the rest of the cell as your function and checks it", (*execution).exercise},
		{"%%reference", "%%reference", "runs the rest of the cell with the reference instead of your functions", (*execution).reference},
		{"%check", "%check [NAME...] [--seed N]", "checks exercises of this lesson, or all of them; a seed repeats a check's random inputs", (*execution).check},
		{"%hint", "%hint NAME", "shows one more hint", verb("hint")},
		{"%diff", "%diff NAME", "compares your function with the stub", verb("diff")},
		{"%solution", "%solution NAME", "shows the reference next to your function", verb("solution")},
		{"%reset", "%reset NAME", "takes your function back to the stub", verb("reset")},
		{"%lesson", "%lesson [NAME]", "says which lesson this notebook is about", (*execution).choose},
		{"%help", "%help", "lists these lines", (*execution).help},
	}
}

// is reports whether a cell is for the checker.
func is(code string) bool { return strings.HasPrefix(strings.TrimLeft(code, " \t\r\n"), "%") }

// magic runs the lines of a cell that is for the checker.
func (x *execution) magic(ctx context.Context) *failure {
	code := strings.TrimLeft(x.Code, " \t\r\n")
	if strings.HasPrefix(code, "%%") {
		head, body, _ := strings.Cut(code, "\n")
		return x.one(ctx, head, body)
	}
	var heads []string
	for line := range strings.Lines(code) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || strings.HasPrefix(line, "//"):
		case !strings.HasPrefix(line, "%"):
			return x.mixed(line)
		default:
			heads = append(heads, line)
		}
	}
	for _, head := range heads {
		if f := x.one(ctx, head, ""); f != nil {
			return f
		}
	}
	return nil
}

func (x *execution) mixed(line string) *failure {
	return x.failed("cell", "a cell has either lines for the checker or Go, not both: "+line)
}

// magicLine is the first line of code that is a magic, or "".
func magicLine(code string) string {
	for line := range strings.Lines(code) {
		line = strings.TrimSpace(line)
		for _, m := range magics {
			if line == m.name || strings.HasPrefix(line, m.name+" ") {
				return line
			}
		}
	}
	return ""
}

func (x *execution) one(ctx context.Context, head, body string) *failure {
	words := strings.Fields(head)
	for _, m := range magics {
		if m.name == words[0] {
			return m.run(x, ctx, words[1:], body)
		}
	}
	hint := "%help lists what there is"
	for _, m := range magics {
		if words[0] == "%"+m.name || "%"+words[0] == m.name {
			hint = "use " + m.use
		}
	}
	return x.failed("cell", fmt.Sprintf("there is no %s: %s", words[0], hint))
}

func (x *execution) help(context.Context, []string, string) *failure {
	var out strings.Builder
	for _, m := range magics {
		fmt.Fprintf(&out, "%-32s %s\n", m.use, m.does)
	}
	x.printed("stdout", out.String())
	return nil
}

// choose chooses the lesson whose packages cells find by name, and whose exercises
// the other lines mean.
func (x *execution) choose(_ context.Context, args []string, _ string) *failure {
	if len(args) > 1 {
		return x.failed("lesson", "name one lesson: %lesson "+args[0])
	}
	if len(args) > 0 {
		l, err := x.k.Book.FindLesson(args[0])
		if err != nil {
			return x.failed("lesson", err.Error())
		}
		x.k.lesson = l
	}
	l := x.k.lesson
	x.printed("stdout", fmt.Sprintf("%s: %s, %d exercises\n", l.Name, l.Title, len(l.Exercises)))
	return nil
}

// exerciseCell is the exercise that a cell holds, and its text.
func exerciseCell(code string) (name, body string, ok bool) {
	code, ok = strings.CutPrefix(strings.TrimLeft(code, " \t\r\n"), "%%exercise ")
	if !ok {
		return "", "", false
	}
	head, body, _ := strings.Cut(code, "\n")
	if words := strings.Fields(head); len(words) > 0 {
		return words[0], body, true
	}
	return "", "", false
}

// exercise finds an exercise by its name: of this lesson first, then of any.
func (k *Kernel) exercise(name string) (*workbook.Lesson, *workbook.Exercise) {
	if e, err := k.lesson.FindExercise(name); err == nil {
		return k.lesson, e
	}
	for _, other := range k.Book.Names() {
		if l, err := k.Book.Lesson(other); err == nil {
			if e := l.Exercise(name); e != nil {
				return l, e
			}
		}
	}
	return nil, nil
}

func (x *execution) named(args []string) (*workbook.Lesson, *workbook.Exercise, *failure) {
	if len(args) == 0 {
		return nil, nil, x.failed("exercise", "name an exercise: "+strings.Join(names(x.k.lesson), ", "))
	}
	l, e := x.k.exercise(args[0])
	if e == nil {
		_, err := x.k.lesson.FindExercise(args[0])
		return nil, nil, x.failed("exercise", err.Error())
	}
	return l, e, nil
}

func names(l *workbook.Lesson) (all []string) {
	for _, e := range l.Exercises {
		all = append(all, e.Name)
	}
	return all
}

// exercise saves the functions of the cell into the learner's file and checks them.
// What an editor has changed since the notebook last saw it is not overwritten.
func (x *execution) exercise(ctx context.Context, args []string, body string) *failure {
	l, e, f := x.named(args)
	if f != nil {
		return f
	}
	overwrite := slices.Equal(args[1:], []string{"--overwrite"})
	if len(args) > 1 && !overwrite {
		return x.failed("not saved", "want %%exercise "+e.Name+" or %%exercise "+e.Name+" --overwrite, and the function on the lines after it")
	}
	texts, err := exercise.Split(x.k.Book, e, body)
	if err != nil {
		return x.failed("not saved", strings.TrimPrefix(err.Error(), exercise.ErrNotThis.Error()+": "))
	}
	var changes []exercise.Change
	for name, text := range texts {
		now, err := exercise.FindNamed(x.k.Root, x.k.Book, e, name)
		if err != nil {
			return x.failed("not saved", err.Error())
		}
		if !overwrite && !now.Stub() && !x.k.saved.has(l.Name+" "+name, now.Text) && sumOf(now.Text) != sumOf(text) {
			return x.failed("not saved", fmt.Sprintf("%s has another text in %s, and this notebook has not seen it", name, now.File),
				"", now.Text, "", fmt.Sprintf("%%%%exercise %s --overwrite replaces it by this cell's", e.Name))
		}
		changes = append(changes, exercise.Change{Func: name, Base: now.Text, Text: text})
	}
	conflict, err := exercise.Save(x.k.Root, x.k.Book, l, e, changes)
	switch {
	case err != nil:
		return x.failed("not saved", err.Error())
	case conflict:
		return x.failed("not saved", "the file has just been changed by another program: run the cell again")
	}
	for name, text := range texts {
		if err := x.k.saved.note(l.Name+" "+name, text); err != nil {
			return x.failed("not saved", err.Error())
		}
	}
	return x.judge(ctx, l, []*workbook.Exercise{e}, 0)
}

// reference runs the rest of the cell, whose lines keep their numbers.
func (x *execution) reference(ctx context.Context, args []string, body string) *failure {
	if len(args) > 0 {
		return x.failed("cell", "%%reference stands alone on its line: what follows on the next ones is run")
	}
	return x.cell(ctx, "\n"+body, true)
}

func (x *execution) check(ctx context.Context, args []string, _ string) *failure {
	args, seed, f := x.seed(args)
	if f != nil {
		return f
	}
	l := x.k.lesson
	var only []*workbook.Exercise
	for i := range args {
		of, e, f := x.named(args[i : i+1])
		switch {
		case f != nil:
			return f
		case i > 0 && of != l:
			return x.failed("check", "exercises of several lessons are checked one lesson at a time")
		}
		if l = of; !slices.Contains(only, e) {
			only = append(only, e)
		}
	}
	return x.judge(ctx, l, only, seed)
}

// seed takes --seed N or --seed=N out of the words after %check; 0 if it is not there.
func (x *execution) seed(args []string) (others []string, seed uint64, f *failure) {
	for i := 0; i < len(args); i++ {
		value, ok := strings.CutPrefix(args[i], "--seed=")
		switch {
		case args[i] == "--seed":
			i++
			if i < len(args) {
				value = args[i]
			}
		case !ok && strings.HasPrefix(args[i], "-"):
			return nil, 0, x.failed("check", fmt.Sprintf("there is no %s: want %%check, names, and perhaps --seed N", args[i]))
		case !ok:
			others = append(others, args[i])
			continue
		}
		var err error
		if seed, err = strconv.ParseUint(value, 10, 64); err != nil || seed == 0 {
			return nil, 0, x.failed("check", fmt.Sprintf("want a number of 1 or more after --seed, got %q", value))
		}
	}
	return others, seed, nil
}

// judge checks exercises and shows the report. That something does not pass is no
// failure of the cell: the notebook goes on.
func (x *execution) judge(ctx context.Context, l *workbook.Lesson, only []*workbook.Exercise, seed uint64) *failure {
	engine := x.k.Engine
	if x.k.Cells != nil && !cell.Compiler() {
		engine = x.k.Cells
	}
	rep, err := exercise.Check(ctx, x.k.Root, x.k.Book, engine, l, only, seed)
	if ctx.Err() != nil {
		return x.failed("interrupted", "the check was stopped")
	}
	if err != nil {
		return x.failed("checker", err.Error())
	}
	var text bytes.Buffer
	report.Text(&text, rep, report.Style{All: len(only) > 0})
	var typed []string // in a terminal and in a notebook
	for _, e := range rep.Exercises {
		typed = append(typed, fmt.Sprintf("checker %s %s --seed", rep.Lesson, e.Name), "%check "+e.Name+" --seed")
	}
	x.shown(map[string]any{"text/plain": strings.NewReplacer(typed...).Replace(text.String()), "text/html": reportHTML(rep)})
	return nil
}

// verb runs a verb of the checker, whose output is what the cell prints.
func verb(name string) func(*execution, context.Context, []string, string) *failure {
	return func(x *execution, ctx context.Context, args []string, _ string) *failure {
		l, e, f := x.named(args)
		if f != nil {
			return f
		}
		if slices.ContainsFunc(args[1:], func(arg string) bool { return !strings.HasPrefix(arg, "-") }) {
			return x.failed(name, fmt.Sprintf("want one exercise: %%%s %s", name, e.Name))
		}
		var typed []string // in a terminal and in a notebook
		for _, m := range magics {
			if verb, ok := strings.CutPrefix(m.name, "%"); ok {
				typed = append(typed, fmt.Sprintf("checker %s %s %s", verb, l.Name, e.Name), m.name+" "+e.Name)
			}
		}
		here := strings.NewReplacer(typed...)
		in := &lines{ctx: ctx, ask: x.ask}
		all := append([]string{name, l.Name, e.Name}, args[1:]...)
		if status := x.k.Verb(ctx, all, in, printer(func(s string) { x.printed("stdout", here.Replace(s)) })); status == 2 {
			return x.failed(name, "not done")
		}
		return nil
	}
}

// printer is a writer that calls a function.
type printer func(string)

func (p printer) Write(b []byte) (int, error) {
	p(string(b))
	return len(b), nil
}

// lines is a reader that asks for a line whenever it is empty.
type lines struct {
	ctx  context.Context
	ask  func(context.Context) (string, bool)
	held []byte
}

func (l *lines) Read(b []byte) (int, error) {
	if len(l.held) == 0 {
		line, ok := l.ask(l.ctx)
		if !ok {
			return 0, io.EOF
		}
		l.held = []byte(line + "\n")
	}
	n := copy(b, l.held)
	l.held = l.held[n:]
	return n, nil
}

// reportHTML is a report as a fragment of HTML.
func reportHTML(rep *report.Lesson) string {
	var out strings.Builder
	fmt.Fprintf(&out, "<p><b>%s</b> %s: %d of %d</p>", html.EscapeString(rep.Lesson), html.EscapeString(rep.Title), rep.Passed, rep.Total)
	for _, p := range rep.Problems {
		fmt.Fprintf(&out, "<pre>%s: %s</pre>", html.EscapeString(p.Place), html.EscapeString(p.Message))
	}
	for _, e := range rep.Exercises {
		colour, sign := "#b3261e", "✗"
		switch e.Verdict {
		case report.Pass:
			colour, sign = "#1a7f37", "✓"
		case report.NotImplemented, report.NotJudged:
			colour, sign = "#6e7781", "·"
		}
		fmt.Fprintf(&out, `<div style="border-left:4px solid %s;padding-left:8px;margin:6px 0"><b>%s %s</b> %s`, colour, sign,
			html.EscapeString(e.Name), html.EscapeString(string(e.Verdict)))
		if e.Note != "" {
			fmt.Fprintf(&out, " (%s)", html.EscapeString(e.Note))
		}
		if e.Message != "" {
			fmt.Fprintf(&out, `<pre style="white-space:pre-wrap">%s</pre>`, html.EscapeString(e.Message))
		}
		if e.Message != "" && e.Verdict != report.Pass && e.Verdict != report.NotImplemented {
			fmt.Fprintf(&out, "<p>again with the same inputs: <code>%%check %s --seed %d</code></p>", html.EscapeString(e.Name), rep.Seed)
		}
		if e.Printed != "" {
			fmt.Fprintf(&out, `<details><summary>it printed</summary><pre>%s</pre></details>`, html.EscapeString(e.Printed))
		}
		out.WriteString("</div>")
	}
	for _, n := range rep.Notes {
		fmt.Fprintf(&out, "<p>%s</p>", html.EscapeString(n))
	}
	return out.String()
}
