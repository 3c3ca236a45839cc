package outside

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"fmt"
	"io/fs"
	"nodebook/checker/internal/source"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
)

// sources is what both programs are made of besides what is generated, and the
// generator itself: when any of it changes, so does the key of the programs.
//
//go:embed wire/*.go wire/*/*.go harness/*.go harness/*/*.go generate/*.go
var sources embed.FS

// Where the two programs find our packages: among the workbook's, since those are
// what package build compiles.
const (
	ours   = "nodebook/checker/internal/outside/"
	theirs = "nodebook/lessons/outside/"
	place  = "lessons/outside/"
)

// retarget changes the import paths of our packages.
func retarget(src []byte) []byte { return Retarget(src, theirs) }

// Retarget has a source import our packages from below a path that ends in a slash.
func Retarget(src []byte, path string) []byte {
	return bytes.ReplaceAll(src, []byte(ours), []byte(path))
}

// Wire is the packages that a child is linked with, by path below a folder that is
// imported as as.
func Wire(as string) (map[string][]byte, error) {
	out := map[string][]byte{}
	for _, pattern := range []string{"wire/*.go", "wire/*/*.go"} {
		names, err := fs.Glob(sources, pattern)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			src, err := sources.ReadFile(name)
			if err != nil {
				return nil, err
			}
			if !source.Built(path.Base(name), src) {
				continue
			}
			out[name] = unplaced("outside/"+name, Retarget(src, as))
		}
	}
	return out, nil
}

// unplaced gives a file a name that is no path in a workbook: stacks name the
// learner's lines and no others.
func unplaced(name string, src []byte) []byte {
	return append([]byte("//line /nodebook/"+name+":1\n"), src...)
}

// runtime is the packages of ours that are compiled into the programs, by path in a
// workbook. What else lies there is masked.
func runtimeFiles(root string) (map[string][]byte, error) {
	out := map[string][]byte{}
	err := fs.WalkDir(sources, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(name, "generate/") || path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			return err
		}
		src, err := sources.ReadFile(name)
		if !source.Built(path.Base(name), src) {
			return err
		}
		out[place+name] = unplaced("outside/"+name, retarget(src))
		if dir := path.Dir(place + name); out[dir] == nil {
			entries, _ := os.ReadDir(filepath.Join(root, filepath.FromSlash(dir)))
			for _, e := range entries {
				if at := path.Join(dir, e.Name()); out[at] == nil && !e.IsDir() {
					out[at] = nil
				}
			}
		}
		return err
	})
	return out, err
}

// version is a hash of all that is compiled into the programs but the lesson.
var version = sync.OnceValue(func() []byte {
	h := sha256.New()
	fs.WalkDir(sources, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !strings.HasSuffix(name, "_test.go") {
			src, _ := sources.ReadFile(name)
			fmt.Fprintf(h, "%s %d\n%s", name, len(src), src)
		}
		return err
	})
	return h.Sum(nil)
})
