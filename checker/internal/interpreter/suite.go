package interpreter

import (
	"testing"

	"nodebook/checker/internal/interpreter/compiled"
	"nodebook/checker/internal/interpreter/lower"
)

// suite is tests that can be run, and the machine that holds the learner's code.
type suite struct {
	machine *machine
	setup   string // the function to call before any other
	tests   func() []testing.InternalTest
}

// interpreted is a suite whose tests are interpreted as well; nil if nothing can
// be run.
func (q *request) interpreted(natives natives, ans *answer) *suite {
	set := lower.Load([]lower.Source{q.tests()}, q.source, natives, q.testPath())
	if !sound(set, ans) {
		return nil
	}
	l, m := q.load(set, q.Tests, ans)
	if m == nil {
		return nil
	}
	return &suite{m, l.core.Setup, func() []testing.InternalTest {
		var tests []testing.InternalTest
		for _, e := range l.entries {
			if e.Beyond == nil {
				tests = append(tests, testing.InternalTest{Name: e.Wanted, F: m.function(e.Name).(func(*testing.T))})
			}
		}
		return tests
	}}
}

// compiled is a suite whose tests are compiled into this program; nil where they
// are not, or not for code like the learner's: what does not compile, has another
// API or cannot all be interpreted is for the interpreted tests to say.
func (q *request) compiled(natives natives, ans *answer) *suite {
	p := compiled.Find(q.Package)
	if p == nil || !p.Current(q.tests().Files) {
		return nil
	}
	bridge := lower.Source{Path: q.testPath(), Files: map[string][]byte{q.Package + "/bridge_test.go": []byte(p.Bridge)}}
	set := lower.Load([]lower.Source{bridge}, q.source, natives, q.testPath())
	if len(set.Problems) > 0 || set.Unknown != nil || compiled.Describe(set.Package(modulePath+q.Package), p.Names) != p.API {
		return nil
	}
	said := &answer{Beyond: map[string]beyondAt{}, Parallel: map[string]bool{}}
	l, m := q.load(set, p.Gates, said)
	if m == nil || len(said.Beyond) > 0 {
		return nil
	}
	if len(said.Parallel) > 0 {
		for _, name := range q.Tests {
			ans.Parallel[name] = true
		}
	}
	return &suite{m, l.core.Setup, func() []testing.InternalTest {
		gates := map[string]string{} // to their names in the core
		for _, e := range l.entries {
			gates[e.Wanted] = e.Name
		}
		p.Bind(func(gate string) any { return m.function(gates[gate]) })
		all := p.Tests()
		var tests []testing.InternalTest
		for _, name := range q.Tests {
			tests = append(tests, testing.InternalTest{Name: name, F: all[name]})
		}
		return tests
	}}
}

// load brings functions of the package of the hidden tests into a machine.
func (q *request) load(set *lower.Set, names []string, ans *answer) (*loader, *machine) {
	l := &loader{set: set, checked: q.Checked, tests: true}
	for _, name := range names {
		l.want(q.testPath(), name)
	}
	return l, l.load(ans)
}
