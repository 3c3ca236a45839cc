package interpreter

import (
	"fmt"
	"io"
	"maps"
	"os"
	"reflect"
	"strconv"
	"unsafe"

	"nodebook/checker/internal/interpreter/lower"
	"nodebook/checker/internal/interpreter/prelude"
	"nodebook/checker/internal/interpreter/symbols"
	"nodebook/checker/internal/lazyregexp"

	"github.com/traefik/yaegi/interp"
)

// machine is an interpreter that runs the core of one program.
type machine struct {
	interp *interp.Interpreter
	trace  *trace
	loaded map[string]bool
	tests  bool // it runs tests
}

func newMachine(p *lower.Program, stdout, stderr io.Writer) *machine {
	t := &trace{to: stderr}
	m := &machine{
		interp: interp.New(interp.Options{Stdout: stdout, Stderr: t, Unrestricted: true}),
		trace:  t,
		loaded: map[string]bool{},
	}
	nb := prelude.New(p.Type, p.Ours)
	nb.Recovered = t.recovered
	nb.At = func(at *int) { t.at = at }
	nb.Raised = t.raised
	m.use(lower.PreludePath, nb.Symbols())
	return m
}

// use makes a compiled package known to the interpreter. The core imports each
// under a name of its own. Under its real name, fmt would bring along the
// interpreter's generic packages, to be compiled each time: the lowering has left
// nothing for them to do.
func (m *machine) use(at string, table map[string]reflect.Value) {
	m.interp.Use(interp.Exports{at + "/core": table})
}

// refusal is an error of the interpreter's about a line of the core.
type refusal struct {
	line int
	text string
}

func (r *refusal) Error() string { return "the interpreter refuses it: " + r.text }

var refusedAt = lazyregexp.New(`(?s)(?:^|_\.go:|\n)(\d+):\d+: (.*)$`)

// load compiles a piece of core.
func (m *machine) load(p *lower.Program, c *lower.Core) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = refusalOf(fmt.Sprint(r))
		}
	}()
	for _, at := range p.Imports() {
		if !m.loaded[at] {
			m.loaded[at] = true
			table := symbols.Table(at)
			if at == "os" && m.tests {
				table = maps.Clone(table)
				table["Exit"] = reflect.ValueOf(exit)
			}
			m.use(at, table)
		}
	}
	m.trace.core = c
	if _, err := m.interp.Eval(c.Text); err != nil {
		return refusalOf(err.Error())
	}
	m.detach()
	return nil
}

// exit is os.Exit as go test has it: no test may end with success before its end.
func exit(code int) {
	if code == 0 {
		panic("unexpected call to os.Exit(0) during test")
	}
	os.Exit(code)
}

// detach takes each function of the core that was loaded last out of the syntax
// tree. In every function that a panic passes through, the interpreter looks for
// its place in all of the tree, to no avail: a panic that Go is done with in a
// microsecond took milliseconds and a megabyte, which a test may well take for the
// learner's.
func (m *machine) detach() {
	roots := reflect.ValueOf(m.interp).Elem().FieldByName("roots")
	if !roots.IsValid() || roots.Len() == 0 {
		return
	}
	functions := roots.Index(roots.Len() - 1).Elem().FieldByName("child")
	for i := range functions.Len() {
		above := functions.Index(i).Elem().FieldByName("anc")
		reflect.NewAt(above.Type(), unsafe.Pointer(above.UnsafeAddr())).Elem().SetZero()
	}
}

func refusalOf(said string) error {
	r := &refusal{text: said}
	if at := refusedAt().FindStringSubmatch(said); at != nil {
		r.line, _ = strconv.Atoi(at[1])
		r.text = at[2]
	}
	return r
}

// function is a function of the core as a value.
func (m *machine) function(name string) any {
	v, err := m.interp.Eval(name)
	if err != nil {
		panic(fmt.Sprintf("%s is gone: %v", name, err))
	}
	return v.Interface()
}

func (m *machine) call(name string) { m.function(name).(func())() }
