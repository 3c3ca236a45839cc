package interpreter_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"nodebook/checker/internal/author"
	"nodebook/checker/internal/compiler"
	"nodebook/checker/internal/interpreter"
	"nodebook/checker/internal/judge"
	"nodebook/checker/internal/report"
	"nodebook/checker/internal/source"
	"nodebook/checker/internal/stub"
	"nodebook/checker/internal/verdict"
	"nodebook/checker/internal/workbook"
	"nodebook/checker/needs"
)

// solved is a workbook with the references of some lessons.
func solved(t *testing.T, lessons ...string) (repo *author.Repo, root string) {
	t.Helper()
	repo, err := author.Open(filepath.Join("..", "..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	root = t.TempDir()
	if err := repo.Scratch(root); err != nil {
		t.Fatal(err)
	}
	for _, name := range lessons {
		l, err := repo.Book.Lesson(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range l.Packages {
			for _, file := range p.Files {
				src, err := fs.ReadFile(repo.Book.Solutions, file)
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(root, "lessons", filepath.FromSlash(file)), stub.Retarget(src), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	return repo, root
}

// Where one package of a lesson does not compile, both engines take out the same
// exercises, name the same files, and judge the others.
func TestParity_notCompiled(t *testing.T) {
	needs.Lot(t, 4)
	const wallet, merkle, errorsImport = "lessons/lesson5/wallet/wallet.go", "lessons/lesson5/chain/merkle.go", "import \"errors\"\n"
	const insert, chains = "func (t *Tree) Insert(leaf Hash) {\n", "Tree.Insert Wallet.Receive Node.Work"
	const ping = "lessons/lesson1/framing/ping.go"
	tests := []struct {
		name, file, old, new string
		lesson               string
		not                  string // exercises that do not compile
		at                   string // files of the problems
	}{
		{"a syntax error", merkle, insert, insert + "\tif {\n", "lesson5", chains, merkle},
		{"a type error", merkle, insert, insert + "\tvar x int = \"x\"\n\t_ = x\n", "lesson5", chains, merkle},
		{"an import that does not exist", merkle, errorsImport, errorsImport + "import _ \"nodebook/lessons/lesson5/walet\"\n", "lesson5", chains, merkle},
		{"a function that is lost", merkle, insert, "func (t *Tree) Inserts(leaf Hash) {\n", "lesson5", chains, "lessons/lesson5/chain/block.go " + merkle},
		{"a function that only the tests miss", wallet, "func (w *Wallet) Receive(", "func (w *Wallet) Receives(", "lesson5", "Wallet.Receive", wallet},
		{"a circle", merkle, errorsImport, errorsImport + "import _ \"nodebook/lessons/lesson5/wallet\"\n", "lesson5", chains, merkle + " " + wallet},
		{"a type error in an earlier lesson", ping, "var answer [4]byte", "var answer [\"\"]byte", "lesson6", "Seen.Add", ping},
		{"a syntax error in an earlier lesson", ping, "var answer [4]byte", "var answer [4byte", "lesson6", "Seen.Add", ping},
	}
	repo, root := solved(t, "lesson1", "lesson2", "lesson5", "lesson6")
	lessons, asked := map[string]*workbook.Lesson{}, map[string][]*workbook.Exercise{}
	for lesson, names := range map[string][]string{"lesson5": {"Tree.Insert", "Wallet.Receive", "ReadFrame", "Node.Work"}, "lesson6": {"TargetOf", "Seen.Add"}} {
		l, err := repo.Book.Lesson(lesson)
		if err != nil {
			t.Fatal(err)
		}
		lessons[lesson] = l
		for _, name := range names {
			asked[lesson] = append(asked[lesson], l.Exercise(name))
		}
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			src, err := os.ReadFile(filepath.Join(root, tt.file))
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Count(src, []byte(tt.old)) != 1 {
				t.Fatalf("%s does not hold %q once", tt.file, tt.old)
			}
			extra := map[string][]byte{tt.file: bytes.Replace(src, []byte(tt.old), []byte(tt.new), 1)}
			tree, err := source.Build(root, repo.Book, lessons[tt.lesson], source.None, extra)
			if err != nil {
				t.Fatal(err)
			}
			job := verdict.Job{Tree: tree, Look: source.Examine(tree), Exercises: asked[tt.lesson], Seed: 1}
			for _, engine := range []judge.Engine{&compiler.Engine{}, &interpreter.Engine{}} {
				rep, err := engine.Judge(t.Context(), job)
				if err != nil {
					t.Fatal(err)
				}
				checkCompiled(t, rep, tt.not, tt.at)
			}
		})
	}
}

func checkCompiled(t *testing.T, rep *report.Lesson, not, at string) {
	t.Helper()
	for _, x := range rep.Exercises {
		want := report.Pass
		if slices.Contains(strings.Fields(not), x.Name) {
			want = report.NotCompiled
		}
		// Whether two goroutines race, the interpreter leaves to the compiler.
		if x.Verdict != want && !(x.Verdict == report.NotJudged && want == report.Pass && rep.Engine == "yaegi") {
			t.Errorf("%s: %s is %q, want %q\n%s", rep.Engine, x.Name, x.Verdict, want, x.Message)
		}
	}
	var files []string
	for _, p := range rep.Problems {
		file, _, _ := strings.Cut(p.Place, ":")
		files = append(files, file)
	}
	if got := strings.Join(slices.Compact(files), " "); got != at {
		t.Errorf("%s: the problems are in %s, want %s: %v", rep.Engine, got, at, rep.Problems)
	}
}
