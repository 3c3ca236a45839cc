package verdict

import (
	"nodebook/checker/internal/process"
	"nodebook/checker/internal/workbook"
)

// NewEvents begins the record of a run whose tests print as go test's do. root
// is the folder that the places in stacks are below; most is how many bytes the
// tests may print.
func NewEvents(root string, asked []workbook.Test, most int64) *Trace {
	r := newRun(root, asked)
	r.most = most
	return &Trace{r}
}

// Add takes an event. It tells when more has been printed than is allowed.
func (t *Trace) Add(e Event) bool { return t.run.add(e) }

// Last is the test that began last in a package; "" if none has.
func (t *Trace) Last(pkg *workbook.Package) string {
	if p := t.pkg(workbook.Test{Package: pkg}); p.last != nil {
		return p.last.name
	}
	return ""
}

// Result is a test's result so far: pass, fail or skip; "" if it has none.
func (t *Trace) Result(x workbook.Test) string {
	if top := t.pkg(x).tests[x.Name]; top != nil {
		return top.result
	}
	return ""
}

// Forget drops what is known of a test: it is run again.
func (t *Trace) Forget(x workbook.Test) {
	p := t.pkg(x)
	if p.last == p.tests[x.Name] {
		p.last = nil
	}
	delete(p.tests, x.Name)
}

// Stopped notes how go test ended, and what it wrote to standard error; over says
// that it was stopped because it had printed more than is allowed.
func (t *Trace) Stopped(o process.Outcome, over bool) {
	t.run.stop, t.run.exit, t.run.stderr = o.Stop, o.Exit, o.Err
	if over {
		t.run.stop = process.Output
	}
}

// Began notes that the program was started by us and has ended by itself, which
// otherwise go test's last lines say.
func (t *Trace) Began() { t.run.began = true }

// Blocked tells from the goroutines of a time-out whether all of them wait for
// each other.
func Blocked(out string) bool { return blocked(out) }

// Ended notes how a package's program ended, and what it wrote to standard
// error.
func (t *Trace) Ended(pkg *workbook.Package, o process.Outcome, over bool) {
	r := t.run
	if r.stop == "" {
		r.stop = o.Stop
	}
	if over {
		r.stop = process.Output
	}
	r.exit, r.began = o.Exit, true
	r.stderr += o.Err
	p := t.pkg(workbook.Test{Package: pkg})
	p.failed, p.crashed = o.Exit != 0, goroutineHead().MatchString(o.Err)
}
