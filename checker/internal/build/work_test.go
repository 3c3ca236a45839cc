package build

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// module is a small workbook.
func module(t *testing.T, files map[string]string) string {
	root := t.TempDir()
	files["go.mod"] = "module nodebook\n\ngo 1.26.0\n"
	var all []File
	for name, src := range files {
		all = append(all, File{name, []byte(src)})
	}
	require.NoError(t, WriteFiles(root, all))
	return root
}

// ownCache keeps a test out of the user's cache, but for Go's own.
func ownCache(t *testing.T) string {
	out, err := exec.Command("go", "env", "GOCACHE").Output()
	require.NoError(t, err)
	t.Setenv("GOCACHE", strings.TrimSpace(string(out)))
	dir := t.TempDir()
	t.Setenv("XDG_CACHE_HOME", dir)
	return dir
}

func program(t *testing.T, o Options, src string) (string, error) {
	t.Helper()
	o.For = []File{{"main.go", []byte(src)}}
	w, err := NewWork(t.Context(), o)
	if err != nil {
		return "", err
	}
	defer w.Close()
	file := filepath.Join(t.TempDir(), "program.exe")
	if err := w.Program(t.Context(), Unit{Path: "main", Files: o.For}, file); err != nil {
		return "", err
	}
	out, err := exec.Command(file).CombinedOutput()
	require.NoError(t, err, string(out))
	return string(out), nil
}

const main = `package main

import (
	"fmt"
	"nodebook/lessons/l/p"
)

func main() { fmt.Print(p.F()) }
`

// A program is compiled from a workbook's packages with what is laid over them. What
// has not changed is not compiled again, and what somebody has removed is.
func TestWork(t *testing.T) {
	ownCache(t)
	root := module(t, map[string]string{
		"lessons/l/p/p.go": "package p\n\nimport \"nodebook/lessons/l/q\"\n\nfunc F() string { return \"p\" + q.F() }\n",
		"lessons/l/q/q.go": "package q\n\nfunc F() string { return \"q\" }\n",
	})
	store := &Store{Dir: t.TempDir(), Max: 1 << 20}
	o := Options{Reader: Reader{Root: root}, Store: store}
	out, err := program(t, o, main)
	require.NoError(t, err)
	require.Equal(t, "pq", out)
	require.Equal(t, 3, archives(t, store))

	o.Reader.Overlay = map[string][]byte{"lessons/l/q/q.go": nil, "lessons/l/q/other.go": []byte("package q\n\nfunc F() string { return \"other\" }\n")}
	out, err = program(t, o, main)
	require.NoError(t, err)
	require.Equal(t, "pother", out)

	require.NoError(t, os.RemoveAll(store.Dir))
	o.Reader.Overlay = nil
	out, err = program(t, o, main)
	require.NoError(t, err)
	require.Equal(t, "pq", out)
}

// Programs that are linked at the same time, into one folder, do not share a file.
func TestWork_linkedTogether(t *testing.T) {
	ownCache(t)
	o := Options{Reader: Reader{Root: module(t, map[string]string{"lessons/l/p/p.go": "package p\n\nfunc F() string { return \"p\" }\n"})}}
	units := []Unit{{Path: "main", Files: []File{{"one/main.go", []byte(main)}}}, {Path: "main", Files: []File{{"two/main.go", []byte(main + "\nvar two int\n")}}}}
	o.For = append(o.For, units[0].Files...)
	w, err := NewWork(t.Context(), o)
	require.NoError(t, err)
	defer w.Close()
	var meet sync.WaitGroup
	meet.Add(len(units))
	run := w.builder.Run
	w.builder.Run = func(ctx context.Context, c Call) error {
		if c.Tool == "link" {
			meet.Done()
			meet.Wait()
		}
		return run(ctx, c)
	}
	errs := make(chan error)
	for i, u := range units {
		go func() { errs <- w.Program(t.Context(), u, filepath.Join(w.Dir, fmt.Sprint("program", i))) }()
	}
	for range units {
		require.NoError(t, <-errs)
	}
	configs, err := filepath.Glob(filepath.Join(w.Dir, "*importcfg*"))
	require.NoError(t, err)
	require.Len(t, configs, len(units))
}

func archives(t *testing.T, s *Store) int {
	files, err := filepath.Glob(filepath.Join(s.Dir, "*.a"))
	require.NoError(t, err)
	return len(files)
}

// A listing is kept, and made again if one of its archives is gone.
func TestLister(t *testing.T) {
	cache := ownCache(t)
	root := module(t, map[string]string{})
	tc, err := Find(t.Context(), root)
	require.NoError(t, err)
	lister := &Lister{Toolchain: tc, Root: root}
	all, err := lister.Exports(t.Context(), []string{"errors"})
	require.NoError(t, err)
	require.FileExists(t, all["errors"])
	key, err := lister.key()
	require.NoError(t, err)
	gone := filepath.Join(cache, "gone")
	for _, memory := range []bool{true, false} {
		broken := &listing{[]string{"errors"}, Exports{"errors": gone}}
		b, err := json.Marshal(broken)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(CacheDir(), "exports", key+".json"), b, 0o600))
		delete(listings.by, key)
		if memory {
			listings.by[key] = broken
		}
		again, err := lister.Exports(t.Context(), []string{"errors"})
		require.NoError(t, err)
		require.Equal(t, all, again)
	}
}

// What the compiler says is the learner's to read.
func TestWork_refused(t *testing.T) {
	ownCache(t)
	root := module(t, map[string]string{"lessons/l/p/p.go": "package p\n\nfunc F() string { return 1 }\n"})
	_, err := program(t, Options{Reader: Reader{Root: root}}, main)
	var said *Failure
	require.ErrorAs(t, err, &said)
	require.NotErrorIs(t, err, ErrIndirect)
	require.Equal(t, "nodebook/lessons/l/p", said.Path)
	require.Contains(t, said.Said, filepath.FromSlash("lessons/l/p/p.go")+":3:")
}

// What only the go command knows is left to it.
func TestWork_indirect(t *testing.T) {
	good := "package p\n\nfunc F() string { return \"p\" }\n"
	for name, files := range map[string]map[string]string{
		"cgo":         {"p.go": "package p\n\nimport \"C\"\n\nfunc F() string { return \"\" }\n"},
		"embed":       {"p.go": "package p\n\nimport _ \"embed\"\n\n//go:embed p.go\nvar s string\n\nfunc F() string { return s }\n"},
		"constraint":  {"p.go": good, "o.go": "//go:build ignore\n\npackage main\n"},
		"system":      {"p.go": good, "p_plan9.go": "package p\n\nvar x int = \"\"\n"},
		"assembly":    {"p.go": good, "p.s": ""},
		"two":         {"p.go": good, "q.go": "package q\n"},
		"program":     {"p.go": "package main\n\nfunc F() string { return \"\" }\n"},
		"no package":  {"p.go": "package p\n\nimport _ \"no/such/package\"\n\nfunc F() string { return \"\" }\n"},
		"internal":    {"p.go": "package p\n\nimport _ \"internal/abi\"\n\nfunc F() string { return \"\" }\n"},
		"everything":  {"p.go": "package p\n\nimport _ \"std\"\n\nfunc F() string { return \"\" }\n"},
		"a program":   {"p.go": "package p\n\nimport _ \"cmd/gofmt\"\n\nfunc F() string { return \"\" }\n"},
		"relative":    {"p.go": "package p\n\nimport _ \"./q\"\n\nfunc F() string { return \"\" }\n"},
		"not there":   {"p.go": "package p\n\nimport _ \"nodebook/lessons/l/q\"\n\nfunc F() string { return \"\" }\n"},
		"itself":      {"p.go": "package p\n\nimport _ \"nodebook/lessons/l/p\"\n\nfunc F() string { return \"\" }\n"},
		"upper lower": {"p.go": good, "P.go": "package p\n"},
	} {
		t.Run(name, func(t *testing.T) {
			all := map[string]string{}
			for file, src := range files {
				all["lessons/l/p/"+file] = src
			}
			_, err := program(t, Options{Reader: Reader{Root: module(t, all)}}, main)
			require.ErrorIs(t, err, ErrIndirect)
		})
	}
}

func TestFind_cancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	ownCache(t)
	t.Setenv("GOTOOLCHAIN", "local")
	_, err := Find(ctx, t.TempDir())
	require.ErrorIs(t, err, context.Canceled)
}
