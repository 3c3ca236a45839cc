//go:build unix

package jail

import (
	"os"
	"os/exec"
	"slices"
	"syscall"

	"nodebook/checker/internal/process"
)

// ends are our ends of what connects us with a program, and the program's own,
// which we close once it has started.
type ends struct {
	out, channel *os.File
	ours, theirs files
}

func (e *ends) close() {
	e.ours.Close()
	e.theirs.Close()
}

// connect gives cmd its standard output and error, and its descriptor 3. What
// has been opened is in ends even if there is an error.
func connect(cmd *exec.Cmd, s *Spec) (*ends, error) {
	e := &ends{}
	r, w, err := process.Pipe()
	if err != nil {
		return e, err
	}
	e.out, e.ours, e.theirs = r, files{r}, files{w}
	cmd.Stdout, cmd.Stderr = w, w
	if s.Line == nil {
		cmd.ExtraFiles = slices.Clone(s.Ends)
		return e, nil
	}
	syscall.ForkLock.RLock()
	pair, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err == nil {
		syscall.CloseOnExec(pair[0])
		syscall.CloseOnExec(pair[1])
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return e, err
	}
	syscall.SetNonblock(pair[0], true)
	e.channel = os.NewFile(uintptr(pair[0]), "channel")
	theirs := os.NewFile(uintptr(pair[1]), "channel")
	e.ours, e.theirs = append(e.ours, e.channel), append(e.theirs, theirs)
	cmd.ExtraFiles = []*os.File{theirs}
	return e, nil
}
