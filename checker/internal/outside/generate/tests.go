package generate

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"slices"
	"strconv"
	"strings"

	"nodebook/checker/internal/stub"
)

// tests parts the hidden tests into those that can be judged from outside, in their
// order, and those that reach a function which cannot be called from there, with
// the reason.
// It goes by names, and so it may keep a test inside that need not be.
func tests(files map[string][]byte, a *api) (all []string, inside map[string]string, err error) {
	refs := map[string]map[string]bool{} // names that a declaration mentions
	for _, name := range slices.Sorted(maps.Keys(files)) {
		f, err := parser.ParseFile(token.NewFileSet(), name, files[name], parser.SkipObjectResolution)
		if err != nil {
			return nil, nil, err
		}
		imports := map[string]string{}
		for _, i := range f.Imports {
			imports[stub.ImportName(i)], _ = strconv.Unquote(i.Path.Value)
		}
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				owner := d.Name.Name
				if d.Recv != nil {
					owner = baseName(d.Recv.List[0].Type)
				} else if strings.HasPrefix(owner, "Test") && owner != "TestMain" {
					all = append(all, owner)
				}
				mention(refs, owner, d, imports)
			case *ast.GenDecl:
				for _, s := range d.Specs {
					switch s := s.(type) {
					case *ast.ValueSpec:
						for _, id := range s.Names {
							mention(refs, id.Name, s, imports)
						}
					case *ast.TypeSpec:
						mention(refs, s.Name.Name, s, imports)
					}
				}
			}
		}
	}
	unfit := maps.Clone(oneProcess)
	for _, f := range a.functions {
		if f.reason != "" {
			key := f.pkg.Name() + "." + f.obj.Name()
			if f.recv != nil {
				key = "." + f.obj.Name()
			}
			unfit[key] = fmt.Sprintf("%s: %s", f.name(), f.reason)
		}
	}
	inside = map[string]string{}
	all = slices.DeleteFunc(all, func(name string) bool {
		why := reaches(refs, name, unfit, map[string]bool{})
		if why == "" && reaches(refs, name, bubble, map[string]bool{}) != "" {
			why = reaches(refs, name, clock, map[string]bool{})
		}
		if why != "" {
			inside[name] = why
		}
		return why != ""
	})
	return all, inside, nil
}

// oneProcess is what a test may use only in the process of the code under test: import
// paths, and a function of a package that it may use otherwise.
var oneProcess = map[string]string{
	"synctest.Wait":                   "the test waits for goroutines of its own process",
	"nodebook/fixtures/simnet/bubble": inBubble,
	"go.uber.org/goleak":              "the test looks for goroutines that are left behind in its own process",
	"runtime.Stack":                   "the test counts the goroutines of its own process",
}

// bubble and clock are what a test must not use both: from outside, its bubble has the
// machine's clock. A bubble whose clock nobody asks is only there in case a learner
// sleeps.
var (
	bubble = map[string]string{"testing/synctest": inBubble}
	clock  = map[string]string{"time.Now": inBubble, "time.Since": inBubble, "time.Until": inBubble, "time.Sleep": inBubble, "time.NewTimer": inBubble,
		"time.NewTicker": inBubble, "time.Tick": inBubble, "time.AfterFunc": inBubble, "context.WithTimeout": inBubble, "context.WithDeadline": inBubble}
)

const inBubble = "the test runs in a bubble, whose clock another process does not follow"

func baseName(e ast.Expr) string {
	switch x := e.(type) {
	case *ast.StarExpr:
		return baseName(x.X)
	case *ast.Ident:
		return x.Name
	case *ast.IndexExpr:
		return baseName(x.X)
	}
	return ""
}

// mention notes the names in a declaration: its own package's as they are, a
// selector on a name as x.Name, which may be a package's function, and as .Name,
// which may be a method, and the packages that are used by their import paths.
func mention(refs map[string]map[string]bool, owner string, n ast.Node, imports map[string]string) {
	if refs[owner] == nil {
		refs[owner] = map[string]bool{}
	}
	ast.Inspect(n, func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.SelectorExpr:
			if id, ok := x.X.(*ast.Ident); ok {
				refs[owner][id.Name+"."+x.Sel.Name] = true
				refs[owner][imports[id.Name]] = true
			}
			refs[owner]["."+x.Sel.Name] = true
		case *ast.Ident:
			refs[owner][x.Name] = true
		}
		return true
	})
}

func reaches(refs map[string]map[string]bool, name string, unfit map[string]string, seen map[string]bool) string {
	if seen[name] {
		return ""
	}
	seen[name] = true
	for _, ref := range slices.Sorted(maps.Keys(refs[name])) {
		if why := unfit[ref]; why != "" {
			return why
		}
		if refs[ref] != nil {
			if why := reaches(refs, ref, unfit, seen); why != "" {
				return why
			}
		}
	}
	return ""
}

// shims are the packages that tests get in place of standard ones.
var shims = map[string]string{"runtime": HarnessPath + "/runtime", "testing/synctest": HarnessPath + "/synctest"}

// judge is the tests as a package main, and the main that runs those of outside.
func judge(s Source, outside []string) (map[string][]byte, error) {
	out := map[string][]byte{}
	hasMain := false
	for name, src := range s.Tests {
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, name, src, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		at := fset.Position(f.Name.Pos()).Offset
		end := at + len(f.Name.Name)
		text := string(src[:at]) + "main"
		for _, spec := range f.Imports {
			path, _ := strconv.Unquote(spec.Path.Value)
			if shim := shims[path]; shim != "" {
				from := fset.Position(spec.Path.Pos()).Offset
				text += string(src[end:from]) + strconv.Quote(shim)
				end = fset.Position(spec.Path.End()).Offset
			}
		}
		out[strings.TrimSuffix(name, "_test.go")+"_tests.go"] = []byte(text + string(src[end:]))
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "TestMain" {
				hasMain = true
			}
		}
	}
	run := "m.Run()"
	if hasMain {
		run = "TestMain(m)"
	}
	var table strings.Builder
	for _, name := range outside {
		fmt.Fprintf(&table, "\t\t{Name: %q, F: %s},\n", name, name)
	}
	out["nodebook_main.go"] = fmt.Appendf(nil, `// Code generated by package generate. DO NOT EDIT.

package main

import (
	"testing"

	nbharness %q
)

func main() {
	nbharness.Main(%q, []testing.InternalTest{
%s	}, func(m *testing.M) { %s })
}
`, HarnessPath, s.Path, table.String(), run)
	return out, nil
}
