package interpreter

import (
	"cmp"
	"encoding/json"
	"fmt"
	"go/token"
	"io"
	"log"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"nodebook/checker/internal/interpreter/lower"
	"nodebook/fixtures/draw"
)

// childVariable is the environment variable that makes a checker a child.
const childVariable = "NODEBOOK_INTERPRETER"

// ServeChild runs as a child process, and does not return, if this process was
// started as one. A program that uses the engine calls it first.
func ServeChild() {
	purpose := os.Getenv(childVariable)
	if purpose == "" {
		return
	}
	os.Unsetenv(childVariable)
	collectLate()
	if purpose == forCode {
		runtime.GOMAXPROCS(1) // one thing at a time: to wake another thread for each test takes longer than most tests
	}
	os.Stderr = os.Stdout // as in a test that go test runs; the runtime's own words go elsewhere
	log.SetOutput(os.Stdout)
	natives := newNatives(purpose)
	q, err := readRequest(os.Stdin)
	if err != nil {
		os.Exit(2)
	}
	if q.Main != "" {
		os.Exit(q.serveMain(natives))
	}
	q.serveTests(natives)
}

// patience is the memory, in bytes, that a child takes before it collects any:
// more than the tests of a lesson need that are over in a tenth of a second.
const patience = 128 << 20

// ballast is never touched, so that it costs nothing, and counts as in use: the
// collector runs when as much again is, and not whenever a small heap has doubled.
// It is there from the beginning: a test may look at how much its code keeps.
var ballast []byte

// collectLate puts the first collection off until patience is used up. Those
// after it are as in every program with so much in use.
func collectLate() {
	debug.SetGCPercent(-1)
	ballast = make([]byte, patience)
	debug.SetMemoryLimit(patience + int64(len(ballast)))
	runtime.AddCleanup(new([64]byte), func(usual int64) {
		debug.SetMemoryLimit(usual)
		debug.SetGCPercent(100)
	}, math.MaxInt64)
}

// say sends the answer.
func (a *answer) say(w io.Writer) {
	b, err := json.Marshal(a)
	if err != nil {
		panic(err)
	}
	fmt.Fprintf(w, "%s%s\n", answerMark, b)
}

// serveTests runs the tests of a request. It ends the process.
func (q *request) serveTests(natives natives) {
	ans := &answer{Beyond: map[string]beyondAt{}, Parallel: map[string]bool{}}
	suite := q.compiled(natives, ans)
	if suite == nil {
		runtime.SetDefaultGOMAXPROCS()
		suite = q.interpreted(natives, ans)
	}
	if err := os.Chdir(filepath.Join(q.Root, filepath.FromSlash(q.Package))); err != nil {
		ans.Beyond[""] = beyondAt{Why: "the tests' folder cannot be entered: " + err.Error()}
		suite = nil
	}
	ans.say(os.Stdout)
	if suite == nil {
		os.Exit(0)
	}
	suite.machine.trace.root = q.Root
	os.Setenv(draw.Variable, strconv.FormatUint(q.Seed, 10))
	suite.machine.call(suite.setup)
	tests := suite.tests()
	os.Args = []string{"checker", "-test.v=test2json", "-test.paniconexit0", fmt.Sprintf("-test.timeout=%gs", q.Seconds)}
	testing.Init()
	testing.Main(func(string, string) (bool, error) { return true, nil }, q.assured(tests, os.Stdout), nil, nil)
}

// assured makes tests say so when the last of them has passed.
func (q *request) assured(tests []testing.InternalTest, w io.Writer) []testing.InternalTest {
	var left atomic.Int64
	left.Store(int64(len(tests)))
	for i, test := range tests {
		tests[i].F = func(t *testing.T) {
			returned := false
			t.Cleanup(func() {
				if returned && !t.Failed() && left.Add(-1) == 0 {
					fmt.Fprintf(w, "%s%s\n", passedMark, q.Token)
				}
			})
			test.F(t)
			returned = true
		}
	}
	return tests
}

// sound reports whether a set can be lowered; if not, the answer says why.
func sound(set *lower.Set, ans *answer) bool {
	if set.Unknown != nil {
		ans.Beyond[""] = at(set.Fset, set.Unknown)
		return false
	}
	if len(set.Problems) == 0 {
		return true
	}
	first := set.Problems[0].Path
	slices.SortStableFunc(set.Problems, func(a, b lower.Problem) int { // as the compiler lists them
		return cmp.Or(strings.Compare(a.Pos.Filename, b.Pos.Filename), cmp.Compare(a.Pos.Line, b.Pos.Line), cmp.Compare(a.Pos.Column, b.Pos.Column))
	})
	for _, p := range set.Problems {
		if p.Path == first {
			ans.Problems = append(ans.Problems, fmt.Sprintf("%s: %s", p.Pos, strings.ReplaceAll(p.Message, "\n", "\n\t")))
		}
	}
	return false
}

func at(fset *token.FileSet, b *lower.Beyond) beyondAt {
	out := beyondAt{Why: b.Why}
	if b.Pos.IsValid() {
		p := fset.Position(b.Pos)
		out.Place = fmt.Sprintf("%s:%d", p.Filename, p.Line)
	}
	return out
}
