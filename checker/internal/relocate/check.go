package relocate

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"path"
	"slices"
	"strings"
)

// check type-checks the new folders and returns what is wrong with declarations
// of the learner's, by file and name, or with whole files.
func (p *planner) check(files, others map[string][]byte, imp types.Importer) map[string]string {
	c := &checking{files: map[string][]byte{}, set: token.NewFileSet(), done: map[string]*types.Package{}, known: imp, bad: map[string]string{}}
	maps.Copy(c.files, others)
	maps.Copy(c.files, files)
	c.mine = map[string]bool{}
	for _, k := range p.places {
		c.mine[k.to+":"+k.key] = true
	}
	for file := range p.wholes {
		c.mine[file] = true
	}
	for _, f := range folders {
		for _, dir := range f.now {
			c.folder(dir, path.Base(dir))
			c.folder(dir, "_test")
		}
	}
	return c.bad
}

type checking struct {
	files map[string][]byte
	set   *token.FileSet
	done  map[string]*types.Package
	known types.Importer
	mine  map[string]bool
	bad   map[string]string
}

// Import imports a package of the workbook, or another.
func (c *checking) Import(of string) (*types.Package, error) {
	dir, ours := strings.CutPrefix(of, "nodebook/")
	if !ours || !strings.HasPrefix(dir, "lessons/lesson") {
		return c.known.Import(of)
	}
	if pkg := c.done[dir]; pkg != nil {
		return pkg, nil
	}
	if _, begun := c.done[dir]; begun {
		return nil, errors.New("imports go in a circle")
	}
	c.done[dir] = nil
	c.done[dir] = c.folder(dir, path.Base(dir))
	return c.done[dir], nil
}

// folder checks a folder's package with its own tests, or only the tests that
// are a package beside it.
func (c *checking) folder(dir, name string) *types.Package {
	var list []*ast.File
	for _, file := range slices.Sorted(maps.Keys(c.files)) {
		if path.Dir(file) != dir || !strings.HasSuffix(file, ".go") {
			continue
		}
		f, err := parser.ParseFile(c.set, file, c.files[file], parser.SkipObjectResolution)
		if err != nil || strings.HasSuffix(f.Name.Name, "_test") != (name == "_test") {
			continue
		}
		list = append(list, f)
	}
	if len(list) == 0 {
		return types.NewPackage("nodebook/"+dir, name)
	}
	cfg := types.Config{Importer: c, Error: func(err error) { c.note(list, err) }}
	pkg, _ := cfg.Check("nodebook/"+dir, c.set, list, nil) // note has its errors
	return pkg
}

// note finds the declaration that an error is in.
func (c *checking) note(list []*ast.File, err error) {
	var e types.Error
	if !errors.As(err, &e) {
		return
	}
	file := c.set.Position(e.Pos).Filename
	if c.mine[file] {
		c.say(file, e.Msg)
		return
	}
	if path.Dir(file) == chainDir && !strings.HasPrefix(e.Msg, "undefined: ") {
		return // as it was before: the learner is at work there
	}
	for _, f := range list {
		if c.set.Position(f.Pos()).Filename != file {
			continue
		}
		for _, d := range f.Decls {
			if d.Pos() <= e.Pos && e.Pos <= d.End() {
				for _, name := range declared(d) {
					if c.mine[file+":"+name] {
						c.say(file+":"+name, e.Msg)
					}
				}
			}
		}
	}
}

func (c *checking) say(key, message string) {
	if c.bad[key] == "" {
		c.bad[key] = message
	}
}

// declared are the names of a declaration.
func declared(d ast.Decl) []string {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv != nil && len(d.Recv.List) == 1 {
			return []string{typeName(d.Recv.List[0].Type) + "." + d.Name.Name}
		}
		return []string{d.Name.Name}
	case *ast.GenDecl:
		var out []string
		for _, spec := range d.Specs {
			out = append(out, specNames(spec)...)
		}
		return out
	}
	return nil
}
