package author

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// FirstRun begins the line in which a checker says, once, that all is still to be
// compiled.
const FirstRun = "checker: first run: "

// console runs the commands of a page's console blocks: lesson binaries with
// the references instead of the learner's code, and the checker in a
// freshly handed-out workbook.
type console struct {
	repo    *Repo
	dir     string // holds the scratch workbook and the binaries
	checker string
	cached  map[string]string
}

func (r *Repo) console() (*console, error) {
	dir, err := os.MkdirTemp("", "nodebook-pages-")
	return &console{repo: r, dir: dir, cached: map[string]string{}}, err
}

func (c *console) close() { os.RemoveAll(c.dir) }

// run runs the commands of a block and returns the block as it should be.
func (c *console) run(ctx context.Context, text string) (string, error) {
	var out strings.Builder
	for line := range strings.Lines(text) {
		command, ok := strings.CutPrefix(strings.TrimRight(line, "\n"), "$ ")
		if !ok {
			continue
		}
		printed, err := c.command(ctx, command)
		if err != nil {
			return "", fmt.Errorf("%s: %w", command, err)
		}
		out.WriteString("$ " + command + "\n" + printed)
	}
	if out.Len() == 0 {
		return "", errors.New(`a console block begins with a command: "$ go run ./lessons/lesson1"`)
	}
	return out.String(), nil
}

// excerpt is a command and some of the lines that it printed, counted from 1:
// "2-4,9-12". A line "..." is in place of those that are left out.
//
// Errors: for ranges that are not in ascending order or not in the text.
func excerpt(text, ranges string) (string, error) {
	lines := slices.Collect(strings.Lines(text))
	out := lines[0]
	at := 1 // the next line
	for r := range strings.SplitSeq(ranges, ",") {
		var from, to int
		if n, err := fmt.Sscanf(r, "%d-%d", &from, &to); n != 2 || err != nil || from < at || to < from || to >= len(lines) {
			return "", fmt.Errorf("lines %s: want ranges such as 2-4,9-12 within 1-%d", ranges, len(lines)-1)
		}
		if from > at {
			out += "...\n"
		}
		out += strings.Join(lines[from:to+1], "")
		at = to + 1
	}
	if at < len(lines) {
		out += "...\n"
	}
	return out, nil
}

// command runs one command and returns what it printed.
func (c *console) command(ctx context.Context, command string) (string, error) {
	if out, ok := c.cached[command]; ok {
		return out, nil
	}
	words := strings.Fields(command)
	var cmd *exec.Cmd
	switch {
	case len(words) >= 3 && words[0] == "go" && words[1] == "run" && strings.HasPrefix(words[2], "./lessons/lesson"):
		words[2] = strings.Replace(words[2], "./lessons/", "./solutions/", 1)
		cmd = exec.CommandContext(ctx, "go", words[1:]...)
		cmd.Dir = c.repo.Root
	case words[0] == "checker", len(words) >= 3 && words[0] == "go" && words[1] == "run" && words[2] == "./checker":
		args := words[1:]
		if words[0] == "go" {
			args = words[3:]
		}
		if err := c.buildChecker(ctx); err != nil {
			return "", err
		}
		cmd = exec.CommandContext(ctx, c.checker, args...)
		cmd.Dir = filepath.Join(c.dir, "workbook")
	default:
		return "", errors.New("only the checker and lesson binaries are run on a page")
	}
	cmd.Env = append(os.Environ(), "NO_COLOR=1")
	b, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return "", err
	}
	out := string(b)
	if rest, first := strings.CutPrefix(out, FirstRun); first { // a page shows a checker that has run before
		_, out, _ = strings.Cut(rest, "\n")
	}
	if i := strings.LastIndex(out, "exit status "); i >= 0 && words[0] == "go" && strings.HasPrefix(words[2], "./solutions/") {
		return "", fmt.Errorf("it failed:\n%s", out)
	}
	c.cached[command] = out
	return out, nil
}

// buildChecker makes the checker and a workbook for it, once.
func (c *console) buildChecker(ctx context.Context) error {
	if c.checker != "" {
		return nil
	}
	file := filepath.Join(c.dir, "checker")
	cmd := exec.CommandContext(ctx, "go", "build", "-o", file, "./checker")
	cmd.Dir = c.repo.Root
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("the checker does not build: %s", out)
	}
	c.checker = file
	return c.repo.Scratch(filepath.Join(c.dir, "workbook"))
}
