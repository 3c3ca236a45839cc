package build

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"nodebook/checker/internal/process"
)

// Toolchain is a Go that builds.
type Toolchain struct {
	Command string // the go command
	Version string // go1.26.8
	OS      string
	Arch    string
	Compile string // the compiler
	Link    string // the linker
	CC      string // the C compiler, which may be missing
	Libgcc  string // the part of its library that the race detector needs; "" without one
}

var found struct {
	sync.Mutex
	by map[string]*Toolchain
}

// Find finds the toolchain for a module's folder; "" is none in particular. It
// asks the go command once and keeps the answer for as long as that command, the
// module file and the user's choice of toolchain stay the same. The error wraps
// [exec.ErrNotFound] if there is no go command.
func Find(ctx context.Context, root string) (*Toolchain, error) {
	command, err := exec.LookPath("go")
	if err != nil {
		return nil, err
	}
	if command, err = filepath.Abs(command); err != nil {
		return nil, err
	}
	key := toolchainKey(command, root)
	found.Lock()
	defer found.Unlock()
	if tc := found.by[key]; tc != nil && tc.there() {
		return tc, nil
	}
	file := ""
	if dir := CacheDir(); dir != "" {
		file = filepath.Join(dir, "go-"+key+".json")
	}
	tc := &Toolchain{}
	if b, err := os.ReadFile(file); err != nil || json.Unmarshal(b, tc) != nil || !tc.there() {
		if tc, err = ask(ctx, command, root); err != nil {
			return nil, err
		}
		if b, err := json.Marshal(tc); err == nil && file != "" {
			writeWhole(file, b) // next time it is asked again, if this fails
		}
	}
	if found.by == nil {
		found.by = map[string]*Toolchain{}
	}
	found.by[key] = tc
	return tc, nil
}

// toolchainKey changes when the go command may answer differently.
func toolchainKey(command, root string) string {
	h := sha256.New()
	real, _ := filepath.EvalSymlinks(command)
	if info, err := os.Stat(real); err == nil {
		fmt.Fprintln(h, real, info.Size(), info.ModTime().UnixNano())
	}
	if root != "" {
		mod, _ := os.ReadFile(filepath.Join(root, "go.mod"))
		h.Write(mod)
	}
	set := settings()
	for _, name := range []string{"GOTOOLCHAIN", "CC"} {
		fmt.Fprintf(h, "%q %q\n", os.Getenv(name), set[name])
	}
	fmt.Fprintln(h, os.Getenv("PATH")) // where a C compiler is found
	return fmt.Sprintf("%x", h.Sum(nil)[:12])
}

func (t *Toolchain) there() bool {
	for _, file := range []string{t.Compile, t.Link} {
		if info, err := os.Stat(file); err != nil || !info.Mode().IsRegular() {
			return false
		}
	}
	return t.Libgcc == "" || exists(t.Libgcc)
}

func exists(file string) bool { _, err := os.Stat(file); return err == nil }

func ask(ctx context.Context, command, root string) (*Toolchain, error) {
	t := &Toolchain{Command: command}
	out, err := t.Go(ctx, root, nil, "env", "-json", "GOVERSION", "GOTOOLDIR", "GOOS", "GOARCH", "CC")
	if err != nil {
		return nil, err
	}
	var m map[string]string
	if err := json.Unmarshal(out, &m); err != nil {
		return nil, fmt.Errorf("go env: %w", err)
	}
	t.Version, t.OS, t.Arch, t.CC = m["GOVERSION"], m["GOOS"], m["GOARCH"], m["CC"]
	for name, at := range map[string]*string{"compile": &t.Compile, "link": &t.Link} {
		*at = filepath.Join(m["GOTOOLDIR"], name)
		if t.OS == "windows" {
			*at += ".exe"
		}
		if !exists(*at) { // a toolchain may build its tools when they are needed
			if out, err = t.Go(ctx, root, nil, "tool", "-n", name); err != nil {
				return nil, err
			}
			*at = strings.TrimSpace(string(out))
		}
	}
	if fields := strings.Fields(t.CC); len(fields) > 0 {
		said, err := exec.CommandContext(ctx, fields[0], append(fields[1:], "-print-libgcc-file-name")...).Output()
		if at := strings.TrimSpace(string(said)); err == nil && filepath.IsAbs(at) && exists(at) {
			t.Libgcc = at
		}
	}
	return t, ctx.Err()
}

// goTime is how long a go command may take: it may have to compile the standard
// library on a slow machine, or to fetch a toolchain.
const goTime = 10 * time.Minute

// Go runs a go command in a folder and returns its standard output. env is added
// to [Environ].
func (t *Toolchain) Go(ctx context.Context, dir string, env []string, args ...string) ([]byte, error) {
	tmp, err := process.Folder()
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(tmp)
	cmd := exec.Command(t.Command, args...)
	cmd.Dir, cmd.Env = dir, append(append(Environ(), WorkIn(tmp)...), env...)
	var out bytes.Buffer
	o, err := process.Run(ctx, cmd, process.Limits{Wall: goTime}, func(line []byte) {
		out.Write(line)
		out.WriteByte('\n')
	})
	switch {
	case err != nil:
		return nil, err
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case o.Stop != "" || o.Exit != 0:
		return nil, fmt.Errorf("go %s: %s", args[0], strings.TrimSpace(o.Err))
	}
	return out.Bytes(), nil
}

// writeWhole writes a file whole or not at all: other checkers may be reading it.
func writeWhole(file string, b []byte) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(file), ".tmp-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(b)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), file)
}
