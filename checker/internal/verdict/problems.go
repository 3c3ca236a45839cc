package verdict

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	"nodebook/checker/internal/lazyregexp"
	"nodebook/checker/internal/report"
)

var compileLine = lazyregexp.New(`^(\S[^:]*\.go):(\d+)(?::(\d+))?: (.*)$`)

const mostProblems = 10 // of a package

// compileFaults turns the compiler's words into faults at the learner's paths.
// Where of a package only the hidden tests do not compile, a changed declaration
// of the learner's is the cause, and it is named instead.
func compileFaults(b *broken, overlay, build string) []fault {
	var found []fault
	tree := b.job.Tree
	headed := false // behind "package p", of an import that is not allowed, the place is indented
	for line := range strings.Lines(build) {
		line = strings.TrimRight(line, "\n")
		if headed {
			line = strings.TrimPrefix(line, "\t")
		}
		headed = strings.HasPrefix(line, "package ")
		m := compileLine().FindStringSubmatch(line)
		if m == nil {
			if n := len(found); n > 0 && strings.HasPrefix(line, "\t") {
				if overlay != "" {
					line = strings.ReplaceAll(line, overlay+string(filepath.Separator), "")
				}
				found[n-1].Message += "\n" + strings.Replace(line, "\t", "    ", 1)
			}
			continue
		}
		file := inWorkbook(tree.Root, overlay, m[1])
		if _, hidden := tree.Tests[file]; hidden {
			why := report.Problem{Place: path.Dir(file), Message: "the lesson's tests need: " + m[4]}
			found = append(found, fault{why, folder(file), true})
			continue
		}
		place := file + ":" + m[2]
		if m[3] != "" {
			place += ":" + m[3]
		}
		found = append(found, faultAt(report.Problem{Place: place, Message: m[4]}))
	}
	if len(found) == 0 {
		return []fault{{Problem: report.Problem{Message: "go test said:\n" + Clip(strings.TrimSpace(build))}}}
	}
	return causes(b, found)
}

// causes puts changed declarations instead of what hidden tests lack, and
// keeps the first faults of each package.
func causes(b *broken, found []fault) []fault {
	var out []fault
	count := map[string]int{}
	add := func(f fault) {
		if count[f.dir] < mostProblems && !slices.Contains(out, f) {
			count[f.dir]++
			out = append(out, f)
		}
	}
	for _, f := range found {
		var changed []report.Problem
		if f.tests {
			changed = b.changed(f.dir)
		}
		for _, p := range changed {
			add(fault{p, f.dir, true})
		}
		if len(changed) == 0 {
			add(f)
		}
	}
	return out
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
