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

// An init function that ends the program is the learner's fault, whatever it has
// printed before.
func TestEnded_beforeTests(t *testing.T) {
	repo, root := solved(t, "lesson1")
	x := learner(t, repo, root, "Checksum", "lessons/lesson1/framing/own.go", `package framing

import (
	"fmt"
	"log"
)

func init() {
	log.SetFlags(0)
	fmt.Println("first")
	log.Fatal("no configuration")
}
`)
	if x.Verdict != report.Fail || !strings.HasSuffix(x.Message, "calls os.Exit or log.Fatal\nits last words:\nfirst\nno configuration") {
		t.Errorf("%s, want fail\n%s", x.Verdict, x.Message)
	}
}
