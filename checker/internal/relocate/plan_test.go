package relocate_test

import (
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"nodebook/checker/internal/interpreter/symbols"
	"nodebook/checker/internal/relocate"

	"github.com/rogpeppe/go-internal/txtar"
)

// importer is one for all tests: to read export data takes most of their time.
var importer = symbols.Importer()

// learner is what the fixture's learner had changed, and added.
func learner(t *testing.T) map[string][]byte {
	t.Helper()
	a, err := txtar.ParseFile("testdata/learner.txtar")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{}
	for _, f := range a.Files {
		out[f.Name] = f.Data
	}
	return out
}

// fresh is what is handed out now.
func fresh(t *testing.T) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	root := os.DirFS("../../..")
	err := fs.WalkDir(root, "lessons", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		out[name], err = fs.ReadFile(root, name)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// old is a workbook of the old layout: what was handed out, and the learner's.
func old(t *testing.T) (root string, w relocate.Workbook) {
	t.Helper()
	root = t.TempDir()
	now, before := fresh(t), relocate.HandedOut()
	for name, b := range now {
		if !strings.HasPrefix(name, "lessons/lesson6/") && (!strings.HasPrefix(name, "lessons/lesson5/") || !strings.HasSuffix(name, ".go")) {
			put(t, root, name, b)
		}
	}
	for _, files := range []map[string][]byte{before, learner(t)} {
		for name, b := range files {
			put(t, root, name, b)
		}
	}
	return root, relocate.Workbook{Root: root, Fresh: now, Importer: importer,
		Untouched: func(name string, text []byte) bool { return string(before[name]) == string(text) }}
}

func put(t *testing.T, root, name string, b []byte) {
	t.Helper()
	at := filepath.Join(root, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(at, b, 0o644); err != nil {
		t.Fatal(err)
	}
}

// plain is a line without what the move changes in it: names of packages, and
// methods that are functions now.
func plain(line string) string {
	return strings.NewReplacer("chain.", "", "consensus.", "", " ", "", "\t", "",
		"(tTransaction)joined()", "joined(tTransaction)", "t.joined()", "joined(t)",
		"(tTransaction)SigningBytes()", "SigningBytes(tTransaction)", "t.SigningBytes()", "SigningBytes(t)",
		"l.Disconnect(", "Disconnect(l,", "(l*Ledger)Connect(", "Connect(l*Ledger,").Replace(strings.TrimSpace(line))
}

func lines(files map[string][]byte) map[string]bool {
	out := map[string]bool{}
	for _, b := range files {
		for line := range strings.Lines(string(b)) {
			out[plain(line)] = true
		}
	}
	return out
}

// below reads the files of a folder.
func below(t *testing.T, root, dir string) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	err := fs.WalkDir(os.DirFS(root), dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		out[name], err = os.ReadFile(filepath.Join(root, name))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Every line that the learner wrote is in the new layout, in code or in
// not-placed.txt, and the files as they were are kept.
func TestMove(t *testing.T) {
	root, w := old(t)
	plan, changed, err := w.Move()
	if err != nil || len(changed) > 0 {
		t.Fatalf("changed meanwhile: %v, error %v", changed, err)
	}
	var aside []string
	for _, a := range plan.Aside {
		aside = append(aside, a.Name+": "+a.Why)
	}
	want := []string{"BitsOf: it does not parse", "Index.Switch: it does not compile here: declared and not used: branch"}
	if !slices.Equal(aside, want) {
		t.Errorf("aside: %q, want %q", aside, want)
	}
	now := below(t, root, "lessons")
	have, given := lines(now), lines(relocate.HandedOut())
	for name, b := range learner(t) {
		for line := range strings.Lines(string(b)) {
			if !have[plain(line)] && !given[plain(line)] && !strings.HasPrefix(line, "package ") && !strings.Contains(line, "lesson5/p2p") {
				t.Errorf("%s: lost: %s", name, line)
			}
		}
		kept, err := os.ReadFile(filepath.Join(root, relocate.Before, name))
		if strings.HasSuffix(name, ".go") && (err != nil || string(kept) != string(b)) {
			t.Errorf("%s as it was is not below %s: %v", name, relocate.Before, err)
		}
	}
	for name, text := range map[string]string{
		"lessons/lesson6/consensus/payment.go":     "b = append(b, joined(t)...)",
		"lessons/lesson6/consensus/transaction.go": "func joined(t chain.Transaction) []byte {",
		"lessons/lesson6/consensus/rules.go":       "Disconnect(l, chain.Block{Transactions: b.Transactions[:i+1]}, spent)",
		"lessons/lesson6/consensus/extra.go":       "// easier compares two targets.\nfunc easier(a, b chain.Target) bool",
		"lessons/lesson6/consensus/work_test.go":   "package consensus",
		"lessons/lesson6/p2p/seen_test.go":         "consensus.Classroom().Reward",
		"lessons/lesson6/network.go":               `f.Int("nodes", 5,`,
		"lessons/lesson5/chain/transaction.go":     "// A note to myself: compare with the payment first.\n\n// CheckToken",
		"lessons/lesson5/chain/extra.go":           "// My own helpers for the chain.",
		"lessons/lesson5/chain/notes.txt":          "ask about merkle trees",
	} {
		if !strings.Contains(string(now[name]), text) {
			t.Errorf("%s does not have %q:\n%s", name, text, now[name])
		}
	}
	compiles(t, root)
}

// compiles builds the two lessons and the learner's own tests.
func compiles(t *testing.T, root string) {
	t.Helper()
	put(t, root, "go.mod", []byte("module nodebook\n\ngo 1.26\n"))
	for _, dir := range []string{"fixtures/networks", "fixtures/unwritten", "lessons/todo"} { // as update lays them
		os.RemoveAll(filepath.Join(root, dir))
		if err := os.CopyFS(filepath.Join(root, dir), os.DirFS(filepath.Join("../../..", dir))); err != nil {
			t.Fatal(err)
		}
	}
	for name := range relocate.HandedOut() { // update removes what is not handed out any longer
		if w := filepath.Join(root, name); strings.Contains(name, "/p2p/") || !slices.Contains([]string{"client.go", "listener.go", "main.go", "node.go", "oracle.go", "relay.go"}, filepath.Base(name)) && filepath.Dir(name) == "lessons/lesson5" {
			os.Remove(w)
		}
	}
	cmd := exec.CommandContext(t.Context(), "go", "test", "./lessons/lesson5/...", "./lessons/lesson6/...")
	cmd.Dir, cmd.Env = root, append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("go test: %v\n%s", err, out)
	}
}

// A second move does what the first did, and so nothing.
func TestMove_twice(t *testing.T) {
	root, w := old(t)
	if _, _, err := w.Move(); err != nil {
		t.Fatal(err)
	}
	first := below(t, root, ".")
	if _, changed, err := w.Move(); err != nil || len(changed) > 0 {
		t.Fatalf("changed meanwhile: %v, error %v", changed, err)
	}
	same(t, below(t, root, "."), first)
}

func same(t *testing.T, got, want map[string][]byte) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if string(got[name]) != string(want[name]) {
			t.Errorf("%s is another file:\n%s\nwant\n%s", name, got[name], want[name])
		}
	}
	for name := range got {
		if _, ok := want[name]; !ok {
			t.Errorf("there is %s", name)
		}
	}
}

// Killed after any file that it writes or removes, a move is finished by the next.
func TestMove_killed(t *testing.T) {
	done, w := old(t)
	plan, _, err := w.Move()
	if err != nil {
		t.Fatal(err)
	}
	want := below(t, done, ".")
	names := slices.Sorted(maps.Keys(plan.Files))
	for _, stop := range []int{0, 1, len(names) / 2, len(names)} {
		root, w := old(t)
		for name, b := range below(t, done, ".nodebook") { // the copies come first, in one step
			put(t, root, name, b)
		}
		for _, name := range names[:stop] {
			put(t, root, name, plan.Files[name])
		}
		if stop == len(names) {
			os.Remove(filepath.Join(root, "lessons/lesson5/chain/bits.go"))
		}
		if _, changed, err := w.Move(); err != nil || len(changed) > 0 {
			t.Fatalf("killed after %d files: changed meanwhile: %v, error %v", stop, changed, err)
		}
		same(t, below(t, root, "."), want)
	}
	root, w := old(t) // killed while the copies were made
	put(t, root, relocate.Before+".tmp/lessons/lesson5/chain/half.go", []byte("package ch"))
	if _, _, err := w.Move(); err != nil {
		t.Fatal(err)
	}
	same(t, below(t, root, "."), want)
}

// What the learner writes between a move that was killed and the next stays.
func TestMove_edited_meanwhile(t *testing.T) {
	root, w := old(t)
	if _, _, err := w.Move(); err != nil {
		t.Fatal(err)
	}
	put(t, root, "lessons/lesson6/consensus/bits.go", []byte("package consensus // mine\n"))
	_, changed, err := w.Move()
	if err != nil || !slices.Equal(changed, []string{"lessons/lesson6/consensus/bits.go"}) {
		t.Errorf("changed meanwhile: %v, error %v", changed, err)
	}
	if b, _ := os.ReadFile(filepath.Join(root, "lessons/lesson6/consensus/bits.go")); string(b) != "package consensus // mine\n" {
		t.Errorf("the file now: %s", b)
	}
}

// A workbook in which lesson 5 was not begun has nothing to move.
func TestMove_untouched(t *testing.T) {
	root, w := old(t)
	for name := range learner(t) {
		os.Remove(filepath.Join(root, name))
	}
	for name, b := range relocate.HandedOut() {
		put(t, root, name, b)
	}
	plan, _, err := w.Move()
	if err != nil || len(plan.Files) > 0 {
		t.Errorf("%d files, error %v", len(plan.Files), err)
	}
	if _, err := os.Stat(filepath.Join(root, relocate.Before)); err == nil {
		t.Error("there are copies")
	}
}

func TestExercise(t *testing.T) {
	has := func(lesson, name string) bool {
		return lesson == "lesson5" && name == "Pay" || lesson == "lesson6" && (name == "SigningBytes" || name == "Load")
	}
	for old, want := range map[string]string{"Pay": "lesson5 Pay", "Load": "lesson6 Load", "Transaction.SigningBytes": "lesson6 SigningBytes", "Gone": "lesson5 Gone"} {
		if lesson, name := relocate.Exercise(old, has); lesson+" "+name != want {
			t.Errorf("%s is %s %s, want %s", old, lesson, name, want)
		}
	}
}
