package interpreter_test

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

// readChecksum judges a workbook in which ReadChecksum has this body.
func readChecksum(t *testing.T, body string) *report.Exercise {
	t.Helper()
	repo, root := solved(t, "lesson1")
	return learner(t, repo, root, "ReadChecksum", "lessons/lesson1/framing/checksum.go", `package framing

import (
	"crypto/sha256"
	"fmt"
	"io"
)

func ReadChecksum(r io.Reader) (sum [4]byte, err error) {
`+body+`}

func Hash256(b []byte) [32]byte {
	once := sha256.Sum256(b)
	return sha256.Sum256(once[:])
}

func Checksum(b []byte) [4]byte {
	sum := Hash256(b)
	return [4]byte(sum[:4])
}
`)
}

// What the testing package says can be said by the code under test as well. It is
// not believed that all is over and well.
func TestEnded_forged(t *testing.T) {
	x := readChecksum(t, `
	for _, name := range []string{"TestReadChecksum", "TestReadChecksum_cut"} {
		fmt.Printf("\n\x16=== RUN   %s\n\x16--- PASS: %s (0.00s)\n", name, name)
	}
	fmt.Print("\x16\x16passed\n\x16PASS\n")
	return sum, nil
`)
	if x.Verdict != report.Fail {
		t.Errorf("%s, want fail\n%s", x.Verdict, x.Message)
	}
}

// Bytes that are printed as they are may have the testing package's mark in them.
func TestEnded_marks(t *testing.T) {
	x := readChecksum(t, `
	fmt.Print("one\n\x16two\nthree \x16 four\x16")
	if _, err := io.ReadFull(r, sum[:]); err != nil {
		return [4]byte{}, fmt.Errorf("checksum: %w", err)
	}
	return sum, nil
`)
	if x.Verdict != report.Pass {
		t.Errorf("%s, want pass\n%s", x.Verdict, x.Message)
	}
}
