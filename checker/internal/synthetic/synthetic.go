// Package synthetic makes up a class: submissions of lesson 1 that are right,
// wrong in the ways that beginners are, unfinished, or hostile. No two of them
// are the same file by file.
package synthetic

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
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
	Slow    bool   // those attacks too that wait for a limit on time
	N       int
	Seed    uint64
}

// Kind says what a submission is.
type Kind int

// The kinds of submissions.
const (
	Right   Kind = iota // every exercise passes
	Wrong               // one exercise is wrong as beginners are
	Begun               // some files are not written yet
	Hostile             // an attack; it has to be kept from everything that is not a jail
)

// Write makes a class in dir, and says of each submission what it is.
func Write(dir string, o Options) (map[string]Kind, error) {
	m, err := newMaker(o)
	if err != nil {
		return nil, err
	}
	r := rand.New(rand.NewPCG(o.Seed, 1))
	class := map[string]Kind{}
	for i := range o.N {
		kind, all, err := m.one(r, mixture[i%len(mixture)])
		if err != nil {
			return nil, err
		}
		name := fmt.Sprintf("s%04d", i)
		class[name] = kind
		if err := write(filepath.Join(dir, name), all); err != nil {
			return nil, err
		}
	}
	return class, nil
}

// maker has what submissions are made of.
type maker struct {
	repo             *author.Repo
	reference, stubs map[string][]byte
	wrongs           []*author.Wrong
	attacks          []map[string][]byte
}

func newMaker(o Options) (*maker, error) {
	l, err := o.Repo.Book.Lesson("lesson1")
	if err != nil {
		return nil, err
	}
	m := &maker{repo: o.Repo}
	if m.wrongs, err = o.Repo.Wrongs(l); err != nil {
		return nil, err
	}
	if m.attacks, err = readAttacks(o.Attacks, o.Slow); err != nil {
		return nil, err
	}
	if m.reference, err = files(o.Repo.Book, l.Packages[0].Files); err != nil {
		return nil, err
	}
	m.stubs, err = stub.Files(o.Repo.Book, l)
	return m, err
}

// mixture is the order of kinds in a class: right, wrong, begun, hostile.
const mixture = "rwrbrwrhrwrwrhrbrwrw"

// one draws a submission.
func (m *maker) one(r *rand.Rand, kind byte) (Kind, map[string][]byte, error) {
	switch {
	case kind == 'h' && len(m.attacks) > 0:
		return Hostile, merge(vary(r, m.reference), m.attacks[r.IntN(len(m.attacks))]), nil
	case kind == 'w' && len(m.wrongs) > 0:
		all, err := m.wrongs[r.IntN(len(m.wrongs))].Overlay(m.repo.Book.Solutions)
		return Wrong, vary(r, merge(m.reference, all)), err
	case kind == 'b':
		all := map[string][]byte{}
		for _, file := range slices.Sorted(maps.Keys(m.reference)) {
			all[file] = m.reference[file]
			if s := m.stubs[strings.TrimPrefix(file, "lessons/")]; r.IntN(2) == 0 && s != nil {
				all[file] = s
			}
		}
		return Begun, vary(r, all), nil
	}
	return Right, vary(r, m.reference), nil
}

func files(b *workbook.Book, names []string) (map[string][]byte, error) {
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

// readAttacks reads the attacks; without slow only those that end soon: one that
// waits for a limit on time measures the limit.
func readAttacks(dir string, slow bool) ([]map[string][]byte, error) {
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
		if strings.Contains(string(a.Comment), "\nlesson: ") {
			continue // on another lesson than this one
		}
		if c := string(a.Comment); !slow && (strings.Contains(c, "timed out") || strings.Contains(c, "deadlock") || strings.Contains(name, "bomb")) {
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

// vary makes a submission unlike all others: remarks that move every line, and
// in a third of the files a helper of a drawn name that nobody calls.
func vary(r *rand.Rand, all map[string][]byte) map[string][]byte {
	out := map[string][]byte{}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		var b bytes.Buffer
		for line := range bytes.Lines(all[name]) {
			if bytes.HasPrefix(line, []byte("func ")) {
				fmt.Fprintf(&b, "// %d%s\n", r.Uint32(), strings.Repeat("\n//", r.IntN(4)))
			}
			b.Write(line)
		}
		if r.IntN(3) == 0 {
			fmt.Fprintf(&b, "\nfunc helper%d(x int) int { return x*%d + %d }\n", r.Uint32(), r.IntN(1000), r.IntN(1000))
		}
		out[name] = b.Bytes()
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
