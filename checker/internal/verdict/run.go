package verdict

import (
	"strings"
	"time"

	"nodebook/checker/internal/process"
	"nodebook/checker/internal/workbook"
)

// run is what one go test printed, sorted by test.
type run struct {
	root        string
	asked       []workbook.Test
	most        int64 // bytes that the tests may print
	printed     int64
	stop        process.Stop
	exit        int
	stderr      string
	excused     time.Duration // that the run took, by no doing of the tests
	buildFailed bool
	again       bool // it was cut short, and says nothing of the test that was under way
	began       bool // a program that has ended by itself; otherwise this is for go test to say
	apart       bool // messages come apart from the output, which is never believed
	build       strings.Builder
	faults      []fault                // that a build failed for, besides what it said
	packages    map[string]*packageRun // by folder: lesson1/framing
}

// packageRun is what one test binary printed.
type packageRun struct {
	tests   map[string]*testRun // top-level tests by name
	last    *testRun            // the one that began last
	outside strings.Builder     // what belongs to no test
	failed  bool                // what go test says of the whole binary
	crashed bool                // its last words, which belong to no test, are those of a crash
}

// testRun is one top-level test.
type testRun struct {
	name    string
	subs    []*subRun // itself first, then its subtests as they began
	result  string    // "", pass, fail or skip
	tried   string    // what it tried when its program ended, if that came apart from the output
	seconds float64
}

// subRun is a test or subtest and what it printed.
type subRun struct {
	name   string
	out    strings.Builder
	said   *string // its message, where that came apart from the output
	result string
}

// Event is one line of go test -json, documented in "go doc test2json".
type Event struct {
	Action     string
	Package    string
	ImportPath string
	Test       string
	Output     string
	Elapsed    float64
}

const keptPerTest = 256 << 10 // bytes of a test's output that are kept

func newRun(root string, asked []workbook.Test) *run {
	return &run{root: root, asked: asked, packages: map[string]*packageRun{}}
}

// add takes an event; it tells when more has been printed than is allowed.
func (r *run) add(e Event) bool {
	if e.Action == "build-output" || e.Action == "build-fail" {
		r.buildFailed = r.buildFailed || e.Action == "build-fail"
		r.build.WriteString(e.Output)
		return false
	}
	p := r.packageOf(e.Package)
	if e.Test == "" {
		switch e.Action {
		case "output":
			r.printed += int64(len(e.Output))
			if p.outside.Len() < keptPerTest {
				p.outside.WriteString(e.Output)
			}
		case "fail":
			p.failed = true
		}
		return r.printed > r.most
	}
	s := p.sub(e.Test, e.Action == "run")
	if s == nil {
		return false
	}
	top := p.tests[topName(e.Test)]
	switch e.Action {
	case "output":
		r.printed += int64(len(e.Output))
		if s.out.Len() < keptPerTest {
			s.out.WriteString(e.Output)
		}
	case "pass", "fail", "skip":
		s.result = e.Action
		if e.Test == top.name {
			top.result, top.seconds = e.Action, e.Elapsed
		}
	}
	return r.printed > r.most
}

func (r *run) packageOf(path string) *packageRun {
	dir := strings.TrimPrefix(path, "nodebook/lessons/")
	p := r.packages[dir]
	if p == nil {
		p = &packageRun{tests: map[string]*testRun{}}
		r.packages[dir] = p
	}
	return p
}

func topName(test string) string {
	top, _, _ := strings.Cut(test, "/")
	return top
}

func (p *packageRun) anyFailed() bool {
	for _, t := range p.tests {
		if t.result == "fail" {
			return true
		}
	}
	return false
}

const mostSubs = 10_000

// sub is the record of a test or subtest, made where begun says so.
func (p *packageRun) sub(name string, begun bool) *subRun {
	t := p.tests[topName(name)]
	if t == nil {
		if !begun {
			return nil
		}
		t = &testRun{name: topName(name)}
		p.tests[t.name] = t
	}
	if begun {
		p.last = t
	}
	for i := len(t.subs) - 1; i >= 0; i-- {
		if t.subs[i].name == name {
			return t.subs[i]
		}
	}
	if len(t.subs) >= mostSubs {
		return t.subs[0]
	}
	s := &subRun{name: name}
	t.subs = append(t.subs, s)
	return s
}
