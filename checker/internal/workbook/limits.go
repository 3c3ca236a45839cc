package workbook

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Limits bound a run of a lesson's hidden tests.
type Limits struct {
	Timeout time.Duration // of the test binary, not of the compiler
	Memory  int64         // bytes
	Output  int64         // bytes of output, all tests together
	Files   uint64        // open files; 0 leaves the system's limit
	Race    bool          // run with the race detector
}

// DefaultLimits hold where a lesson's tests say nothing else.
var DefaultLimits = Limits{Timeout: 10 * time.Second, Memory: 1 << 30, Output: 4 << 20}

const limitsLine = "//nodebook:limits "

// read takes the words of a test file's //nodebook:limits lines.
func (l *Limits) read(src string) error {
	for line := range strings.Lines(src) {
		words, ok := strings.CutPrefix(line, limitsLine)
		if !ok {
			continue
		}
		for _, word := range strings.Fields(words) {
			if err := l.set(word); err != nil {
				return fmt.Errorf("//nodebook:limits: %q: %w", word, err)
			}
		}
	}
	return nil
}

func (l *Limits) set(word string) (err error) {
	key, value, _ := strings.Cut(word, "=")
	switch key {
	case "race":
		l.Race = true
	case "timeout":
		l.Timeout, err = time.ParseDuration(value)
	case "memory":
		l.Memory, err = parseBytes(value)
	case "output":
		l.Output, err = parseBytes(value)
	case "files":
		l.Files, err = strconv.ParseUint(value, 10, 32)
	default:
		return fmt.Errorf("unknown limit")
	}
	return err
}

// parseBytes reads 512MiB, 1GiB or a plain number of bytes.
func parseBytes(s string) (int64, error) {
	for unit, shift := range map[string]int{"KiB": 10, "MiB": 20, "GiB": 30} {
		if n, ok := strings.CutSuffix(s, unit); ok {
			v, err := strconv.ParseInt(n, 10, 32)
			return v << shift, err
		}
	}
	return strconv.ParseInt(s, 10, 64)
}
