package verdict

import (
	"strings"

	"nodebook/checker/internal/lazyregexp"
)

// logged matches where a line of t.Log, t.Error or t.Fatal begins. What stands
// before it on the line was printed without a newline by the code under test.
var logged = lazyregexp.New(`^(.*?)( {4})+\w+\.go:\d+: ?(.*)$`)

// frames are go test's own lines.
var frames = lazyregexp.New(`^\s*(=== (RUN|PAUSE|CONT|NAME)|--- (FAIL|PASS|SKIP): )`)

// split parts a test's output into its failure message and what the code under
// test printed.
func split(out string) (message, printed string) {
	var m, p strings.Builder
	inside := false
	for line := range strings.Lines(out) {
		line = strings.TrimRight(line, "\n")
		if frames().MatchString(line) {
			inside = false
			continue
		}
		if at := logged().FindStringSubmatch(line); at != nil {
			inside = true
			if at[1] != "" {
				p.WriteString(at[1] + "\n")
			}
			if at[3] != "" {
				m.WriteString(at[3] + "\n")
			}
			continue
		}
		if rest, ok := strings.CutPrefix(line, "        "); ok && inside {
			m.WriteString(rest + "\n")
			continue
		}
		inside = false
		p.WriteString(line + "\n")
	}
	return strings.Trim(m.String(), "\n"), Clip(strings.Trim(p.String(), "\n"))
}

const (
	keptLines = 20
	keptBytes = 2000
)

// Clip returns the first lines of a long text.
func Clip(s string) string {
	cut := false
	if len(s) > keptBytes {
		s, cut = s[:keptBytes], true
	}
	lines := strings.Split(s, "\n")
	if len(lines) > keptLines {
		lines, cut = lines[:keptLines], true
	}
	s = strings.ToValidUTF8(strings.Join(lines, "\n"), "�")
	if cut {
		s += "\n..."
	}
	return s
}

func lastLines(s string, n int) string {
	lines := strings.Split(strings.TrimRight(s, "\n"), "\n")
	lines = lines[max(0, len(lines)-n):]
	for i, l := range lines {
		if len(l) > 100 {
			lines[i] = l[:100] + "..."
		}
	}
	return strings.ToValidUTF8(strings.Join(lines, "\n"), "�")
}
