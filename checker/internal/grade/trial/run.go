package trial

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"nodebook/checker/internal/build"
	"nodebook/checker/internal/jail"
	"nodebook/checker/internal/report"
	"nodebook/checker/internal/verdict"
	"nodebook/checker/internal/workbook"
	"nodebook/fixtures/draw"
)

// run builds the package of the first test that is left, and runs those tests of it
// that are: what is judged inside, of that test's exercise alone, so that nothing that
// one exercise's code does to its process is there for the next.
func (s *Session) run(ctx context.Context, b *builder, j verdict.Job, left []workbook.Test, alone bool) (*verdict.Trace, error) {
	p, start, apart := left[0].Package, time.Now(), b.k.outside[testKey(left[0])]
	var asked []workbook.Test
	for _, t := range left {
		if t.Package == p && b.k.outside[testKey(t)] == apart && (apart || sameExercise(j, left[0], t)) {
			asked = append(asked, t)
		}
	}
	if apart {
		return s.apart(ctx, b, j, asked, alone)
	}
	binary, err := b.binary(ctx, j.Tree, p)
	built := time.Since(start)
	if t := notBuilt(err, p, asked); t != nil {
		t.Excuse(built)
		return t, nil
	}
	if err != nil {
		return nil, err
	}
	return b.timed(alone, built, func(wall, cpu time.Duration) (*verdict.Trace, jail.Result, bool, error) {
		h := newHearing(asked[0].Package, asked)
		r, err := s.e.o.Jail.Run(ctx, b.spec(binary, j.Seed, h, wall, cpu))
		switch {
		case err != nil:
			return nil, r, false, err
		case h.unfit:
			return nil, r, false, fmt.Errorf("%w: the testing package of this Go is not the one that the checker knows", jail.ErrMachine)
		case h.forged:
			// Nothing of this run is believed.
			h.trace, h.begun = verdict.NewTrace(outside, asked), map[string]bool{}
			h.trace.Outside(p, "panic: something else than the tests wrote to the channel of results\n")
		}
		h.close(r)
		return h.trace, r, true, nil
	})
}

// sameExercise reports whether two tests belong to one exercise.
func sameExercise(j verdict.Job, x, y workbook.Test) bool {
	for _, e := range j.Tree.Lesson.Exercises {
		if slices.ContainsFunc(e.Tests, func(t workbook.Test) bool { return testKey(t) == testKey(x) }) {
			return slices.ContainsFunc(e.Tests, func(t workbook.Test) bool { return testKey(t) == testKey(y) })
		}
	}
	return testKey(x) == testKey(y)
}

// timed runs tests. They have a moment on the clock; those that still wait then hang.
// What was busy meanwhile, or waited for a processor, is asked for again by itself,
// and has all the processor time of an exercise, one such exercise at a time. If the
// time was over because the machine had no processor for it, that says nothing about
// the code: it runs again, with more of it. try also reports whether nothing but the
// code under test was being waited for.
func (b *builder) timed(alone bool, built time.Duration, try func(wall, cpu time.Duration) (*verdict.Trace, jail.Result, bool, error)) (*verdict.Trace, error) {
	wall, cpu := idleTime, b.spare(b.k.limits.Timeout)
	t, r, quiet, err := try(wall, cpu)
	if err != nil {
		return nil, err
	}
	if r.Took < wall || quiet && r.Used+r.Waited < r.Took/idlePart {
		if r.Took >= wall || r.Stop == jail.CPU {
			b.hung.Store(true)
		}
		t.Excuse(built + min(r.Waited, r.Took))
		return t, nil
	}
	if !alone {
		b.hung.Store(true)
		t.Again()
		t.Excuse(built + r.Took)
		return t, nil
	}
	b.burning.Lock()
	defer b.burning.Unlock()
	before := r.Took
	// Processor time is what a test may use up; on a busy machine that takes longer
	// than at home, so the clock on the wall gives it twice as much.
	limit := b.allowed()
	wall, cpu = 2*limit, b.spare(limit)
	for more := 0; ; more++ {
		if t, r, _, err = try(wall, cpu); err != nil {
			return nil, err
		}
		b.burnt += r.Used
		if r.Took < wall || r.Waited < r.Took/starved || more == moreTime {
			b.hung.Store(b.hung.Load() || r.Took >= wall || r.Stop == jail.CPU)
			t.Excuse(built + before + min(r.Waited, r.Took))
			return t, nil
		}
		wall, before = 2*wall, before+r.Took
	}
}

// spare is the processor time that a program may use whose tests have that much.
func (b *builder) spare(limit time.Duration) time.Duration {
	if b.k.limits.Race {
		return 2 * limit // the detector's own
	}
	return limit
}

// notBuilt is the record of a run of tests whose build failed for what is in the
// code; nil is no such failure.
func notBuilt(err error, p *workbook.Package, asked []workbook.Test) *verdict.Trace {
	t := verdict.NewTrace(outside, asked)
	var said *build.Failure
	var full *limitError
	var refused *refusedError
	switch {
	case errors.As(err, &refused):
		for _, x := range refused.problems {
			t.NotBuilt(p, x)
		}
	case errors.As(err, &said):
		t.BuildFailed(said.Said)
	case errors.As(err, &full):
		t.NotBuilt(p, report.Problem{Place: full.where, Message: full.Error()})
	default:
		return nil
	}
	return t
}

// libraries are what a program with the race detector is linked with, and no
// more: other files below /lib are programs.
var libraries = []string{
	"/lib/ld-*.so*", "/lib64/ld-*.so*",
	"/lib/*-linux-*/lib[cm].so.6", "/lib/*-linux-*/libresolv.so.2", "/lib/*-linux-*/libpthread.so.0", "/lib/*-linux-*/libdl.so.2",
	"/lib64/lib[cm].so.6", "/lib64/libresolv.so.2", "/lib64/libpthread.so.0", "/lib64/libdl.so.2",
}

const (
	starved  = 4 // a program is that has waited for a processor a quarter of its time
	moreTime = 3 // how often it is given twice as long
)

func (b *builder) spec(binary string, seed uint64, h *hearing, wall, cpu time.Duration) *jail.Spec {
	lim := b.k.limits
	s := &jail.Spec{
		Argv: []string{"/t", "-test.timeout=" + wall.String()},
		// One goroutine at a time, each until it waits or calls: no two can meet in
		// the middle of one store, which is how a data race breaks Go's types.
		Env: []string{draw.Variable + "=" + strconv.FormatUint(seed, 10), "GOMAXPROCS=1", "GODEBUG=asyncpreemptoff=1,tracebacklabels=1",
			"GORACE=" + build.Race, "TMPDIR=/tmp", "HOME=/tmp"},
		Dir:  "/tmp",
		Read: map[string]string{"/t": binary},
		Tmp:  runTmp,
		Limits: jail.Limits{Wall: wall + graceTime, CPU: cpu, Memory: lim.Memory, Resident: lim.Race, Tasks: runTasks,
			Output: lim.Output, Channel: runReport, FileSize: runFile, Files: lim.Files},
		Hello: h.hello(),
		Line:  h.line,
		Out:   h.out,
	}
	if b.k.policies[b.k.lesson.Name].Forks() {
		s.Forks, s.Proc = true, true
		s.Tasks *= 8
	}
	if lim.Race {
		for _, pattern := range libraries {
			files, _ := filepath.Glob(pattern)
			for _, file := range files {
				s.Read[file] = file
			}
		}
	}
	return s
}

// hearing takes in what a test binary says over its channel and what it prints.
type hearing struct {
	mu           sync.Mutex
	trace        *verdict.Trace
	pkg          *workbook.Package
	tests        map[string]workbook.Test
	secret, mark string
	ended        map[string]bool // reported
	begun        map[string]bool
	unfit        bool   // it says that it does not know its testing package
	forged       bool   // something without the secret, or twice
	rest         []byte // of the output, not yet parted
}

func newHearing(p *workbook.Package, asked []workbook.Test) *hearing {
	h := &hearing{trace: verdict.NewTrace(outside, asked), pkg: p, tests: map[string]workbook.Test{}, secret: rand.Text(), mark: rand.Text(),
		ended: map[string]bool{}, begun: map[string]bool{}}
	for _, t := range asked {
		h.tests[t.Name] = t
	}
	return h
}

func (h *hearing) hello() []byte {
	words := []string{h.secret, h.mark}
	for name := range h.tests {
		words = append(words, name)
	}
	return []byte(strings.Join(words, " ") + "\n")
}

// line takes one line of the channel. A test reports once; what has not the
// secret, or comes a second time, spoils the run.
func (h *hearing) line(b []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	fields, ok := unquote(strings.TrimSuffix(string(b), "\n"), h.secret)
	if !ok {
		h.forged = true
		return
	}
	switch {
	case len(fields) == 2 && fields[0] == "begin" && h.known(fields[1]) && !h.begun[fields[1]]:
		h.begun[fields[1]] = true
		h.trace.Begin(h.tests[fields[1]])
	case len(fields) == 5 && fields[0] == "end" && h.begun[fields[1]] && !h.ended[fields[1]]:
		h.ended[fields[1]] = true
		seconds, _ := strconv.ParseFloat(fields[3], 64)
		h.trace.End(h.tests[fields[1]], fields[2], fields[4], seconds)
	case len(fields) == 1 && fields[0] == "bye":
	case len(fields) == 1 && fields[0] == "unfit":
		h.unfit = true
	default:
		h.forged = true
	}
}

func (h *hearing) known(name string) bool { _, ok := h.tests[name]; return ok }

// unquote parts a line into its fields, if it begins with the secret.
func unquote(line, secret string) ([]string, bool) {
	rest, ok := strings.CutPrefix(line, secret)
	var fields []string
	for ok && rest != "" {
		rest, ok = strings.CutPrefix(rest, " ")
		q, err := strconv.QuotedPrefix(rest)
		if !ok || err != nil {
			return nil, false
		}
		f, err := strconv.Unquote(q)
		if err != nil {
			return nil, false
		}
		fields, rest = append(fields, f), rest[len(q):]
	}
	return fields, ok
}

// out takes a part of the output.
func (h *hearing) out(b []byte) { h.rest = append(h.rest, b...) }

// close gives each test the output between its marks, and notes the end.
func (h *hearing) close(r jail.Result) {
	test := ""
	for i, part := range bytes.Split(h.rest, []byte("\n"+h.mark)) {
		text := string(part)
		if i > 0 {
			head, body, _ := strings.Cut(text, "\n")
			if name := strings.TrimPrefix(head, " "); name != "" {
				test = name
			}
			text = body
		}
		text = strings.TrimSuffix(strings.TrimSuffix(text, "PASS\n"), "FAIL\n")
		if t, ok := h.tests[test]; ok && h.begun[test] {
			h.trace.Printed(t, text)
		} else if text != "" {
			h.trace.Outside(h.pkg, text)
		}
	}
	exit := r.Exit
	if h.forged && exit == 0 {
		exit = 2
	}
	h.trace.Close(h.pkg, stops[r.Stop], exit)
}
