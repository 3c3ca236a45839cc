package interpreter_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"nodebook/checker/internal/interpreter"
	"nodebook/checker/internal/process"
	"nodebook/checker/needs"
)

var update = flag.Bool("update", false, "ask go run what the programs print, and write it down")

// Programs of modern Go, as a beginner may write it, print what they print when
// they are compiled: testdata/programs/NAME.out is what go run said.
//
//	go test ./checker/internal/interpreter -run=TestPrograms -update
func TestPrograms(t *testing.T) {
	files, err := filepath.Glob("testdata/programs/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal("no programs", err)
	}
	for _, file := range files {
		golden := strings.TrimSuffix(file, ".go") + ".out"
		if *update {
			compiled(t, file, golden)
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			needs.Lot(t, 8)
			if got := interpreted(t, file); got != string(want) {
				t.Errorf("it prints\n%s\nwhen compiled\n%s", got, want)
			}
		})
	}
}

// compiled writes what a program prints when the go command runs it.
func compiled(t *testing.T, file, golden string) {
	t.Helper()
	out, err := exec.Command("go", "run", file).Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) { // go run's own last words name the program's status
		words := strings.TrimSpace(string(exit.Stderr))
		out = append(out, words[strings.LastIndexByte(words, '\n')+1:]+"\n"...)
	} else if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(golden, out, 0o644); err != nil {
		t.Fatal(err)
	}
}

func interpreted(t *testing.T, file string) string {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	lim := process.Limits{Wall: 10 * time.Minute, Memory: 512 << 20, Output: 1 << 20}
	r, err := (&interpreter.Engine{}).Run(t.Context(), interpreter.Program{Root: t.TempDir(), Source: string(src)}, lim, func(line []byte) {
		fmt.Fprintf(&out, "%s\n", line)
	})
	if err != nil {
		t.Fatal(err)
	}
	if r.Beyond != "" || len(r.Problems) > 0 || r.Stop != "" {
		t.Fatalf("it is not run: %s %q %s\n%s", r.Beyond, r.Problems, r.Stop, r.Err)
	}
	if r.Exit != 0 {
		fmt.Fprintf(&out, "exit status %d\n", r.Exit)
	}
	return out.String()
}

// Programs with what the interpreter does not do right are not run: each says
// why, as its first line has it.
func TestPrograms_beyond(t *testing.T) {
	files, err := filepath.Glob("testdata/beyond/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal("no programs", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			first, _, _ := strings.Cut(string(src), "\n")
			want := strings.TrimPrefix(first, "// beyond: ")
			r, err := (&interpreter.Engine{}).Run(t.Context(), interpreter.Program{Root: t.TempDir(), Source: string(src)}, process.Limits{}, func(line []byte) {
				t.Errorf("it prints %q", line)
			})
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(r.Beyond, want) {
				t.Errorf("it is beyond the walls because it %q, want %q\n%s", r.Beyond, want, r.Err)
			}
		})
	}
}
