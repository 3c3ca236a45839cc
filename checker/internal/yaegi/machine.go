package yaegi

import (
	"fmt"
	"io"
	"path"
	"reflect"

	"nodebook/checker/internal/lower"
	"nodebook/checker/internal/prelude"
	"nodebook/checker/internal/yaegi/symbols"

	"github.com/traefik/yaegi/interp"
)

// natives are the compiled packages as the lowering asks for them.
type natives struct{ importer }

func newNatives() natives { return natives{symbols.Importer()} }

func (natives) Known(path string) bool { return symbols.Known(path) }

// machine is an interpreter that runs the core of one program.
type machine struct {
	interp *interp.Interpreter
	loaded map[string]bool
}

func newMachine(p *lower.Program, stdout, stderr io.Writer) *machine {
	m := &machine{
		interp: interp.New(interp.Options{Stdout: stdout, Stderr: stderr, Unrestricted: true}),
		loaded: map[string]bool{},
	}
	m.use(lower.PreludePath, prelude.New(p.Type).Symbols())
	return m
}

// use makes a compiled package known to the interpreter.
func (m *machine) use(at string, table map[string]reflect.Value) {
	m.interp.Use(interp.Exports{at + "/" + path.Base(at): table})
}

// load compiles a piece of core and runs what has to run before it.
func (m *machine) load(p *lower.Program, c *lower.Core) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the interpreter refuses it: %v", r)
		}
	}()
	for _, at := range p.Imports() {
		if !m.loaded[at] {
			m.loaded[at] = true
			m.use(at, symbols.Table(at))
		}
	}
	if _, err := m.interp.Eval(c.Text); err != nil {
		return fmt.Errorf("the interpreter refuses it: %w", err)
	}
	return nil
}

// function is a function of the core as a value.
func (m *machine) function(name string) (reflect.Value, error) {
	return m.interp.Eval(name)
}
