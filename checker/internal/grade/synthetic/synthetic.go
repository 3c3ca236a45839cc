// Package synthetic makes up a class: submissions of lesson 1 that are right,
// wrong in the ways that beginners are, unfinished, or hostile. No two of them
// are the same file by file.
package synthetic

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"nodebook/checker/internal/author"
	"nodebook/checker/internal/stub"
	"nodebook/checker/internal/workbook"

	"github.com/rogpeppe/go-internal/txtar"
)

// Options say what class to make.
type Options struct {
	Repo    *author.Repo
	Attacks string // the folder of attacks; "" for none
	N       int
	Seed    uint64
}

// Write makes a class in dir, and gives the expected number of passes of each
// submission that is right.
func Write(dir string, o Options) (right map[string]int, err error) {
	l, err := o.Repo.Book.Lesson("lesson1")
	if err != nil {
		return nil, err
	}
	wrongs, err := o.Repo.Wrongs(l)
	if err != nil {
		return nil, err
	}
	attacks, err := readAttacks(o.Attacks)
	if err != nil {
		return nil, err
	}
	reference, err := files(o.Repo.Book, l, l.Packages[0].Files)
	if err != nil {
		return nil, err
	}
	stubs, err := stub.Files(o.Repo.Book, l)
	if err != nil {
		return nil, err
	}
	r := rand.New(rand.NewPCG(o.Seed, 1))
	right = map[string]int{}
	for i := range o.N {
		name := fmt.Sprintf("s%04d", i)
		var all map[string][]byte
		switch k := r.IntN(100); {
		case k < 50 || len(wrongs) == 0:
			all, right[name] = reference, len(l.Exercises)
		case k < 85:
			if all, err = wrongs[r.IntN(len(wrongs))].Overlay(o.Repo.Book.Solutions); err != nil {
				return nil, err
			}
			all = merge(reference, all)
		case k < 95 || len(attacks) == 0: // some files are not written yet
			all = map[string][]byte{}
			for file, src := range reference {
				if s := stubs[strings.TrimPrefix(file, "lessons/")]; r.IntN(2) == 0 && s != nil {
					src = s
				}
				all[file] = src
			}
		default:
			all = merge(reference, attacks[r.IntN(len(attacks))])
		}
		if err := write(filepath.Join(dir, name), vary(r, all)); err != nil {
			return nil, err
		}
	}
	return right, nil
}

func files(b *workbook.Book, l *workbook.Lesson, names []string) (map[string][]byte, error) {
	out := map[string][]byte{}
	for _, name := range names {
		src, err := fs.ReadFile(b.Solutions, name)
		if err != nil {
			return nil, err
		}
		out["lessons/"+name] = stub.Retarget(src)
	}
	return out, nil
}

func merge(a, b map[string][]byte) map[string][]byte {
	out := map[string][]byte{}
	for _, m := range []map[string][]byte{a, b} {
		for name, src := range m {
			out[name] = src
		}
	}
	for name, src := range out { // an overlay's nil masks a file
		if src == nil {
			delete(out, name)
		}
	}
	return out
}

// readAttacks reads those attacks that end soon: one that waits for a limit on
// time measures the limit.
func readAttacks(dir string) ([]map[string][]byte, error) {
	if dir == "" {
		return nil, nil
	}
	names, err := filepath.Glob(filepath.Join(dir, "*", "attack.txtar"))
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	var all []map[string][]byte
	for _, name := range names {
		a, err := txtar.ParseFile(name)
		if err != nil {
			return nil, err
		}
		if c := string(a.Comment); strings.Contains(c, "timed out") || strings.Contains(c, "deadlock") || strings.Contains(name, "bomb") {
			continue
		}
		m := map[string][]byte{}
		for _, f := range a.Files {
			m[f.Name] = f.Data
		}
		all = append(all, m)
	}
	return all, nil
}

// vary makes a submission unlike all others: remarks, and helpers that nobody
// calls, of drawn names.
func vary(r *rand.Rand, all map[string][]byte) map[string][]byte {
	out := map[string][]byte{}
	for name, src := range all {
		out[name] = src
	}
	for _, name := range slices.Sorted(func(yield func(string) bool) {
		for name := range all {
			if !yield(name) {
				return
			}
		}
	}) {
		if !strings.HasSuffix(name, ".go") || strings.Contains(name, "_test") || r.IntN(3) > 0 {
			continue
		}
		out[name] = append(slices.Clip(out[name]), fmt.Sprintf("\n// %d\nfunc helper%d(x int) int { return x*%d + %d }\n", r.Uint32(), r.Uint32(), r.IntN(1000), r.IntN(1000))...)
	}
	return out
}

func write(dir string, all map[string][]byte) error {
	for name, src := range all {
		at := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(at, src, 0o644); err != nil {
			return err
		}
	}
	return nil
}
