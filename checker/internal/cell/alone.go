package cell

import (
	"errors"
	"os/exec"
	"strings"

	"nodebook/checker/internal/interpreter"
	"nodebook/checker/internal/lazyregexp"
)

// Compiler reports whether there is a Go toolchain: a go command on PATH.
func Compiler() bool {
	_, err := exec.LookPath("go")
	return err == nil
}

// errNoGo says what is missing where only a compiler would do.
var errNoGo = errors.New("this needs the Go compiler, and there is no go command on PATH: install Go from https://go.dev/dl and start the workbook in a new terminal")

// noGo turns the absence of a toolchain into words that help.
func noGo(err error) error {
	if errors.Is(err, exec.ErrNotFound) && !Compiler() {
		return errNoGo
	}
	return err
}

// alone says what was wrong with an interpreted program if there is no
// compiler that would be asked for its words. last is its last statement.
func alone(res *interpreter.Result, last Problem) []Problem {
	p := last
	switch {
	case len(res.Problems) > 0:
		return compileProblems(strings.Join(res.Problems, "\n") + "\n")
	case res.Beyond != "":
		why := res.Beyond
		if m := cellAt().FindStringSubmatch(why); m != nil {
			p.place(m[1], m[2])
			why = strings.TrimSuffix(why, " ("+m[0]+")")
		}
		p.Message = errNoGo.Error() + "\n(the interpreter stops here: " + why + ")"
	case crashed(res):
		p.Message = again().ReplaceAllString(panicLine().FindString(res.Err), "")
		if p.Message == "" {
			p.Message = "the program crashed, and left no word why"
		}
		// The stack is before the message, and main at its end, whose line
		// the interpreter does not know.
		stack := cellPlace().FindAllStringSubmatch(stackOf(res.Err), -1)
		if len(stack) > 1 {
			p.place(stack[0][1], stack[0][2])
		}
	default:
		return nil
	}
	return []Problem{p}
}

// again are the words with which Go says that a panic passed through the
// interpreter.
var again = lazyregexp.New(`(?: \[recovered[^\]]*\])+$`)

// stackOf is the interpreted program's stack, innermost function first.
func stackOf(text string) string {
	if at := panicLine().FindStringIndex(text); at != nil {
		return text[:at[0]]
	}
	return ""
}
