package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"nodebook/checker/internal/build"
	"nodebook/checker/internal/compiler"
	"nodebook/checker/internal/judge"
	"nodebook/checker/internal/report"
	"nodebook/checker/internal/source"
	"nodebook/checker/internal/workbook"
)

// settings are the user's Go settings that the checker does not go by.
func settings() finding {
	f := finding{what: "go settings", found: "none that change what is built"}
	if set := build.Ignored(); len(set) > 0 {
		f.found = strings.Join(set, ", ") + ": the checker ignores this"
	}
	if runtime.GOOS != "windows" && os.Getenv("HOME") == "" {
		f.found += "; HOME is not set, caches are in " + build.CacheDir()
	}
	if dir := os.Getenv("GOTMPDIR"); dir != "" {
		if info, err := os.Stat(dir); err != nil || !info.IsDir() {
			f.wrong = "GOTMPDIR is " + dir + ", which is not a folder: the go command refuses to run"
		}
	}
	return f
}

// goRun looks whether the user's own go command can run a lesson's program, with
// the settings that the checker ignores.
func goRun() finding {
	f := finding{what: "go run", found: "go run ./lessons/lesson1 can work here"}
	wd, err := os.Getwd()
	if err != nil {
		return finding{what: "go run", found: err.Error()}
	}
	root, err := workbook.Find(wd)
	if err != nil {
		return finding{what: "go run", found: "needs a workbook"}
	}
	own := func(args ...string) ([]byte, error) {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		cmd := exec.CommandContext(ctx, "go", args...)
		cmd.Dir, cmd.WaitDelay = root, time.Second
		return cmd.Output()
	}
	out, err := own("env", "-json", "GOOS", "GOHOSTOS", "GOARCH", "GOHOSTARCH", "GOFLAGS", "GOWORK")
	if errors.Is(err, exec.ErrNotFound) {
		return finding{what: "go run", found: "needs go"}
	}
	var env map[string]string
	if err == nil {
		err = json.Unmarshal(out, &env)
	}
	if err == nil {
		_, err = own("list", "./lessons/lesson1")
	}
	said := ""
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		said, _, _ = strings.Cut(strings.TrimSpace(string(exit.Stderr)), "\n")
	} else if err != nil {
		said = err.Error()
	}
	switch {
	case err != nil && env["GOWORK"] != "" && env["GOWORK"] != "off":
		f.wrong = fmt.Sprintf("%s does not include this workbook: run programs with GOWORK=off (go env -w GOWORK=off)", env["GOWORK"])
	case err != nil:
		f.wrong = "go list says: " + said
	case env["GOOS"] != env["GOHOSTOS"] || env["GOARCH"] != env["GOHOSTARCH"]:
		f.wrong = fmt.Sprintf("go builds for %s/%s, which this machine cannot run: unset GOOS and GOARCH (go env -u GOOS GOARCH)", env["GOOS"], env["GOARCH"])
	case strings.Contains(env["GOFLAGS"], "-exec"):
		f.wrong = "GOFLAGS=" + env["GOFLAGS"] + " runs another program: unset it (go env -u GOFLAGS)"
	}
	if f.wrong != "" {
		f.found = "go run ./lessons/lesson1 does not work here; the checker is not affected"
	}
	return f
}

// realTest builds and runs the tests of one exercise with its reference.
func (a *app) realTest() finding {
	f := finding{what: "a real test"}
	wd, err := os.Getwd()
	if err != nil {
		return finding{what: f.what, found: err.Error()}
	}
	root, err := workbook.Find(wd)
	if err != nil {
		f.found = "needs a workbook"
		return f
	}
	if _, err := exec.LookPath("go"); err != nil {
		f.found = "needs go"
		return f
	}
	book, err := a.book()
	if err == nil {
		err = a.passes(&f, root, book, &compiler.Engine{Direct: true})
	}
	if errors.Is(err, build.ErrIndirect) {
		reason := err
		if err = a.passes(&f, root, book, &compiler.Engine{}); err == nil {
			f.found += fmt.Sprintf(", by way of go test (%v)", reason)
		}
	}
	if err != nil {
		f.found, f.wrong = "could not be built and run", noGo(err).Error()
	}
	return f
}

func (a *app) passes(f *finding, root string, book *workbook.Book, engine judge.Engine) error {
	lesson, err := book.Lesson("lesson1")
	if err != nil {
		return err
	}
	first := lesson.Exercises[0]
	rep, err := judge.Lesson(context.Background(), judge.Request{Root: root, Book: book, Lesson: lesson, Exercises: lesson.Exercises[:1],
		Solutions: source.All, Seed: 1, Engine: engine})
	if err != nil {
		return err
	}
	x := rep.Exercise(first.Name)
	f.found = fmt.Sprintf("the reference of %s: %s, in %.1f s", first.Name, x.Verdict, rep.Seconds)
	if x.Verdict != report.Pass {
		f.wrong = strings.ReplaceAll(x.Message, "\n", "\n  ")
		for _, p := range rep.Problems {
			f.wrong = p.String()
		}
	}
	return nil
}
