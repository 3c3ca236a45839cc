package verdict

import (
	"cmp"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"nodebook/checker/internal/lazyregexp"
	"nodebook/checker/internal/process"
	"nodebook/checker/internal/report"
	"nodebook/fixtures/expect"
	"nodebook/fixtures/simnet/bubble"
)

// judgeResult is the verdict of a test that came to its end.
func judgeResult(run *run, t *testRun) *verdict {
	v := &verdict{seconds: t.seconds}
	switch t.result {
	case "pass":
		v.Verdict = report.Pass
		return v
	case "skip":
		v.Verdict, v.message = report.Internal, t.name+" was skipped"
		return v
	}
	failed := failedSub(t)
	out := failed.out.String()
	v.message, v.printed = failed.split()
	switch {
	case strings.Contains(out, "WARNING: DATA RACE"):
		v.Verdict, v.message, v.printed = report.DataRace, raceMessage(run.root, out), ""
	case strings.HasPrefix(v.message, expect.BrokenPrefix):
		v.Verdict = report.Internal
	default:
		v.Verdict = report.Fail
	}
	return v
}

// failedSub is the part of a failed test that has something to say: the first
// failed subtest with a message, or the test itself.
func failedSub(t *testRun) *subRun {
	for _, s := range t.subs {
		if s.result != "fail" {
			continue
		}
		if m, _ := split(s.out.String()); m != "" || strings.Contains(s.out.String(), "WARNING: DATA RACE") {
			return s
		}
	}
	return t.subs[0]
}

// judgeEnd is the verdict of the test during which its program ended.
func (r *results) judgeEnd(run *run, p *packageRun, t *testRun) *verdict {
	var all strings.Builder
	for _, s := range t.subs {
		all.WriteString(s.out.String())
	}
	out := all.String()
	v := &verdict{seconds: t.seconds}
	_, v.printed = split(beforeCrash(out))
	lim := r.job.Tree.Lesson.Limits
	all.WriteString(p.outside.String() + run.stderr)
	if kind, message := crash(run.root, all.String()); kind != "" {
		if kind == report.Panicked {
			message += r.caller(run.root, all.String())
		}
		if kind == report.TimedOut {
			message = fmt.Sprintf("it did not end within %v; %s", lim.Timeout, message)
		}
		message, own, _ := strings.Cut(message, expect.HaltsWhy)
		general := reason(message)
		what, why, _ := strings.Cut(cmp.Or(t.tried, tried(run.root, all.String())), expect.HaltsWhy)
		if what != "" {
			message = "tried  " + what + "\ngot    " + strings.ReplaceAll(message, "\n", "\n       ")
		}
		if kind == report.DataRace {
			why = "" // it is of another end
		}
		if why = cmp.Or(own, why, general); why != "" {
			message += expect.HaltsWhy + why
		}
		v.Verdict, v.message = kind, message
		return v
	}
	switch run.stop {
	case process.Wall:
		v.Verdict, v.message = report.TimedOut, fmt.Sprintf("it did not end within %v", lim.Timeout)
	case process.Memory:
		v.Verdict, v.message = report.OutOfMemory, fmt.Sprintf("it used more than %d MiB", lim.Memory>>20)
	case process.Output:
		v.Verdict, v.message = report.TooMuchOutput, fmt.Sprintf("it printed more than %d KiB; the end of what was kept:\n%s", lim.Output>>10, lastLines(out, 5))
		v.printed = ""
	default:
		if t.result == "fail" { // and a later test did not begin
			return judgeResult(run, t)
		}
		v.Verdict, v.message = report.Fail, "the program ended in the middle of the test: something calls os.Exit or ends the process"
	}
	return v
}

// allWait is how a deadlock is explained.
const allWait = "every goroutine waits for another one, and none can go on"

// crash tells from a program's last words what ended it; "" if nothing did.
func crash(root, out string) (report.Verdict, string) {
	where := place(root, out)
	switch {
	case strings.Contains(out, "WARNING: DATA RACE"):
		return report.DataRace, raceMessage(root, out)
	case strings.Contains(out, "panic: test timed out after "):
		if blocked(out) {
			return report.Deadlock, allWait + where
		}
		return report.TimedOut, "it was busy" + where
	case strings.Contains(out, "panic: deadlock: "+bubble.LockHeld):
		return report.Deadlock, lockHeld(out)
	case strings.Contains(out, "all goroutines are asleep - deadlock!"),
		strings.Contains(out, "panic: deadlock: "), strings.Contains(out, "deadlock: all goroutines in bubble are blocked"):
		return report.Deadlock, allWait + where
	case strings.Contains(out, "goroutine stack exceeds"), process.NoMemory(out) && strings.Contains(out, "\nruntime.newstack("):
		return report.Panicked, "stack overflow: a function calls itself forever" + where
	case process.NoMemory(out):
		return report.OutOfMemory, "it asked for more memory than it may have" + where
	case strings.Contains(out, "fatal error: concurrent map"):
		return report.DataRace, firstLine(out, "fatal error: ") + where
	case strings.Contains(out, "unexpected call to os.Exit(0) during test"):
		return report.Panicked, "it calls os.Exit(0), which ends the whole program" + where
	}
	if line := firstLine(out, "panic: "); line != "" {
		line = strings.TrimSuffix(strings.TrimSuffix(line, " [recovered, repanicked]"), " [recovered]")
		return report.Panicked, address().ReplaceAllString(line, "$1") + where
	}
	if line := firstLine(out, "fatal error: "); line != "" {
		return report.Panicked, line + where
	}
	if strings.Contains(out, "runtime/cgo: pthread_create failed: ") {
		return report.Panicked, "thread exhaustion: it could not start another thread" + where
	}
	if m := signalled().FindStringSubmatch(out); m != nil && m[1] != "SIGQUIT" {
		return report.Panicked, "a fault ended the program: " + m[1] + ": " + m[2] + where
	}
	if line := firstLine(out, "signal: "); line != "" {
		return report.Fail, "the program was ended in the middle of the test by a signal: " + strings.TrimPrefix(line, "signal: ")
	}
	return "", ""
}

// lockHeld is what a bubble says of a lock that is held while its holder waits.
func lockHeld(out string) string {
	_, rest, _ := strings.Cut(out, "panic: deadlock: ")
	var lines []string
	for line := range strings.Lines(rest) {
		line = strings.TrimSpace(line)
		if len(lines) > 0 && !strings.Contains(line, " at lessons/") && !strings.HasPrefix(line, "and at ") {
			break
		}
		lines = append(lines, line)
	}
	lines[0] += ": every goroutine that needs the lock waits too, and the test's clock stands still"
	return strings.Join(lines, "\n")
}

// address is that of a panic's value which has no text: another one in each run.
var address = lazyregexp.New(`^(panic: \(.*\)) 0x[0-9a-f]+$`)

// crashed reports whether a test printed what only the end of a program prints.
func crashed(t *testRun) bool {
	for _, s := range t.subs {
		if goroutineHead().MatchString(s.out.String()) {
			return true
		}
	}
	return false
}

// goroutineHead is the line that begins a goroutine's stack: what it waits for
// and, behind "labels:", what the test was trying.
var goroutineHead = lazyregexp.New(`(?m)^goroutine \d+ (?:gp=\S+ m=\S+ (?:mp=\S+ )?)?\[([^\]:,]*?)(?:[:,][^\]]*?)?(?: labels:\{(.*)\})?\]:$`)

// beforeCrash is what was printed before the runtime's report began.
func beforeCrash(out string) string {
	for _, mark := range []string{"panic: ", "fatal error: ", "runtime: ", raceBar + "\nWARNING: DATA RACE"} {
		if i := lineStart(out, mark); i >= 0 {
			out = out[:i]
		}
	}
	if at := signalled().FindStringIndex(out); at != nil {
		out = out[:at[0]]
	}
	return out
}

// signalled is how the runtime begins its report of a signal: of SIGQUIT, go test
// asks for it.
var signalled = lazyregexp.New(`(?m)^(SIG[A-Z]+): (.*)\nPC=`)

func lineStart(out, mark string) int {
	if strings.HasPrefix(out, mark) {
		return 0
	}
	if i := strings.Index(out, "\n"+mark); i >= 0 {
		return i + 1
	}
	return -1
}

func firstLine(out, mark string) string {
	i := lineStart(out, mark)
	if i < 0 {
		return ""
	}
	line, _, _ := strings.Cut(out[i:], "\n")
	return line
}

// blocked tells from the goroutines of a time-out whether all that the test
// started wait for each other: none runs, sleeps or reads.
func blocked(out string) bool {
	waits := []string{"chan receive", "chan send", "select", "select (no cases)", "sync.Mutex.Lock", "sync.RWMutex.Lock", "sync.RWMutex.RLock",
		"sync.WaitGroup.Wait", "sync.Cond.Wait", "semacquire", "chan receive (nil chan)", "chan send (nil chan)"}
	heads := goroutineHead().FindAllStringSubmatchIndex(out, -1)
	seen := false
	for i, h := range heads {
		end := len(out)
		if i+1 < len(heads) {
			end = heads[i+1][0]
		}
		body := out[h[0]:end]
		if strings.Contains(body, "testing.(*M).startAlarm") || strings.Contains(body, "os/signal.") {
			continue
		}
		if !slices.Contains(waits, out[h[2]:h[3]]) {
			return false
		}
		seen = true
	}
	return seen
}

// tried is what the test was trying in the goroutine whose stack [place] names,
// or in the first that says; "" if none does.
func tried(root, out string) string {
	what := ""
	heads := goroutineHead().FindAllStringSubmatchIndex(out, -1)
	for i, h := range heads {
		end := len(out)
		if i+1 < len(heads) {
			end = heads[i+1][0]
		}
		if h[4] < 0 {
			continue
		}
		label, ok := strings.CutPrefix(out[h[4]:h[5]], strconv.Quote(expect.Label)+": ")
		text, err := strconv.Unquote(label)
		if !ok || err != nil {
			continue
		}
		if what == "" {
			what = text
		}
		if place(root, out[h[0]:end]) != "" {
			return text
		}
	}
	return what
}

var frame = lazyregexp.New(`(?m)^\t(.+\.go):(\d+)`)

// place names the first line of the learner's code in a stack, such as
// "\nat lessons/lesson1/framing/magic.go:31", or "".
func place(root, out string) string {
	prefix := filepath.ToSlash(root) + "/"
	for _, m := range frame().FindAllStringSubmatch(out, -1) {
		file := filepath.ToSlash(m[1])
		if rel, ok := strings.CutPrefix(file, prefix+"lessons/"); ok && !strings.HasSuffix(file, "_test.go") && !strings.HasPrefix(rel, "todo/") {
			if m[2] == "1" { // a loop without a body belongs to no line
				return "\nat lessons/" + rel
			}
			return "\nat lessons/" + rel + ":" + m[2]
		}
	}
	return ""
}

// caller names the line of the learner's that called the function in which the program
// ended, if that is a given one, or one of another lesson.
func (r *results) caller(root, out string) string {
	ended := false // in such a function
	for stack := range strings.SplitSeq(out, "\n\n") {
		for _, m := range call().FindAllStringSubmatch(stack, -1) {
			file, ok := strings.CutPrefix(filepath.ToSlash(m[3]), filepath.ToSlash(root)+"/")
			switch {
			case !ok || !strings.HasPrefix(file, "lessons/") || strings.HasSuffix(file, "_test.go"):
			case r.foreign(path.Dir(file), m[1]+m[2]):
				ended = true
			case ended:
				return calledAt + file + ":" + m[4]
			default:
				return ""
			}
		}
		if ended {
			break
		}
	}
	return ""
}

const calledAt = "\ncalled at "

// foreign reports whether a function is one that the lesson gives, or of another lesson.
func (r *results) foreign(dir, name string) bool {
	name = strings.Trim(strings.ReplaceAll(name, ").", "."), "(*")
	for _, p := range r.job.Tree.Lesson.Packages {
		if "lessons/"+p.Dir == dir {
			return slices.Contains(p.Given, name)
		}
	}
	return true
}

// call is a frame of a stack: a method's receiver, a function without the closures
// in it, and the place.
var call = lazyregexp.New(`(?m)^\S+/[^./(\s]+\.(\(\*?\w+\)\.)?(\w+)(?:[.\[]\S*)?\(.*\)\n\t(.+\.go):(\d+)`)

// raceBar is the line above and below a report of the race detector.
const raceBar = "=================="

// raceMessage says where two goroutines met: the two places, in the order of
// their lines, since which of the two came first is chance.
func raceMessage(root, out string) string {
	_, rest, _ := strings.Cut(out, "WARNING: DATA RACE")
	rest, _, _ = strings.Cut(rest, raceBar)
	prefix := filepath.ToSlash(root) + "/"
	var places []racePlace
	access := ""
	for line := range strings.Lines(rest) {
		line = strings.TrimRight(line, "\n")
		switch {
		case strings.Contains(line, " at 0x"):
			access = strings.TrimPrefix(strings.ToLower(strings.TrimSpace(line[:strings.Index(line, " at 0x")])), "previous ")
		case strings.HasPrefix(line, "Goroutine "):
			access = ""
		case access != "":
			if m := raceFrame().FindStringSubmatch(line); m != nil && strings.HasPrefix(m[1], prefix+"lessons/") && !strings.HasSuffix(m[1], "_test.go") {
				n, _ := strconv.Atoi(m[2])
				places = append(places, racePlace{access, strings.TrimPrefix(m[1], prefix), n})
				access = ""
			}
		}
	}
	slices.SortStableFunc(places, func(a, b racePlace) int {
		return cmp.Or(cmp.Compare(a.file, b.file), cmp.Compare(a.line, b.line), cmp.Compare(a.access, b.access))
	})
	var b strings.Builder
	b.WriteString("two goroutines use the same variable at the same time, and one of them writes")
	for _, p := range places {
		fmt.Fprintf(&b, "\n%s at %s:%d", p.access, p.file, p.line)
	}
	return b.String() + expect.HaltsWhy + "what one goroutine writes, another may use only after a lock, a channel or a WaitGroup has put one after the other"
}

// racePlace is where a goroutine uses a variable that another one uses.
type racePlace struct {
	access string // read or write
	file   string
	line   int
}

var raceFrame = lazyregexp.New(`^\s+(.+\.go):(\d+)`)
