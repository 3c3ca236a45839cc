package yaegi_test

import (
	"strings"
	"testing"

	"nodebook/checker/internal/report"
)

// A machine that is short of memory ends an interpreter by a signal. That is no
// fault of the learner's; where it is, the compiled answer tells.
func TestEnded_bySignal(t *testing.T) {
	repo, root := solved(t, "lesson1")
	x := learner(t, repo, root, "ReadCommand", commandFile, `package framing

import (
	"io"
	"os"
)

const CommandSize = 12

func ReadCommand(r io.Reader) (string, error) {
	p, _ := os.FindProcess(os.Getpid())
	p.Kill()
	select {}
}
`)
	if x.Verdict != report.NotJudged || !strings.Contains(x.Message, "a signal ended the interpreter") {
		t.Errorf("%s, want not judged\n%s", x.Verdict, x.Message)
	}
}
