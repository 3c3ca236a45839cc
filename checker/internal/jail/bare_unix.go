//go:build unix

package jail

import (
	"context"
	"fmt"
	"os/exec"
	"strings"
	"syscall"
)

// bare runs programs in no jail at all.
type bare struct{}

// Bare is for an instructor who has said --no-jail: it runs a program as the
// user, with the limits on time and output, and on memory and files where the
// system lets another process set them. It protects nothing.
func Bare() (Jail, error) { return bare{}, nil }

func (bare) Name() string { return None }

func (bare) Run(ctx context.Context, s *Spec) (Result, error) {
	cmd := exec.Command(s.outside(s.Argv[0]), s.Argv[1:]...)
	for i, a := range cmd.Args[1:] {
		cmd.Args[i+1] = s.outside(a)
	}
	cmd.Env = s.Env
	if s.Dir != "" {
		cmd.Dir = s.outside(s.Dir)
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	ends, err := connect(cmd, s)
	defer ends.close()
	if err == nil {
		err = cmd.Start()
	}
	ends.theirs.Close()
	if err != nil {
		return Result{}, fmt.Errorf("%w: %w", ErrMachine, err)
	}
	f := follow(ctx, cmd, s, ends)
	restrictBare(f)
	return f.wait(), nil
}

// outside is where a path of the jail lies outside of it.
func (s *Spec) outside(path string) string {
	for _, m := range []map[string]string{s.Read, s.Write} {
		for in, out := range m {
			if rest, ok := strings.CutPrefix(path, in); ok && (rest == "" || rest[0] == '/') {
				return out + rest
			}
		}
	}
	return path
}
