package outside

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"nodebook/checker/internal/outside/generate"
)

// sources is what both programs are made of besides what is generated, and the
// generator itself: when any of it changes, so does the key of the programs.
//
//go:embed wire/*.go wire/rsakey/*.go harness/*.go harness/runtime/*.go generate/*.go
var sources embed.FS

// Where the two programs find our packages: among the workbook's, since those are
// what package build compiles.
const (
	ours   = "nodebook/checker/internal/outside/"
	theirs = "nodebook/lessons/outside/"
	place  = "lessons/outside/"
)

// retarget changes the import paths of our packages.
func retarget(src []byte) []byte { return bytes.ReplaceAll(src, []byte(ours), []byte(theirs)) }

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
func version() []byte {
	h := sha256.New()
	fs.WalkDir(sources, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !strings.HasSuffix(name, "_test.go") {
			src, _ := sources.ReadFile(name)
			fmt.Fprintf(h, "%s %d\n%s", name, len(src), src)
		}
		return err
	})
	fmt.Fprintln(h, generate.WirePath)
	return h.Sum(nil)
}
