package interpreter

import (
	"errors"
	"io"
	"os"

	"nodebook/checker/internal/interpreter/lower"
)

// runtimeErrors is where the runtime writes its last words.
var runtimeErrors = os.NewFile(2, "stderr")

// loader lowers the functions wanted of a set and brings them into a machine.
type loader struct {
	set     *lower.Set
	checked bool
	tests   bool        // the wanted are tests, or what tests call
	wanted  [][2]string // package and function
	refused []*lower.Beyond
	dropped map[[2]string]*lower.Beyond

	program *lower.Program
	entries []*lower.Entry
	core    *lower.Core
}

func (l *loader) want(path, name string) { l.wanted = append(l.wanted, [2]string{path, name}) }

const mostRefusals = 20

// load makes a machine that holds all of the wanted that is within the walls;
// nil if nothing is. What the interpreter itself refuses, although the lowering
// did not, is beyond the walls as well: it is left out, and the rest tried again.
func (l *loader) load(ans *answer) *machine {
	for range mostRefusals {
		l.lower()
		if !l.any() {
			l.tell(ans)
			return nil
		}
		m := newMachine(l.program, os.Stdout, runtimeErrors)
		m.tests = l.tests
		err := m.load(l.program, l.core)
		if err == nil {
			l.tell(ans)
			return m
		}
		var refusal *refusal
		if !errors.As(err, &refusal) || !l.refuse(refusal) && !l.search() {
			ans.Beyond[""] = beyondAt{Why: err.Error()}
			return nil
		}
	}
	ans.Beyond[""] = beyondAt{Why: "the interpreter refuses too much of it"}
	return nil
}

// lower lowers everything from the beginning.
func (l *loader) lower() {
	l.program = lower.New(l.set)
	l.program.Checked = l.checked
	l.program.Refused = l.refused
	l.entries = nil
	for _, w := range l.wanted {
		l.program.Want(w[0], w[1])
	}
	for _, w := range l.wanted {
		e := l.program.Entry(w[0], w[1])
		if b := l.dropped[w]; b != nil && e.Beyond == nil {
			e.Beyond = b
		}
		l.entries = append(l.entries, e)
	}
	l.core = l.program.Core(l.entries...)
}

func (l *loader) any() bool {
	for _, e := range l.entries {
		if e.Beyond == nil {
			return true
		}
	}
	return false
}

// refuse makes the function beyond the walls that the interpreter refuses.
func (l *loader) refuse(r *refusal) bool {
	pos := l.core.Pos(r.line)
	if !pos.IsValid() {
		return false
	}
	l.refused = append(l.refused, &lower.Beyond{Pos: pos, Why: "the interpreter refuses it: " + r.text})
	return true
}

// search finds the functions wanted with which the interpreter fails without
// saying where: each is tried alone.
func (l *loader) search() bool {
	found := false
	for _, w := range l.wanted {
		if l.dropped[w] != nil {
			continue
		}
		one := &loader{set: l.set, checked: l.checked, refused: l.refused, wanted: [][2]string{w}}
		one.lower()
		if !one.any() {
			continue
		}
		if err := newMachine(one.program, io.Discard, io.Discard).load(one.program, one.core); err != nil {
			if l.dropped == nil {
				l.dropped = map[[2]string]*lower.Beyond{}
			}
			l.dropped[w] = &lower.Beyond{Why: err.Error()}
			found = true
		}
	}
	return found
}

func (l *loader) tell(ans *answer) {
	for _, e := range l.entries {
		if e.Beyond != nil {
			ans.Beyond[e.Wanted] = at(l.set.Fset, e.Beyond)
		}
		if e.Parallel {
			ans.Parallel[e.Wanted] = true
		}
	}
}
