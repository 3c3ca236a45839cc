package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// floors are the rooms of checker/internal, from the ground up. A room is a
// folder there with all that is below it. It may import what is on floors below
// its own and nothing else.
var floors = [][]string{
	{"lazyregexp"},
	{"process"},
	{"workbook", "report", "edit", "jail", "similar", "watch"},
	{"stub", "page", "progress", "preflight", "relocate"},
	{"source", "handout", "export"},
	{"verdict", "build"},
	{"gotest", "outside"},
	{"compiler", "interpreter"},
	{"judge", "typecheck"},
	{"cell"},
	{"exercise", "assist"},
	{"author", "grade", "serve", "kernel"},
	{"synthetic", "gradebook"},
	{"cli"},
}

// floor is the floor that a room is on, or -1.
func floor(room string) int {
	return slices.IndexFunc(floors, func(rooms []string) bool { return slices.Contains(rooms, room) })
}

const internal = "nodebook/checker/internal/"

// imports lists which rooms a room imports, and a file that does. Files of every
// system count, tests do not: they may reach for what is above.
func imports(t *testing.T) map[string]map[string]string {
	t.Helper()
	found := map[string]map[string]string{}
	err := filepath.WalkDir("internal", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if slices.Contains([]string{"testdata", "node_modules"}, d.Name()) {
				return filepath.SkipDir
			}
			return nil
		}
		if filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		room, _, _ := strings.Cut(strings.TrimPrefix(filepath.ToSlash(path), "internal/"), "/")
		if found[room] == nil {
			found[room] = map[string]string{}
		}
		for _, spec := range file.Imports {
			name, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if rest, ours := strings.CutPrefix(name, internal); ours {
				other, _, _ := strings.Cut(rest, "/")
				found[room][other] = path
			}
		}
		return nil
	})
	require.NoError(t, err)
	require.NotEmpty(t, found["cli"], "no imports of cli were found")
	return found
}

// The rooms of the checker lie on floors: a room knows what is below it, so that
// it can be read, tested and replaced without what is above.
func TestFloors(t *testing.T) {
	for room, others := range imports(t) {
		at := floor(room)
		if at < 0 {
			t.Errorf("checker/internal/%s is on no floor: add it to floors in checker/floors_test.go, above all that it imports, and give it a line in docs/contributing.md", room)
			continue
		}
		for other, file := range others {
			if other != room && floor(other) >= at {
				t.Errorf("%s imports %s, which is not below %s: turn it round, pass what is needed in, or move a room in checker/floors_test.go", file, other, room)
			}
		}
	}
}

// A room is named for what it contains: these names say nothing.
func TestFloors_names(t *testing.T) {
	for _, rooms := range floors {
		for _, room := range rooms {
			for _, word := range []string{"util", "common", "helper", "misc", "shared"} {
				require.NotContains(t, room, word)
			}
		}
	}
}

// The newcomer's map has a line for each room.
func TestFloors_map(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "docs", "contributing.md"))
	require.NoError(t, err)
	for room := range imports(t) {
		require.Contains(t, string(text), "| `"+room+"` |", "docs/contributing.md has no line for checker/internal/%s", room)
	}
}
