package outside

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"nodebook/checker/internal/build"
	"nodebook/checker/internal/process"
	"nodebook/checker/internal/source"
	"nodebook/checker/internal/workbook"
)

// Plan is how a package is judged from outside.
type Plan struct {
	Outside []string          // the tests that are, in their order
	Inside  map[string]string // why the others are not
	API     map[string]string // why functions cannot be called from outside
	Child   string            // the main of a child

	dir string // where the judge's program is
}

// Judge is the file of the judge's program.
func (p *Plan) Judge() string { return filepath.Join(p.dir, "judge") }

// In is the plan with a judge's program that lies in a folder of the caller's: the
// cache may be trimmed, by other checkers, while a class is graded.
func (p *Plan) In(dir string) (*Plan, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	own := *p
	own.dir = dir
	os.Remove(own.Judge())
	if os.Link(p.Judge(), own.Judge()) == nil {
		return &own, nil
	}
	b, err := os.ReadFile(p.Judge()) // on another disk
	if err != nil {
		return nil, err
	}
	return &own, os.WriteFile(own.Judge(), b, 0o700)
}

// plans keeps the plans of this process.
var plans struct {
	sync.Mutex
	by map[string]*Plan
}

// Prepare finds or makes the plan of a package of a tree of references. It depends on the reference, the
// hidden tests, the toolchain and the checker, and not on any learner.
func Prepare(ctx context.Context, tree *source.Tree, p *workbook.Package) (*Plan, error) {
	tc, err := build.Find(ctx, tree.Root)
	if err != nil {
		return nil, err
	}
	key := planKey(tc, tree, p)
	plans.Lock()
	defer plans.Unlock()
	if plan := plans.by[key]; plan != nil && exists(plan.Judge()) {
		return plan, nil
	}
	dir, plan := planDir(key), (*Plan)(nil)
	if plan, err = readPlan(dir); err != nil {
		if plan, err = makePlan(ctx, tc, tree, p, dir); err != nil {
			return nil, err
		}
	}
	if plans.by == nil {
		plans.by = map[string]*Plan{}
	}
	plans.by[key] = plan
	return plan, nil
}

func exists(file string) bool { _, err := os.Stat(file); return err == nil }

// planKey is a hash of all that a plan depends on.
func planKey(tc *build.Toolchain, t *source.Tree, p *workbook.Package) string {
	h := sha256.New()
	fmt.Fprintf(h, "%x %s %q %s\n", version(), tc.Version, tc.Compile, p.Dir)
	for _, files := range []map[string][]byte{t.Overlay, t.Tests} {
		for _, name := range slices.Sorted(maps.Keys(files)) {
			if files[name] != nil { // what is masked is the learner's
				fmt.Fprintf(h, "%s %d\n%s", name, len(files[name]), files[name])
			}
		}
	}
	for _, name := range []string{"go.mod", "go.sum", "lessons/todo", "fixtures"} {
		filepath.WalkDir(filepath.Join(t.Root, filepath.FromSlash(name)), func(file string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() && !strings.HasSuffix(file, "_test.go") {
				src, _ := os.ReadFile(file)
				rel, _ := filepath.Rel(t.Root, file)
				fmt.Fprintf(h, "%s %d\n%s", filepath.ToSlash(rel), len(src), src)
			}
			return nil
		})
	}
	return fmt.Sprintf("%x", h.Sum(nil)[:16])
}

// planDir is where a plan is kept; "" if the user has no cache.
func planDir(key string) string {
	if dir := build.CacheDir(); dir != "" {
		return filepath.Join(dir, "judges", key)
	}
	return ""
}

func readPlan(dir string) (*Plan, error) {
	if dir == "" {
		return nil, os.ErrNotExist
	}
	b, err := os.ReadFile(filepath.Join(dir, "plan.json"))
	if err != nil {
		return nil, err
	}
	p := &Plan{dir: dir}
	if err := json.Unmarshal(b, p); err != nil {
		return nil, err
	}
	if !exists(p.Judge()) {
		return nil, os.ErrNotExist
	}
	return p, nil
}

// makePlan generates and compiles the judge's program.
func makePlan(ctx context.Context, tc *build.Toolchain, t *source.Tree, p *workbook.Package, dir string) (*Plan, error) {
	out, err := generated(ctx, tc, t, p)
	if err != nil {
		return nil, err
	}
	tmp, err := process.Folder()
	if err != nil {
		return nil, err
	}
	plan := &Plan{Outside: out.Outside, Inside: out.Inside, API: out.API, Child: string(out.Child["main.go"]), dir: tmp}
	if err := compileJudge(ctx, t, p, out, plan.Judge()); err != nil {
		os.RemoveAll(tmp)
		return nil, err
	}
	b, err := json.Marshal(plan)
	if err == nil {
		err = os.WriteFile(filepath.Join(tmp, "plan.json"), b, 0o644)
	}
	if err != nil || dir == "" {
		return plan, err
	}
	if keep(tmp, dir) == nil {
		plan.dir = dir
	}
	return plan, nil
}

// keep moves a plan into the user's cache.
func keep(tmp, dir string) error {
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return err
	}
	trimPlans(filepath.Dir(dir))
	os.RemoveAll(dir)
	if os.Rename(tmp, dir) == nil {
		return nil
	}
	part, err := os.MkdirTemp(filepath.Dir(dir), "part-") // on another disk
	if err != nil {
		return err
	}
	defer os.RemoveAll(part)
	if err := os.CopyFS(filepath.Join(part, "plan"), os.DirFS(tmp)); err != nil {
		return err
	}
	if err := os.Chmod(filepath.Join(part, "plan", "judge"), 0o755); err != nil {
		return err
	}
	if err := os.Rename(filepath.Join(part, "plan"), dir); err != nil {
		return err
	}
	return os.RemoveAll(tmp)
}

const mostPlans = 48 // that are kept: a dozen packages of a few versions

func trimPlans(dir string) {
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) < mostPlans {
		return
	}
	age := func(e os.DirEntry) int64 {
		info, err := e.Info()
		if err != nil {
			return 0
		}
		return info.ModTime().UnixNano()
	}
	slices.SortFunc(entries, func(a, b os.DirEntry) int { return int(min(1, max(-1, age(a)-age(b)))) })
	for _, e := range entries[:len(entries)-mostPlans/2] {
		os.RemoveAll(filepath.Join(dir, e.Name()))
	}
}

// childFile is the name of the child's main among the files of its package: the
// compiler's words about it are about what the tests need.
func childFile(p *workbook.Package) string { return "lessons/" + p.Dir + "/nodebook_child_test.go" }

// ChildUnit is the main of a child, whose packages of ours are below an import path.
// It runs once: to inline what it calls takes the compiler longer.
func (p *Plan) ChildUnit(of *workbook.Package, path string) build.Unit {
	return build.Unit{Path: "main", Flags: []string{"-l"}, Files: []build.File{{Name: childFile(of), Src: Retarget([]byte(p.Child), path)}}}
}

// Needs are the tests' words for the compiler: a tree with them knows that what the
// compiler says of a child's main is about what the tests need.
func Needs(t *source.Tree, packages []*workbook.Package) *source.Tree {
	own := *t
	own.Tests = maps.Clone(t.Tests)
	for _, p := range packages {
		own.Tests[childFile(p)] = nil
	}
	return &own
}

// childWork prepares to compile the children of a tree.
func childWork(ctx context.Context, t *source.Tree, plans map[*workbook.Package]*Plan) (*build.Work, error) {
	over, err := runtimeFiles(t.Root)
	if err != nil {
		return nil, err
	}
	r := build.ReadTree(t)
	for name, src := range r.Overlay {
		if _, laid := over[name]; !laid {
			over[name] = src
		}
	}
	r.Overlay = over
	o := build.Options{Reader: r}
	for p, plan := range plans {
		o.Dirs = append(o.Dirs, p.Dir)
		o.For = append(o.For, plan.ChildUnit(p, theirs).Files...)
	}
	return build.NewWork(ctx, o)
}
