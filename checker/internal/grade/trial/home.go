package trial

import (
	"context"
	"crypto/sha256"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"nodebook/checker/internal/build"
	apart "nodebook/checker/internal/outside"
	"nodebook/checker/internal/report"
	"nodebook/checker/internal/source"
	"nodebook/checker/internal/workbook"
)

// AsGraded says what grading would refuse of a workbook's own code for a lesson. Of a
// package that does not compile it says what the text alone tells.
func AsGraded(ctx context.Context, root string, b *workbook.Book, l *workbook.Lesson) ([]report.Problem, error) {
	tree, err := source.Build(root, b, l, source.None, nil)
	if err != nil {
		return nil, err
	}
	k := &kit{lesson: l, limits: l.Limits, types: map[[sha256.Size]byte]*typed{}, std: map[string]*types.Package{"unsafe": types.Unsafe},
		lang: build.Lang(root), tests: map[string]build.Unit{}}
	if err := k.rules(b); err != nil {
		return nil, err
	}
	if err := k.where(ctx, b, tree.Root, false); err != nil {
		return nil, err
	}
	c := collect(tree)
	s := &Session{e: &Engine{}}
	refused := s.refused(k, c)
	if len(refused) > 0 {
		return refused, nil
	}
	roots := map[string]bool{}
	for _, p := range c.Packages {
		for _, name := range p.Outside {
			if name != "unsafe" {
				roots[name] = true
			}
		}
	}
	tc, err := build.Find(ctx, root)
	if err != nil {
		return nil, err
	}
	exports, err := (&build.Lister{Toolchain: tc, Root: root}).Exports(ctx, slices.Sorted(maps.Keys(roots)))
	if err != nil {
		return nil, err
	}
	imp := importer.ForCompiler(token.NewFileSet(), "gc", func(p string) (io.ReadCloser, error) { return os.Open(exports[p]) })
	for name := range roots {
		if pkg, err := imp.Import(name); err == nil {
			k.std[name] = pkg
		}
	}
	at := &builder{k: k, c: c, types: map[*build.Package]*typed{}}
	for _, p := range c.Packages {
		if !p.Reference {
			refused = append(refused, at.typesOf(p).refused...)
		}
	}
	return refused, nil
}

// where finds out what of the lesson is judged in the tests' own process.
func (k *kit) where(ctx context.Context, b *workbook.Book, module string, inside bool) error {
	k.plans, k.outside, k.inside = map[*workbook.Package]*apart.Plan{}, map[string]bool{}, map[string]string{}
	why := map[*workbook.Package]error{}
	if !k.limits.Race && !inside {
		k.plans, why = (&apart.Engine{Book: b}).Plans(ctx, filepath.Clean(module), k.lesson, k.lesson.Packages)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	for _, x := range k.lesson.Exercises {
		ok, reason := apart.Where(x, k.plans)
		if !ok {
			if len(x.Tests) > 0 && why[x.Tests[0].Package] != nil {
				reason = why[x.Tests[0].Package].Error()
			}
			k.inside[x.Name] = reason
		}
		for _, t := range x.Tests {
			k.outside[testKey(t)] = ok
		}
	}
	return nil
}
