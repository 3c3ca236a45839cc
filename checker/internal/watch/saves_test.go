package watch_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"nodebook/checker/internal/watch"
)

// quick are options under which only events can answer: polls are an hour apart.
var quick = watch.Options{Debounce: 2 * time.Millisecond, Poll: time.Hour}

// folder is a workbook's lessons folder with one file.
func folder(t testing.TB) (dir, file string) {
	t.Helper()
	dir = t.TempDir()
	file = filepath.Join(dir, "lesson1", "framing", "ping.go")
	put(t, file, "package framing\n")
	return dir, file
}

func put(t testing.TB, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func rename(t testing.TB, from, to string) {
	t.Helper()
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}

// saves announces the saves that are over.
func saves(t testing.TB, dir string, opt watch.Options) <-chan struct{} {
	t.Helper()
	c, err := watch.Saves(t.Context(), dir, opt)
	if err != nil {
		t.Fatal(err)
	}
	over := make(chan struct{}, 1)
	go func() {
		for s := range c {
			if s.Over {
				select {
				case over <- struct{}{}:
				default:
				}
			}
		}
	}()
	return over
}

// patience is how long a test waits for what must come. It only ever ends a
// test that has failed.
const patience = 10 * time.Minute

func answered(t testing.TB, c <-chan struct{}, after string) {
	t.Helper()
	select {
	case <-c:
	case <-time.After(patience):
		t.Fatalf("no answer within %s after %s", patience, after)
	}
}

// The ways in which editors save. Each one is answered, and by events alone.
func TestSaves_editors(t *testing.T) {
	for _, editor := range []struct {
		name string
		save func(t *testing.T, file, text string)
	}{
		{"written in place", func(t *testing.T, file, text string) { put(t, file, text) }},
		{"written beside and renamed over it", func(t *testing.T, file, text string) {
			put(t, file+".tmp123", text)
			rename(t, file+".tmp123", file)
		}},
		{"vim: 4913, swap file, backup, new file", func(t *testing.T, file, text string) {
			dir := filepath.Dir(file)
			put(t, filepath.Join(dir, ".ping.go.swp"), "swap")
			put(t, filepath.Join(dir, "4913"), "")
			os.Remove(filepath.Join(dir, "4913"))
			rename(t, file, file+"~")
			put(t, file, text)
			os.Remove(file + "~")
			os.Remove(filepath.Join(dir, ".ping.go.swp"))
		}},
		{"emacs: lock link, autosave, backup", func(t *testing.T, file, text string) {
			dir := filepath.Dir(file)
			lock := filepath.Join(dir, ".#ping.go")
			if err := os.Symlink("me@host.1:2", lock); err != nil {
				t.Fatal(err)
			}
			put(t, filepath.Join(dir, "#ping.go#"), text)
			rename(t, file, file+"~")
			put(t, file, text)
			os.Remove(filepath.Join(dir, "#ping.go#"))
			os.Remove(lock)
		}},
		{"truncated, then written in two pieces", func(t *testing.T, file, text string) {
			f, err := os.Create(file)
			if err != nil {
				t.Fatal(err)
			}
			f.WriteString(text[:3])
			f.WriteString(text[3:])
			f.Close()
		}},
	} {
		t.Run(editor.name, func(t *testing.T) {
			dir, file := folder(t)
			c := saves(t, dir, quick)
			for i := range 5 {
				want := fmt.Sprintf("package framing // %d\n", i)
				editor.save(t, file, want)
				answered(t, c, editor.name)
				if got := read(t, file); got != want {
					t.Fatalf("whoever is told reads %q, want %q", got, want)
				}
			}
		})
	}
}

func read(t testing.TB, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// A lesson's folder that comes later, as git checkout brings it, is watched too,
// with all that is made in it afterwards.
func TestSaves_newFolders(t *testing.T) {
	dir, _ := folder(t)
	c := saves(t, dir, quick)
	deep := filepath.Join(dir, "lesson2", "version", "wire", "addr.go")
	put(t, deep, "package wire\n")
	answered(t, c, "a new folder")
	put(t, deep, "package wire // again\n")
	answered(t, c, "a save in the new folder")
	moved := filepath.Join(t.TempDir(), "lesson3")
	put(t, filepath.Join(moved, "bitnodes", "a.go"), "package bitnodes\n")
	rename(t, moved, filepath.Join(dir, "lesson3"))
	answered(t, c, "a folder moved in")
	put(t, filepath.Join(dir, "lesson3", "bitnodes", "a.go"), "package bitnodes // again\n")
	answered(t, c, "a save in the folder moved in")
}

// What is not a Go file of the learner's does not count: the save after it is
// the only one that is answered.
func TestSaves_otherFiles(t *testing.T) {
	dir, file := folder(t)
	c := saves(t, dir, watch.Options{Debounce: 50 * time.Millisecond, Poll: time.Hour})
	for _, name := range []string{"README.md", ".ping.go.swp", ".#ping.go", "#ping.go#", "ping.go~", "4913", "ping.go.orig"} {
		put(t, filepath.Join(filepath.Dir(file), name), name)
		os.Remove(filepath.Join(filepath.Dir(file), name))
	}
	quiet := time.After(200 * time.Millisecond)
	select {
	case <-c:
		t.Fatal("a file that is not judged was answered")
	case <-quiet:
	}
	put(t, file, "package framing // saved\n")
	answered(t, c, "a save")
}

// 1,000 saves at random moments, in bursts of random length: whoever looks at
// the files when told sees the last save of every burst.
func TestSaves_thousand(t *testing.T) {
	dir, file := folder(t)
	c := saves(t, dir, quick)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	answers := 0
	for n := 0; n < 1000; {
		var text string
		for range 1 + rng.IntN(12) {
			n++
			text = fmt.Sprintf("package framing // save %d\n", n)
			if rng.IntN(2) == 0 {
				put(t, file, text)
			} else {
				put(t, file+".new", text)
				rename(t, file+".new", file)
			}
			select { // saves and answers cross each other at every distance
			case <-c:
				answers++
			case <-time.After(time.Duration(rng.Int64N(int64(3 * time.Millisecond)))):
			}
		}
		// Nothing is saved now. An answer to the last save is here or will come:
		// after it, with no save between, none is missing.
		mark := fmt.Sprintf("%s// last of its burst\n", text)
		put(t, file, mark)
		answered(t, c, fmt.Sprintf("save %d", n))
		answers++
	}
	t.Logf("%d answers", answers)
}
