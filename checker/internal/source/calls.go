package source

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"nodebook/checker/internal/workbook"
	"nodebook/fixtures/unwritten"
)

// Calls is who calls whom in a learner's lessons: in the judged one, given
// functions too, and in the earlier ones as far as it imports them.
//
// Names are resolved by type, so that strings.Builder.String is not the learner's
// String. What other modules export is not looked at: a call of theirs has no
// type here, and is nobody's.
type Calls struct {
	to    map[string][]string // keys such as lessons/lesson1/framing.ReadMagic, in the order of the source
	stubs map[string]Func
}

// Calls type-checks the lesson's packages on first use: it is needed only when
// something has failed.
func (k *Look) Calls() *Calls {
	k.once.Do(func() {
		k.calls = &Calls{to: map[string][]string{}, stubs: map[string]Func{}}
		k.checking = &checking{tree: k.tree, calls: k.calls, fset: token.NewFileSet(), packages: map[string]*types.Package{}, left: k.left}
		for _, p := range k.tree.Lesson.Packages {
			k.checking.load("lessons/" + p.Dir)
		}
	})
	return k.calls
}

// StubOfTest is the first stub of an exercise that a hidden test calls, directly
// or through other functions: until it is written, the test says nothing about
// the functions that are.
func (k *Look) StubOfTest(t workbook.Test, e *workbook.Exercise) (string, bool) {
	calls := k.testCalls()
	key, found := calls.first(testKeys(t), func(key string) bool { return calls.stubs[key].Stub && slices.Contains(keys(e), key) })
	return key[strings.IndexByte(key, '.')+1:], found
}

// StubBeside is the first function of another exercise that is still a stub and
// that a hidden test of e calls by itself, not through the functions of e: the test
// needs it to set the stage. A table of functions in a variable calls none of them.
func (k *Look) StubBeside(t workbook.Test, e *workbook.Exercise) (other *workbook.Exercise, f *workbook.Func, found bool) {
	calls := k.testCalls()
	not := keys(e)
	for key := range calls.to {
		if _, function := calls.stubs[key]; !function {
			not = append(not, key)
		}
	}
	key, found := calls.first(testKeys(t), func(key string) bool { return calls.stubs[key].Stub }, not...)
	if !found {
		return nil, nil, false
	}
	for _, other := range k.tree.Lesson.Exercises {
		for _, f := range other.Funcs {
			if Key(f) == key {
				return other, f, true
			}
		}
	}
	return nil, nil, false // of an earlier lesson
}

// testCalls are the calls with those of the hidden tests.
func (k *Look) testCalls() *Calls {
	calls := k.Calls()
	k.tests.Do(func() {
		for _, p := range k.tree.Lesson.Packages {
			k.checking.loadTests("lessons/" + p.Dir)
		}
	})
	return calls
}

func testKeys(t workbook.Test) []string {
	return []string{"lessons/" + t.Package.Dir + testSuffix + "." + t.Name}
}

// testSuffix is what the package of a folder's hidden tests has behind its name.
const testSuffix = "_test"

// Key is a marked function's place among the keys.
func Key(f *workbook.Func) string { return "lessons/" + path.Dir(f.File) + "." + f.Name }

// Reaches reports whether e's code calls a function of other, directly or through
// any functions in between.
func (c *Calls) Reaches(e, other *workbook.Exercise) bool {
	_, found := c.first(keys(e), func(key string) bool { return slices.Contains(keys(other), key) })
	return found
}

// Stub is the first function, nearest first, that is still a stub and that the
// given ones call; they themselves do not count.
func (c *Calls) Stub(from ...*workbook.Func) (name string, f Func, found bool) {
	var start []string
	for _, f := range from {
		start = append(start, Key(f))
	}
	key, found := c.first(start, func(key string) bool { return c.stubs[key].Stub && !slices.Contains(start, key) })
	return key[strings.IndexByte(key, '.')+1:], c.stubs[key], found
}

func keys(e *workbook.Exercise) []string {
	var all []string
	for _, f := range e.Funcs {
		all = append(all, Key(f))
	}
	return all
}

// first is the first function in breadth that is called and is wanted. The search
// does not go through those of not.
func (c *Calls) first(from []string, wanted func(string) bool, not ...string) (string, bool) {
	seen := map[string]bool{}
	for _, key := range not {
		seen[key] = true
	}
	for queue := slices.Clone(from); len(queue) > 0; queue = queue[1:] {
		for _, key := range c.to[queue[0]] {
			if seen[key] {
				continue
			}
			seen[key] = true
			if wanted(key) {
				return key, true
			}
			queue = append(queue, key)
		}
	}
	return "", false
}

// checking loads packages and notes their calls.
type checking struct {
	tree     *Tree
	calls    *Calls
	fset     *token.FileSet
	packages map[string]*types.Package // by folder, or by path if it is not the workbook's
	left     map[string]bool           // folders whose packages do not compile
}

const workbookModule = "nodebook/"

// Import gives a workbook's package as it is, and any other as an empty one.
func (c *checking) Import(name string) (*types.Package, error) {
	if dir, ok := strings.CutPrefix(name, workbookModule); ok && strings.HasPrefix(dir, "lessons/") {
		return c.load(dir), nil
	}
	if c.packages[name] == nil {
		short := path.Base(name)
		if isVersion(short) {
			short = path.Base(path.Dir(name))
		}
		c.packages[name] = types.NewPackage(name, short)
		c.packages[name].MarkComplete()
	}
	return c.packages[name], nil
}

// isVersion reports whether a path's last part is v2 or the like.
func isVersion(s string) bool {
	return len(s) > 1 && s[0] == 'v' && strings.Trim(s[1:], "0123456789") == ""
}

// load checks a folder's package. Errors are the compiler's to report: what has
// no type is skipped.
func (c *checking) load(dir string) *types.Package {
	if p := c.packages[dir]; p != nil {
		return p
	}
	c.packages[dir] = types.NewPackage(workbookModule+dir, path.Base(dir)) // a circle ends here
	if c.left[dir] {
		c.packages[dir].MarkComplete()
		return c.packages[dir]
	}
	sources := map[string][]byte{}
	for _, name := range c.sources(dir) {
		if src, err := c.read(name); err == nil && Built(name, src) {
			sources[name] = src
		}
	}
	c.packages[dir] = c.check(dir, sources)
	return c.packages[dir]
}

// loadTests checks the hidden tests of a folder.
func (c *checking) loadTests(dir string) {
	sources := map[string][]byte{}
	for name, src := range c.tree.Tests {
		if path.Dir(name) == dir {
			sources[name] = src
		}
	}
	c.check(dir+testSuffix, sources)
}

func (c *checking) check(dir string, sources map[string][]byte) *types.Package {
	var files []*ast.File
	for _, name := range slices.Sorted(maps.Keys(sources)) {
		if f, err := parser.ParseFile(c.fset, name, sources[name], parser.SkipObjectResolution); err == nil {
			files = append(files, f)
		}
	}
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}}
	conf := types.Config{Importer: c, Error: func(error) {}, FakeImportC: true}
	p, _ := conf.Check(workbookModule+dir, c.fset, files, info)
	for _, f := range files {
		for _, d := range f.Decls {
			c.note(dir, d, info)
		}
	}
	return p
}

// note keeps what a declaration calls. A package's variable may hold functions:
// it counts as one that calls them.
func (c *checking) note(dir string, d ast.Decl, info *types.Info) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		key := dir + "." + unwritten.FuncName(d)
		at := c.fset.Position(d.Pos())
		c.calls.stubs[key] = Func{Place: fmt.Sprintf("%s:%d", at.Filename, at.Line), Stub: unwritten.IsStub(d)}
		if d.Body != nil {
			c.calls.to[key] = called(d.Body, info)
		}
	case *ast.GenDecl:
		for _, s := range d.Specs {
			if v, ok := s.(*ast.ValueSpec); ok {
				for _, name := range v.Names {
					for _, value := range v.Values {
						c.calls.to[dir+"."+name.Name] = append(c.calls.to[dir+"."+name.Name], called(value, info)...)
					}
				}
			}
		}
	}
}

// called are the workbook's functions and variables that code names.
func called(code ast.Node, info *types.Info) []string {
	var all []string
	ast.Inspect(code, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		if key := objectKey(info.Uses[id]); key != "" && !slices.Contains(all, key) {
			all = append(all, key)
		}
		return true
	})
	return all
}

// objectKey is the key of a function or of a package's variable; "" for what is
// neither, or is not the workbook's.
func objectKey(o types.Object) string {
	if o == nil || o.Pkg() == nil {
		return ""
	}
	dir, ok := strings.CutPrefix(o.Pkg().Path(), workbookModule)
	if !ok {
		return ""
	}
	switch o := o.(type) {
	case *types.Var:
		if o.Parent() == o.Pkg().Scope() {
			return dir + "." + o.Name()
		}
	case *types.Func:
		name := o.Name()
		if recv := o.Origin().Signature().Recv(); recv != nil {
			t := recv.Type()
			if p, ok := t.(*types.Pointer); ok {
				t = p.Elem()
			}
			named, ok := t.(*types.Named)
			if !ok {
				return "" // an interface's: its type is not known
			}
			name = named.Obj().Name() + "." + name
		}
		return dir + "." + name
	}
	return ""
}

// sources are the Go files of a folder as the overlay leaves them.
func (c *checking) sources(dir string) []string {
	names, _ := goFiles(c.tree.Root, dir)
	for name, src := range c.tree.Overlay {
		switch {
		case path.Dir(name) != dir:
		case src == nil:
			names = slices.DeleteFunc(names, func(n string) bool { return n == name })
		case !slices.Contains(names, name):
			names = append(names, name)
		}
	}
	for name := range c.tree.Files { // as they were when the tree was built
		if path.Dir(name) == dir && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	names = slices.DeleteFunc(names, func(n string) bool { return strings.HasSuffix(n, "_test.go") })
	slices.Sort(names)
	return names
}

func (c *checking) read(name string) ([]byte, error) {
	if src, ok := c.tree.Files[name]; ok {
		return src, nil
	}
	if src, ok := c.tree.Overlay[name]; ok {
		return src, nil
	}
	file := filepath.Join(c.tree.Root, filepath.FromSlash(name))
	if kind := irregular(file); kind != "" {
		return nil, fmt.Errorf("%s is %s", name, kind)
	}
	return os.ReadFile(file)
}
