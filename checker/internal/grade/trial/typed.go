package trial

import (
	"errors"
	"fmt"
	"go/types"
	"strings"

	"nodebook/checker/internal/build"
	"nodebook/checker/internal/preflight"
	"nodebook/checker/internal/report"
)

// typed is what preflight found out about the types of a package of the workbook.
type typed struct {
	pkg     *types.Package
	refused []report.Problem
	err     error // the types could not be found out
}

// refusedError says what of a package is refused that the compiler has taken.
type refusedError struct{ problems []report.Problem }

func (e *refusedError) Error() string { return e.problems[0].String() }

var errCircle = errors.New("import cycle not allowed")

// typesOf looks at a package that the compiler has taken, with what it imports:
// from the sources, so that all agree on what a type is. Those of references are
// kept for all submissions.
func (b *builder) typesOf(p *build.Package) *typed {
	k, shared := b.k, p.Reference && b.onlyReferences(p)
	if x := b.types[p]; x != nil {
		return x
	}
	if shared {
		k.mu.Lock()
		x := k.types[p.Key]
		k.mu.Unlock()
		if x != nil {
			return x
		}
	}
	code := &preflight.Code{Path: build.Workbook + p.Dir, Files: map[string][]byte{}, Lang: k.lang}
	for _, f := range p.Files {
		code.Names = append(code.Names, f.Name)
		code.Files[f.Name] = f.Src
	}
	code.Import = func(path string) (*types.Package, error) {
		if q := k.std[path]; q != nil {
			return q, nil
		}
		if dir, ok := strings.CutPrefix(path, build.Workbook); ok {
			if q := b.c.Package(dir); q != nil && q != p {
				x := b.typesOf(q)
				return x.pkg, x.err
			}
		}
		return nil, fmt.Errorf("there is no package %s", path)
	}
	if !shared {
		b.types[p] = &typed{err: errCircle} // until it is known: it may import what imports it
	}
	policy := k.policy(p.Dir)
	code.Inside = len(k.inside) > 0
	code.Alone = code.Inside && !policy.Concurrent
	x := &typed{}
	x.pkg, x.refused, x.err = policy.Types(code)
	if p.Reference {
		x.refused = nil
	}
	if !shared {
		b.types[p] = x
		return x
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if first := k.types[p.Key]; first != nil { // another submission's was here first
		return first
	}
	k.types[p.Key] = x
	return x
}
