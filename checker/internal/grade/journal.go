package grade

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// journal is the append-only record of what has been judged: a line of JSON a
// submission, after one that says what batch it belongs to. A line that was cut
// off, by a kill or a full disk, does not count and is cut away.
type journal struct {
	mu   sync.Mutex
	file *os.File
	size int64 // up to the end of the last whole line
	done map[string]entry
}

type entry struct {
	Digest string      `json:"digest"` // of what was handed in
	Result *Submission `json:"result"`
}

// JournalName is the journal's name in the folder of results.
const JournalName = "journal.jsonl"

// ErrOtherBatch says that a folder holds the journal of another batch.
var ErrOtherBatch = errors.New("this folder contains the journal of a batch with other settings, lessons or another Go")

// Batch is a sum of all that a result depends on besides the submission.
func Batch(o Options) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s %s %s %s %d, one for each, %v\n", Schema, o.Engine.Toolchain(), o.Jail.Name(), o.Solutions, o.Seed, o.Printed)
	for _, l := range o.Lessons {
		fmt.Fprintf(h, "%s %+v\n", l.Name, o.Limits(l))
	}
	fs.WalkDir(o.Book.Solutions, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			b, _ := fs.ReadFile(o.Book.Solutions, name)
			fmt.Fprintf(h, "%s %x\n", name, sha256.Sum256(b))
		}
		return nil
	})
	return fmt.Sprintf("%x", h.Sum(nil)[:16])
}

// Seed is the seed of the journal in a folder of results; 0 if there is none.
func Seed(out string) uint64 {
	b, _ := os.ReadFile(filepath.Join(out, JournalName))
	line, _, ok := bytes.Cut(b, []byte("\n"))
	var head header
	if !ok || json.Unmarshal(line, &head) != nil {
		return 0
	}
	return head.Seed
}

type header struct {
	Schema string `json:"schema"`
	Batch  string `json:"batch"`
	Seed   uint64 `json:"seed"`
}

// openJournal opens the journal of a batch, or begins it.
func openJournal(o Options) (*journal, error) {
	f, err := os.OpenFile(filepath.Join(o.Out, JournalName), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		f.Close()
		return nil, fmt.Errorf("%s is not a file: %w", f.Name(), errors.Join(err, fs.ErrInvalid))
	}
	j := &journal{file: f, done: map[string]entry{}}
	if err := j.read(Batch(o)); err != nil {
		f.Close()
		return nil, err
	}
	if j.size == 0 {
		if err := j.append(header{Schema, Batch(o), o.Seed}); err != nil {
			f.Close()
			return nil, err
		}
	}
	return j, nil
}

func (j *journal) read(batch string) error {
	b, err := io.ReadAll(j.file)
	if err != nil {
		return err
	}
	for len(b) > 0 {
		line, rest, whole := bytes.Cut(b, []byte("\n"))
		if !whole {
			break
		}
		if j.size == 0 {
			var h header
			if json.Unmarshal(line, &h) != nil || h.Batch != batch {
				return ErrOtherBatch
			}
		} else {
			var e entry
			if json.Unmarshal(line, &e) != nil || e.Result == nil {
				break
			}
			j.done[e.Result.Name] = e
		}
		j.size += int64(len(line)) + 1
		b = rest
	}
	if err := j.file.Truncate(j.size); err != nil {
		return err
	}
	_, err = j.file.Seek(j.size, io.SeekStart)
	return err
}

// find is the result of a submission that has not changed since.
func (j *journal) find(name, digest string) *Submission {
	j.mu.Lock()
	defer j.mu.Unlock()
	if e, ok := j.done[name]; ok && e.Digest == digest {
		return e.Result
	}
	return nil
}

// add adds a result, and gives it back as a later run will find it.
func (j *journal) add(digest string, r *Submission) (*Submission, error) {
	if err := j.append(entry{digest, r}); err != nil {
		return nil, err
	}
	b, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	back := new(Submission)
	return back, json.Unmarshal(b, back)
}

// append writes a line, whole or not at all as far as a reader can tell.
func (j *journal) append(v any) error {
	line, err := json.Marshal(v)
	if err != nil {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	n, err := j.file.Write(append(line, '\n'))
	if err == nil {
		err = j.file.Sync()
	}
	if err != nil {
		j.file.Truncate(j.size)
		j.file.Seek(j.size, io.SeekStart)
		return fmt.Errorf("the journal cannot be written: %w", err)
	}
	j.size += int64(n)
	return nil
}

func (j *journal) close() { j.file.Close() }
