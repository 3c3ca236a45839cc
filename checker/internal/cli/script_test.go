package cli_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"nodebook/checker/internal/author"
	"nodebook/checker/internal/cli"
	"nodebook/checker/internal/grade/queue/server"
	"nodebook/checker/internal/interpreter"
	"nodebook/checker/internal/stub"
	"nodebook/checker/needs"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	interpreter.ServeChild()
	testscript.Main(m, map[string]func(){
		"checker": func() { os.Exit(cli.Main(os.Args[1:])) },
		"grader":  func() { cli.QueueServer = server.Serve; os.Exit(cli.Main(os.Args[1:])) },
	})
}

// TestScripts runs a script a verb, each in a freshly handed-out workbook.
func TestScripts(t *testing.T) {
	needs.Shell(t)
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	repo, err := author.Open(root)
	if err != nil {
		t.Fatal(err)
	}
	scripts, err := filepath.Glob("testdata/script/*.txtar")
	if err != nil || len(scripts) == 0 {
		t.Fatal("no scripts", err)
	}
	env := goEnv(t, "GOCACHE", "GOMODCACHE", "GOPATH", "GOPROXY", "GOSUMDB")
	testscript.Run(t, testscript.Params{
		Files: needs.Some(t, scripts, 3, len(scripts)),
		Setup: func(e *testscript.Env) error {
			e.Setenv("HOME", e.WorkDir+"/home")
			e.Setenv("REPO", root)
			for k, v := range env {
				e.Setenv(k, v)
			}
			return repo.Scratch(e.WorkDir)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"replace":   replace,
			"withoutgo": withoutGo,
			"before6":   func(ts *testscript.TestScript, neg bool, args []string) { before6(ts, root) },
			"solve":     func(ts *testscript.TestScript, neg bool, args []string) { solve(ts, root, args) },
		},
		Condition:           missing,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
	})
}

// missing is a script's condition [missing:git]: the program is not here, so the
// script is to be skipped. In CI it is an error. See package needs.
func missing(cond string) (bool, error) {
	program, ok := strings.CutPrefix(cond, "missing:")
	if !ok {
		return false, fmt.Errorf("no condition %q", cond)
	}
	_, err := exec.LookPath(program)
	if err != nil && os.Getenv("CI") != "" {
		return false, err
	}
	return err != nil, nil
}

// withoutGo leaves nothing on PATH but the checker.
func withoutGo(ts *testscript.TestScript, neg bool, args []string) {
	self, err := exec.LookPath("checker")
	ts.Check(err)
	ts.Setenv("PATH", filepath.Dir(self))
}

// replace changes the one place of a text in a file: replace FILE OLD NEW.
func replace(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: replace file old new")
	}
	src := ts.ReadFile(args[0])
	old := strings.ReplaceAll(args[1], `\n`, "\n")
	if strings.Count(src, old) != 1 {
		ts.Fatalf("%s: %q occurs %d times, want 1", args[0], old, strings.Count(src, old))
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Replace(src, old, strings.ReplaceAll(args[2], `\n`, "\n"), 1)), 0o644))
}

// solve writes the references of a lesson's files over the stubs, as a learner
// who has finished would have them: solve lesson1/framing/magic.go ...
func solve(ts *testscript.TestScript, root string, args []string) {
	for _, name := range args {
		files, err := filepath.Glob(filepath.Join(root, "solutions", name))
		ts.Check(err)
		if len(files) == 0 {
			ts.Fatalf("no reference %s", name)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			src, err := os.ReadFile(file)
			ts.Check(err)
			rel, err := filepath.Rel(filepath.Join(root, "solutions"), file)
			ts.Check(err)
			out := stub.Unmark(stub.Retarget(src))
			ts.Check(os.WriteFile(ts.MkAbs(filepath.Join("lessons", rel)), out, 0o644))
		}
	}
}

// goEnv is what go env says now, before a script gets a home of its own.
func goEnv(t *testing.T, names ...string) map[string]string {
	out, err := exec.Command("go", append([]string{"env"}, names...)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	values := strings.Split(strings.TrimRight(string(out), "\n"), "\n")
	env := map[string]string{}
	for i, n := range names {
		env[n] = values[i]
	}
	return env
}

// scratch writes a fresh workbook into dir.
func scratch(t testing.TB, dir string) {
	t.Helper()
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	repo, err := author.Open(root)
	if err != nil {
		t.Fatal(err)
	}
	if err := repo.Scratch(dir); err != nil {
		t.Fatal(err)
	}
}
