//go:build unix

package grade

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A line that was cut off does not count, and what follows it is lost with it.
func TestTornJournal(t *testing.T) {
	at := filepath.Join(t.TempDir(), JournalName)
	whole := `{"schema":"x","batch":"b","seed":3}
{"digest":"d1","result":{"name":"ada","lessons":null}}
{"digest":"d2","result":{"name":"bob","lessons":null}}
`
	for n := range len(whole) + 1 {
		if err := os.WriteFile(at, []byte(whole[:n]), 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := os.OpenFile(at, os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		j := &journal{file: f, done: map[string]entry{}}
		if err := j.read("b"); err != nil {
			t.Fatalf("cut at %d: %v", n, err)
		}
		if want := max(0, strings.Count(whole[:n], "\n")-1); len(j.done) != want {
			t.Errorf("cut at %d: %d results, want %d", n, len(j.done), want)
		}
		if _, err := j.add("d3", &Submission{Name: "cyd"}); err != nil {
			t.Fatal(err)
		}
		j.close()
		b, err := os.ReadFile(at)
		if err != nil {
			t.Fatal(err)
		}
		if lines := strings.Split(string(b), "\n"); lines[len(lines)-1] != "" || !strings.Contains(lines[len(lines)-2], `"cyd"`) {
			t.Errorf("cut at %d: the journal is now %q", n, b)
		}
	}
}

func TestJournalOnFullDisk(t *testing.T) {
	f, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	j := &journal{file: f, done: map[string]entry{}}
	defer j.close()
	if _, err := j.add("d", &Submission{Name: "ada"}); err == nil || j.size != 0 {
		t.Errorf("got %v and a journal of %d bytes", err, j.size)
	}
}

func TestOtherBatch(t *testing.T) {
	at := filepath.Join(t.TempDir(), JournalName)
	if err := os.WriteFile(at, []byte(`{"schema":"x","batch":"b","seed":3}`+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(at, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	j := &journal{file: f, done: map[string]entry{}}
	defer j.close()
	if err := j.read("c"); err != ErrOtherBatch {
		t.Errorf("got %v", err)
	}
}
