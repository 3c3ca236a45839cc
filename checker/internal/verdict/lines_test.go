package verdict

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"nodebook/checker/internal/process"

	"github.com/stretchr/testify/require"
)

// What a test program prints becomes the events that go tool test2json makes of it.
func TestLines(t *testing.T) {
	const m = "\x16"
	for name, out := range map[string]string{
		"passes":         m + "=== RUN   TestA\n" + m + "--- PASS: TestA (0.01s)\n" + m + "PASS\n",
		"fails":          m + "=== RUN   TestA\n    a_test.go:3: tried x\n        got y\n" + m + "--- FAIL: TestA (0.00s)\n" + m + "FAIL\n",
		"subtests":       m + "=== RUN   TestA\n" + m + "=== RUN   TestA/b\n    a_test.go:3: b\n" + m + "=== NAME  TestA\n    a_test.go:9: a\n" + m + "--- FAIL: TestA (0.00s)\n    --- FAIL: TestA/b (0.00s)\n" + m + "=== RUN   TestB\n" + m + "--- SKIP: TestB (0.00s)\n" + m + "FAIL\n",
		"parallel":       m + "=== RUN   TestA\n" + m + "=== PAUSE TestA\n" + m + "=== CONT  TestA\nmine\n" + m + "--- PASS: TestA (1.50s)\n" + m + "PASS\n",
		"no newline":     m + "=== RUN   TestA\nhalf a line" + m + "--- PASS: TestA (0.00s)\n" + m + "PASS\n",
		"forged":         m + "=== RUN   TestA\n--- PASS: TestA (0.00s)\n=== RUN   TestB\nPASS\n" + m + "--- FAIL: TestA (0.00s)\n" + m + "FAIL\n",
		"unmarked":       "=== RUN   TestA\n--- PASS: TestA (0.00s)\nPASS\n",
		"long lines":     m + "=== RUN   TestA\n" + strings.Repeat("é", 10_000) + "\n" + strings.Repeat("x", 5000) + m + "--- PASS: TestA (0.00s)\n" + m + "PASS\n",
		"not UTF-8":      m + "=== RUN   TestA\n\xff\xfe\x1b[31m\n" + m + "--- PASS: TestA (0.00s)\n" + m + "PASS\n",
		"panics":         m + "=== RUN   TestA\n" + m + "--- FAIL: TestA (0.00s)\npanic: oh\n\ngoroutine 1 [running]:\n",
		"nothing":        "",
		"nested too far": m + "=== RUN   TestA\n        --- FAIL: TestA/b (0.00s)\n" + m + "--- FAIL: TestA (0.00s)\n" + m + "FAIL\n",
	} {
		t.Run(name, func(t *testing.T) {
			cmd := exec.Command("go", "tool", "test2json", "-p", "p")
			cmd.Stdin = strings.NewReader(out)
			said, err := cmd.Output()
			require.NoError(t, err)
			var want []Event
			for line := range bytes.Lines(said) {
				var e Event
				require.NoError(t, json.Unmarshal(line, &e))
				want = append(want, e)
			}
			for _, piece := range []int{1, 7, 1 << 20} {
				var got []Event
				l := NewLines("p", func(e Event) { got = append(got, e) })
				for b := []byte(out); len(b) > 0; {
					n := min(piece, len(b))
					l.Write(b[:n])
					b = b[n:]
				}
				l.Close(process.Outcome{})
				require.Equal(t, joined(want), joined(got), "in pieces of %d bytes", piece)
			}
		})
	}
}

// joined are events with the output of one test in one, and without the program's
// own start and end.
func joined(events []Event) (lines []string) {
	var all []Event
	defer func() {
		for _, e := range all {
			lines = append(lines, fmt.Sprintf("%s %s %.200q %d", e.Action, e.Test, e.Output, len(e.Output)))
		}
	}()
	for _, e := range events {
		e.Elapsed = 0
		last := len(all) - 1
		switch {
		case e.Test == "" && e.Action != "output":
		case e.Action == "output" && last >= 0 && all[last].Action == "output" && all[last].Test == e.Test:
			all[last].Output += e.Output
		default:
			all = append(all, e)
		}
	}
	return nil
}
