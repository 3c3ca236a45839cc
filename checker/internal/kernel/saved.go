package kernel

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"

	"nodebook/checker/internal/edit"
	"nodebook/checker/internal/progress"
)

// saved remembers, across sessions, which text of a function the notebook last saw:
// if the file still has that text, a new one from the notebook may replace it, and
// otherwise an editor has changed it in the meantime.
type saved struct {
	file string
	Sums map[string]string // by lesson and function: SHA-256 of the text, in hex
}

func openSaved(root string) *saved {
	s := &saved{file: filepath.Join(root, progress.Dir, "notebook.json"), Sums: map[string]string{}}
	if b, err := os.ReadFile(s.file); err == nil {
		json.Unmarshal(b, &s.Sums) // one that cannot be read only asks more often
	}
	if s.Sums == nil {
		s.Sums = map[string]string{}
	}
	return s
}

func sumOf(text string) string {
	sum := sha256.Sum256([]byte(strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))))
	return hex.EncodeToString(sum[:])
}

// has reports whether the notebook last saw this text of a function.
func (s *saved) has(name, text string) bool { return s.Sums[name] == sumOf(text) }

// note remembers a text of a function.
func (s *saved) note(name, text string) error {
	s.Sums[name] = sumOf(text)
	b, err := json.MarshalIndent(s.Sums, "", "  ")
	if err != nil {
		return err
	}
	return edit.WriteFile(s.file, append(b, '\n'))
}
