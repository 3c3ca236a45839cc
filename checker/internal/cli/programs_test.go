package cli_test

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"nodebook/checker/internal/edit"
	"nodebook/checker/internal/stub"
	"nodebook/checker/internal/workbook"
	"nodebook/checker/needs"
	"nodebook/fixtures/unwritten"
	"nodebook/lessons"
	"nodebook/solutions"
)

// programs are runs of the lessons' programs, and the functions that each hands
// to unwritten.Refuse.
var programs = []struct {
	lesson string
	args   []string
	from   []string
	unused []string // functions that it mentions and that this run does not reach
	luck   bool     // what it reaches hangs on what happens: only that nothing is missed is checked
}{
	{lesson: "lesson1", from: []string{"lesson1.run"}},
	{lesson: "lesson2", from: []string{"lesson2.run"},
		unused: []string{
			"lesson1/framing.Magic.String", // of an error
			"lesson2/version.CanSendPong",  // when a ping comes in mid-handshake
			"lesson2/version.IsRecent",     // of a real peer's clock
		}},
	{lesson: "lesson3", args: []string{"-fields", "13"},
		from:   []string{"lesson3.source.fetch", "lesson3/bitnodes.Nodes", "lesson3.count", "lesson3.draw"},
		unused: []string{"lesson3/bitnodes.CheckStatus"}}, // of any status but 200
	{lesson: "lesson4", args: []string{"-peers", "150", "-workers", "50", "-sample", "3", "-bits", "8", "-timeout", "400ms"},
		from: []string{"lesson4.peers.list", "lesson4.session.pool", "lesson4.session.timeline", "lesson4.session.profiles",
			"lesson4.session.compare", "lesson4.work", "lesson4.session.search", "lesson4.session.gossip"},
		unused: []string{
			"lesson1/framing.Magic.String", "lesson3/bitnodes.CheckStatus",
			"lesson4/crawl.Work", // it is called in worker processes, which are killed and so not measured
			// Package fmt calls String, and of what it is not known.
			"lesson2/version.AddrV2.String", "lesson2/version.Services.Names", "lesson2/version.Services.String",
		}},
	{lesson: "lesson6", args: []string{"network", "--nodes", "2", "--seconds", "6", "--plain"},
		from: []string{"lesson6.networkCommand"}, luck: true},
	{lesson: "lesson7", args: []string{"-mixed"}, from: []string{"lesson7.showMixed", "lesson7.ownEngine"},
		unused: []string{"lesson1/framing.LittleEndian", "lesson7/rules.BitsOf"}}, // of other sizes, and for another target
	{lesson: "lesson7", args: []string{"-at", "170", "-engine", "btcd"}, from: []string{"lesson7.showChain", "lesson7.btcdEngine"},
		unused: []string{
			"lesson1/framing.LittleEndian", "lesson7/rules.BitsOf",
			"lesson7/block.Tx.WitnessID", "lesson7/rules.CheckCommitment", // from 2017 on
		}},
	{lesson: "lesson8", args: []string{"-bad", ""}, from: []string{"lesson8.work"}, unused: slices.Concat(inDownload, []string{
		"lesson2/version.Services.Has",                        // of Services.Names
		"lesson7/rules.Disconnect", "lesson8/ibd.Chain.Leave", // in a reorganisation
		"lesson7/script.WitnessHash", "lesson7/script.TaprootHash", // from 2017 on
		"lesson8/ibd.VerifyBatch", // with -batch
	})},
	{lesson: "lesson8", args: []string{"-bad", "", "-swiftsync"}, from: []string{"lesson8.swiftSync"}, unused: inDownload},
}

// inDownload are functions that no download of 2009's blocks from good peers reaches.
var inDownload = []string{
	"lesson1/framing.Magic.String", "lesson2/version.CanSendPong", "lesson2/version.Services.Names", "lesson2/version.Services.String",
	"lesson7/block.Tx.WitnessID", "lesson7/rules.CheckCommitment", "lesson7/rules.BitsOf",
	"lesson8/fetch.Window.Stalled", // in its first second
}

// references are the lessons as somebody has them who has written everything.
func references(t *testing.T, book *workbook.Book) fstest.MapFS {
	t.Helper()
	tree := fstest.MapFS{}
	for _, name := range book.Names() {
		l, err := book.Lesson(name)
		if err != nil {
			t.Fatal(err)
		}
		files := slices.Clone(l.Main)
		for _, p := range l.Packages {
			files = append(files, p.Files...)
		}
		for _, file := range files {
			src, err := solutions.Files.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			tree[file] = &fstest.MapFile{Data: stub.Unmark(stub.Retarget(src))}
		}
		tree[name+"/README.md"] = &fstest.MapFile{Data: []byte(l.Page.Text)}
	}
	return tree
}

// without is a tree in which one function is a stub again.
func without(t *testing.T, tree fstest.MapFS, stubs map[string][]byte, f *workbook.Func) fstest.MapFS {
	t.Helper()
	text, err := edit.Text(f.File, stubs[f.File], f.Name)
	if err != nil {
		t.Fatal(err)
	}
	src, err := edit.Replace(f.File, tree[f.File].Data, f.Name, text)
	if err != nil {
		t.Fatal(err)
	}
	if src, err = stub.FixImports(f.File, src); err != nil {
		t.Fatal(err)
	}
	other := maps.Clone(tree)
	other[f.File] = &fstest.MapFile{Data: src}
	return other
}

// Every function that a program calls is named if it is the only one that is not
// written, and no function that it does not call. What it calls is measured.
func TestPrograms_unwritten(t *testing.T) {
	needs.Time(t) // it builds every program with coverage
	book, err := workbook.New(solutions.Files, lessons.Files)
	if err != nil {
		t.Fatal(err)
	}
	tree := references(t, book)
	for _, p := range programs {
		t.Run(p.lesson, func(t *testing.T) {
			if found := unwritten.In(tree, p.from...); len(found) > 0 {
				t.Fatalf("in a tree without stubs it finds %v", found)
			}
			called := calls(t, p.lesson, p.args)
			for _, name := range book.Names() {
				l, err := book.Lesson(name)
				if err != nil {
					t.Fatal(err)
				}
				stubs, err := stub.Files(book, l)
				if err != nil {
					t.Fatal(err)
				}
				for _, pkg := range l.Packages {
					for _, f := range pkg.Funcs {
						found := unwritten.In(without(t, tree, stubs, f), p.from...)
						key := pkg.Dir + "." + f.Name
						named := len(found) == 1 && found[0] == unwritten.Func{Lesson: name, Name: f.Name}
						switch {
						case len(found) > 0 && !named:
							t.Errorf("without %s it finds %v", key, found)
						case called[key] && !named:
							t.Errorf("the program calls %s, which is not found", key)
						case named && !called[key] && !p.luck && !slices.Contains(p.unused, key):
							t.Errorf("the program does not call %s, which is found", key)
						}
					}
				}
			}
		})
	}
}

// calls are the functions of the lessons that a run of a reference program
// calls, by package folder and name.
func calls(t *testing.T, lesson string, args []string) map[string]bool {
	t.Helper()
	dir := t.TempDir()
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	build := exec.CommandContext(t.Context(), "go", "build", "-cover", "-covermode=atomic", "-coverpkg=nodebook/solutions/...", "-o", filepath.Join(dir, lesson), "./solutions/"+lesson)
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	run := exec.CommandContext(t.Context(), filepath.Join(dir, lesson), args...)
	run.Dir, run.Env = dir, append(os.Environ(), "GOCOVERDIR="+dir)
	if out, err := run.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	out, err := exec.CommandContext(t.Context(), "go", "tool", "covdata", "func", "-i="+dir).Output()
	if err != nil {
		t.Fatal(err)
	}
	called := map[string]bool{}
	for line := range strings.Lines(string(out)) { // nodebook/solutions/lesson1/framing/magic.go:28:	ReadMagic	100.0%
		w := strings.Fields(line)
		file, ok := strings.CutPrefix(w[0], "nodebook/solutions/")
		if !ok || len(w) != 3 || w[2] == "0.0%" {
			continue
		}
		file, _, _ = strings.Cut(file, ":")
		called[filepath.ToSlash(filepath.Dir(file))+"."+strings.TrimPrefix(w[1], "*")] = true
	}
	return called
}
