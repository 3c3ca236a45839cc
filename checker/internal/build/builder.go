package build

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"

	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"nodebook/checker/internal/process"
)

// File is a source file. Its name is slash-separated and relative:
// lessons/lesson1/framing/magic.go.
type File struct {
	Name string
	Src  []byte
}

// Unit is a package to compile.
type Unit struct {
	Path  string // its import path; "main" is a program
	Files []File
	Flags []string // for the compiler, besides the usual ones
}

// Call is one call of a tool.
type Call struct {
	Tool   string   // compile or link
	Path   string   // the import path of what is compiled or linked
	Args   []string // files as [Builder.Seen] names them
	Source string   // the folder below which the source files are
}

// Failure is what a tool printed before it ended with an error.
type Failure struct {
	Call
	Said string
}

func (f *Failure) Error() string { return "go tool " + f.Tool + ": " + f.Said }

// Builder compiles and links one thing at a time.
type Builder struct {
	Run     func(context.Context, Call) error // a [*Failure] for what the tool says; see [Toolchain.Run]
	Seen    func(file string) string          // how the tools name a file; nil is by its own name
	Lies    string                            // the folder that the sources seem to be in, for stacks; "" is where they are
	Lang    string                            // go1.26
	Race    bool
	Libgcc  string // see [Toolchain]
	Workers int    // of one compiler; 0 is one
}

// WriteFiles writes source files below a folder.
func WriteFiles(dir string, files []File) error {
	for _, f := range files {
		at := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(at), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(at, f.Src, 0o600); err != nil {
			return err
		}
	}
	return nil
}

func (b *Builder) seen(file string) string {
	if b.Seen == nil {
		return file
	}
	return b.Seen(file)
}

// config writes the import configuration for a tool.
func (b *Builder) config(file string, have Exports) error {
	var s strings.Builder
	for _, p := range slices.Sorted(maps.Keys(have)) {
		fmt.Fprintf(&s, "packagefile %s=%s\n", p, b.seen(have[p]))
	}
	return os.WriteFile(file, []byte(s.String()), 0o600)
}

// Compile compiles a unit, whose files [WriteFiles] has written below source, into
// an archive. have holds what it imports. The configuration is written next to the
// archive, under its name, as others may be compiled into that folder meanwhile.
func (b *Builder) Compile(ctx context.Context, u Unit, source string, have Exports, archive string) error {
	cfg := archive + ".importcfg"
	if err := b.config(cfg, have); err != nil {
		return err
	}
	args := []string{"-p", u.Path, "-o", b.seen(archive), "-pack", "-complete", "-nolocalimports", "-lang=" + b.Lang,
		fmt.Sprintf("-c=%d", max(1, b.Workers)), "-dwarf=false", "-importcfg", b.seen(cfg)}
	if b.Race {
		args = append(args, "-race")
	}
	if b.Lies != "" {
		args = append(args, "-trimpath="+b.seen(source)+"=>"+b.Lies)
	}
	args = append(args, u.Flags...)
	for _, f := range u.Files {
		args = append(args, b.seen(filepath.Join(source, filepath.FromSlash(f.Name))))
	}
	return b.Run(ctx, Call{Tool: "compile", Path: u.Path, Args: args, Source: source})
}

// Link links a program. main is the archive of its package main, have holds all
// that it is made of.
func (b *Builder) Link(ctx context.Context, main string, have Exports, program string) error {
	cfg := program + ".importcfg"
	if err := b.config(cfg, have); err != nil {
		return err
	}
	// What a debugger reads is left out: linking takes half the time then, and
	// stacks name their lines anyway.
	args := []string{"-o", b.seen(program), "-importcfg", b.seen(cfg), "-buildmode=exe", "-s", "-w", "-X", "testing.testBinary=1"}
	if b.Race {
		args = append(args, "-race", "-linkmode=internal", "-libgcc="+b.seen(b.Libgcc))
	}
	return b.Run(ctx, Call{Tool: "link", Path: "main", Args: append(args, b.seen(main))})
}

const (
	toolTime   = 3 * time.Minute // on a slow machine
	toolOutput = 4 << 20         // bytes
)

// Run runs a tool in the user's own surroundings.
func (t *Toolchain) Run(ctx context.Context, c Call) error {
	name := t.Compile
	if c.Tool == "link" {
		name = t.Link
	}
	cmd := exec.Command(name, c.Args...)
	cmd.Dir = c.Source
	cmd.Env = append(Environ(), "GOGC=off", "GOMEMLIMIT=1GiB") // a tool ends before a collection pays
	var said []byte
	o, err := process.Stream(ctx, cmd, process.Limits{Wall: toolTime, Output: toolOutput}, func(b []byte) { said = append(said, b...) })
	switch {
	case err != nil:
		return err
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case o.Stop != "":
		return fmt.Errorf("%w: go tool %s was stopped by its limit: %s", ErrIndirect, c.Tool, o.Stop)
	case o.Exit != 0:
		return &Failure{c, string(said)}
	}
	return nil
}

// known are the platforms for which the tools are called directly. With the race
// detector, all but Linux need the C compiler's linker, which the go command knows
// how to call.
func (t *Toolchain) known(race bool) bool {
	switch t.OS {
	case "linux":
		return (t.Arch == "amd64" || t.Arch == "arm64") && (!race || t.Libgcc != "")
	case "darwin", "windows":
		return (t.Arch == "amd64" || t.Arch == "arm64") && !race
	}
	return false
}

func workers() int { return min(4, runtime.GOMAXPROCS(0)) }

// Lang is the version of the language that a module file asks for.
func Lang(root string) string {
	mod, _ := os.ReadFile(filepath.Join(root, "go.mod"))
	for line := range strings.Lines(string(mod)) {
		if v, ok := strings.CutPrefix(strings.TrimSpace(line), "go "); ok {
			parts := strings.SplitN(strings.TrimSpace(v), ".", 3)
			if len(parts) > 1 {
				return "go" + parts[0] + "." + parts[1]
			}
		}
	}
	return "go1.26"
}
