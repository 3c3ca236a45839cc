package cli

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"nodebook/checker/internal/build"
	"nodebook/checker/internal/workbook"

	"github.com/spf13/cobra"
)

// finding is one line of the doctor's.
type finding struct {
	what, found string
	wrong       string // what to do about it; "" if all is well
}

func (a *app) doctor() *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: "Look at what the checker needs, and print what belongs in a bug report",
		Long: `Look at the toolchain, the caches, the settings, the limits, the folder and the
clock, and build and run one real test. What it prints is meant to be pasted into
a bug report. Exit status 1 says that something is not as it should be.`,
		Example: "  checker doctor",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			healthy := true
			for _, f := range a.examine() {
				sign := "✓"
				if f.wrong != "" {
					sign, healthy = "✗", false
				}
				fmt.Fprintf(a.out, "%s %-12s %s\n", sign, f.what, f.found)
				if f.wrong != "" {
					fmt.Fprintf(a.out, "  %-12s %s\n", "", f.wrong)
				}
			}
			if !healthy {
				return errNotPassed
			}
			fmt.Fprintln(a.out, "\neverything is as it should be")
			return nil
		},
	}
}

func (a *app) examine() []finding {
	return []finding{
		{what: "checker", found: version()},
		{what: "system", found: fmt.Sprintf("%s/%s, %d cores", runtime.GOOS, runtime.GOARCH, runtime.NumCPU())},
		toolchain(), buildCache(), temporary(), a.folder(), settings(), goRun(), a.realTest(), files(), clock(buildTime()),
	}
}

func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	v := info.Main.Version
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			v += " " + s.Value[:min(12, len(s.Value))]
		}
	}
	return strings.TrimSpace(v + " built with " + info.GoVersion)
}

func toolchain() finding {
	f := finding{what: "go"}
	out, err := goSays("version")
	if err != nil {
		f.found, f.wrong = "not on PATH", "install Go from https://go.dev/dl; until then answers are interpreted, and data races are not found"
		return f
	}
	f.found = strings.TrimPrefix(out, "go version ")
	var minor int
	if n, _ := fmt.Sscanf(f.found, "go1.%d", &minor); n == 1 && minor < 26 {
		f.wrong = "the workbook needs Go 1.26 or newer"
	}
	return f
}

// goSays is what the go command prints. It fetches no other toolchain, and a
// command that hangs is given up.
func goSays(args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Env = append(build.Environ(), "GOTOOLCHAIN=local")
	cmd.WaitDelay = time.Second
	out, err := cmd.Output()
	return strings.TrimSpace(string(out)), err
}

func buildCache() finding {
	f := finding{what: "build cache"}
	dir, err := goSays("env", "GOCACHE")
	if err != nil || dir == "" {
		f.found = "none without go"
		return f
	}
	f.found = dir
	if err := writable(dir); err != nil {
		f.wrong = fmt.Sprintf("cannot be written to (%v): every run compiles everything again", err)
	}
	return f
}

// temporary is where tests and overlays are written.
func temporary() finding {
	f := finding{what: "temporary", found: os.TempDir()}
	if err := writable(f.found); err != nil {
		f.wrong = fmt.Sprintf("cannot be written to (%v): set TMPDIR to a folder that can", err)
	}
	return f
}

func (a *app) folder() finding {
	f := finding{what: "workbook"}
	wd, err := os.Getwd()
	if err == nil {
		f.found, err = workbook.Find(wd)
	}
	if err != nil {
		f.found, f.wrong = err.Error(), `change into the workbook, or make one with "checker init nodebook"`
		return f
	}
	if err := writable(filepath.Join(f.found, "lessons")); err != nil {
		f.wrong = fmt.Sprintf("cannot be written to: %v", err)
	}
	return f
}

// writable reports whether a file can be made in a folder.
func writable(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".nodebook-*")
	if err != nil {
		return err
	}
	f.Close()
	return os.Remove(f.Name())
}

func files() finding {
	f := finding{what: "open files"}
	n := openFiles()
	if n == 0 {
		f.found = "no limit known"
		return f
	}
	f.found = fmt.Sprintf("at most %d", n)
	if n < 4096 {
		f.wrong = "lesson 4 calls thousands of peers at the same time: raise it with \"ulimit -n 8192\""
	}
	return f
}

// clock looks for a clock that is behind this binary: time stamps in version
// messages and the progress file go by it.
func clock(built time.Time) finding {
	now := time.Now()
	f := finding{what: "clock", found: now.Format(time.RFC3339)}
	if now.Before(built.Add(-24 * time.Hour)) {
		f.wrong = fmt.Sprintf("is behind: this checker was made on %s", built.Format(time.DateOnly))
	}
	return f
}

// buildTime is the time of the commit that this binary was made from, or the
// beginning of Go 1.26 where that is not known.
func buildTime() time.Time {
	built := time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return built
	}
	for _, s := range info.Settings {
		if t, err := time.Parse(time.RFC3339, s.Value); s.Key == "vcs.time" && err == nil {
			return t
		}
	}
	return built
}
