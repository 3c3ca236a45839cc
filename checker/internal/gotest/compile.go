package gotest

import (
	"path/filepath"
	"regexp"
	"strings"

	"nodebook/checker/internal/report"
)

var compileLine = regexp.MustCompile(`^(\S[^:]*\.go):(\d+)(?::(\d+))?: (.*)$`)

const mostProblems = 10

// compileProblems turns the compiler's words into problems at the learner's
// paths. Where only the hidden tests do not compile, a changed declaration of
// the learner's is the cause, and it is named instead.
func compileProblems(j Job, overlay, build string) []report.Problem {
	var own, tests []report.Problem
	for line := range strings.Lines(build) {
		line = strings.TrimRight(line, "\n")
		m := compileLine.FindStringSubmatch(line)
		if m == nil {
			if n := len(own); n > 0 && strings.HasPrefix(line, "\t") {
				own[n-1].Message += "\n" + strings.Replace(line, "\t", "    ", 1)
			}
			continue
		}
		file := inWorkbook(j.Tree.Root, overlay, m[1])
		if _, hidden := j.Tree.Tests[file]; hidden {
			tests = append(tests, report.Problem{Message: "the lesson's tests need: " + m[4]})
			continue
		}
		place := file + ":" + m[2]
		if m[3] != "" {
			place += ":" + m[3]
		}
		own = append(own, report.Problem{Place: place, Message: m[4]})
	}
	switch {
	case len(own) > 0:
		return own[:min(len(own), mostProblems)]
	case len(j.Look.Changed()) > 0:
		return j.Look.Changed()
	case len(tests) > 0:
		return tests[:min(len(tests), mostProblems)]
	}
	return []report.Problem{{Message: "go test said:\n" + clip(strings.TrimSpace(build))}}
}

// inWorkbook is a file the compiler names, as a path in the workbook. The
// compiler writes paths relative to the workbook's root where that is shorter.
func inWorkbook(root, overlay, file string) string {
	if !filepath.IsAbs(file) {
		file = filepath.Join(root, file)
	}
	for _, dir := range []string{overlay, root} {
		if rel, err := filepath.Rel(dir, file); err == nil && filepath.IsLocal(rel) {
			return filepath.ToSlash(rel)
		}
	}
	return filepath.ToSlash(file)
}
