package preflight

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"path"
	"runtime"
	"slices"
	"strings"

	"nodebook/checker/internal/report"
)

// Code is a package of a submission that the compiler has taken: only then is it
// safe to ask for its types here, outside of the jail, with no limit on memory and time.
type Code struct {
	Path   string            // its import path
	Names  []string          // of its files
	Files  map[string][]byte // by name
	Import func(path string) (*types.Package, error)
	Lang   string // go1.26
	Alone  bool   // what starts goroutines is refused
	Inside bool   // it shares a process with tests
}

type importer func(path string) (*types.Package, error)

func (f importer) Import(path string) (*types.Package, error) { return f(path) }

// Types says what of a package is refused for what its names mean: the rules are
// about objects, so it does not matter by what name, through what embedding or by
// which type parameter one is reached. The error says that its types cannot be
// found out.
func (p *Policy) Types(c *Code) (pkg *types.Package, found []report.Problem, err error) {
	defer func() {
		if x := recover(); x != nil {
			err = fmt.Errorf("%v", x)
		}
	}()
	t := &typed{p: p, code: c, fset: token.NewFileSet(), info: &types.Info{Types: map[ast.Expr]types.TypeAndValue{},
		Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{}, Instances: map[*ast.Ident]types.Instance{}}}
	var files []*ast.File
	for _, name := range c.Names {
		f, err := parser.ParseFile(t.fset, name, c.Files[name], parser.SkipObjectResolution)
		if err != nil {
			return nil, nil, err
		}
		files = append(files, f)
	}
	if n := longText(files, c.Import); n != nil {
		t.refuse(n, "a constant text of more than %d KiB: put it together when the program runs", mostText>>10)
		return nil, t.found, nil
	}
	conf := types.Config{Importer: importer(c.Import), GoVersion: c.Lang, Sizes: types.SizesFor("gc", runtime.GOARCH)}
	if t.pkg, err = conf.Check(c.Path, t.fset, files, t.info); err != nil {
		return nil, nil, err
	}
	for _, f := range files {
		ast.PreorderStack(f, nil, func(n ast.Node, stack []ast.Node) bool {
			t.parents = stack
			t.node(n)
			return true
		})
	}
	if c.Alone {
		t.contexts()
	}
	return t.pkg, t.found, nil
}

// typed is the look at the types of one package.
type typed struct {
	p       *Policy
	code    *Code
	fset    *token.FileSet
	info    *types.Info
	pkg     *types.Package
	parents []ast.Node
	found   []report.Problem
}

func (t *typed) refuse(n ast.Node, format string, args ...any) {
	if s, ok := t.parent(0).(*ast.SelectorExpr); ok && s.Sel == n { // a whole name is where its package's begins
		n = s
	}
	if x := problem(t.fset.PositionFor(n.Pos(), false), format, args...); len(t.found) < mostProblems && !slices.Contains(t.found, x) {
		t.found = append(t.found, x)
	}
}

func (t *typed) node(n ast.Node) {
	switch n := n.(type) {
	case *ast.Ident:
		if obj := t.info.Uses[n]; obj != nil && obj.Pkg() != nil {
			t.use(n, obj)
		}
	case *ast.AssignStmt:
		if n.Tok != token.DEFINE {
			for _, x := range n.Lhs {
				t.unchanged(x)
			}
		}
	case *ast.IncDecStmt:
		t.unchanged(n.X)
	case *ast.RangeStmt:
		if n.Tok == token.ASSIGN {
			t.unchanged(n.Key)
			t.unchanged(n.Value)
		}
	case *ast.UnaryExpr:
		if n.Op == token.AND {
			t.unchanged(n.X)
		}
	case *ast.SliceExpr: // of an array, a slice that shares it
		if x := t.info.TypeOf(n.X); x != nil {
			if _, array := x.Underlying().(*types.Array); array {
				t.unchanged(n)
			}
		}
	case *ast.CompositeLit:
		t.literal(n)
	case *ast.StarExpr:
		t.copied(n)
	case *ast.InterfaceType:
		for _, m := range n.Methods.List {
			for _, name := range m.Names {
				if slices.Contains(deep, name.Name) {
					t.refuse(name, "an interface with a method %s, which would reach that of a type of the standard library: give it another name", name.Name)
				}
			}
		}
	case *ast.CallExpr:
		t.conversion(n)
	case *ast.GoStmt:
		t.alone(n, "a go statement")
	}
}

// deep are methods of standard types that reach further than an exercise needs,
// whatever the type; an interface of one's own must not name them.
var deep = []string{"SyscallConn", "File", "Fd", "Environ", "RegisterProtocol", "ReadMsgUnix", "WriteMsgUnix"}

// members are fields and methods of standard types that reach further, by package.
var members = map[string][]string{
	"net":      {"SyscallConn", "File", "Control", "ControlContext", "ReadMsgUnix", "WriteMsgUnix", "DefaultMask"}, // a message can carry descriptors, a mask is shared
	"os/exec":  {"SysProcAttr", "ExtraFiles", "Environ"},
	"net/http": {"RegisterProtocol", "ListenAndServeTLS", "ServeTLS"},
}

// use looks at a mention of an object that has a package.
func (t *typed) use(id *ast.Ident, obj types.Object) {
	t.instance(id, obj)
	pkg := obj.Pkg()
	if t.code.Inside {
		t.decodes(id, obj)
	}
	if _, name := obj.(*types.PkgName); name || pkg == t.pkg {
		return
	}
	at, name := pkg.Path(), obj.Name()
	if obj.Parent() != pkg.Scope() { // a field or a method
		switch {
		case slices.Contains(members[at], name), (some[at] != nil && at != processes || slices.Contains(never, at)) && !t.p.members[name]:
			t.refuse(id, "%s of a type of package %s%s", name, at, instead(at, name))
		case t.code.Alone && at == "sync" && name == "Go":
			t.alone(id, "WaitGroup.Go")
		case t.code.Alone && at == "net/http" && slices.Contains([]string{"Serve", "ListenAndServe", "DialContext", "Dial", "DialTLS", "DialTLSContext"}, name):
			t.alone(id, "http's "+name)
		case t.code.Alone && at == "net" && name == "Dial" && isField(obj):
			t.alone(id, "the Dial of a net.Resolver")
		}
		return
	}
	full := path.Base(at) + "." + name
	switch {
	case some[at] != nil && !t.p.names[at+"."+name], slices.Contains(closed[at], name), slices.Contains(never, at):
		t.refuse(id, "%s%s", full, instead(at, name))
	case at == "os" && (name == "Stdout" || name == "Stderr"):
		if !t.printed(id) {
			t.refuse(id, "%s other than as the first argument of fmt.Fprint, fmt.Fprintf or fmt.Fprintln%s", full, instead(at, name))
		}
	case name == "AfterFunc" && (at == "time" || at == "context"):
		t.alone(id, full)
	case t.code.Inside && at == "regexp":
		t.refuse(id, "%s: in a lesson of which code shares a process with its tests, use strings", full)
	case t.code.Inside && at == "encoding/json" && (name == "Decoder" || name == "NewDecoder"):
		t.decoder(id)
	case t.shared(obj) && !slices.Contains(harmless, at+"."+name) && !t.onlyRead(id, at):
		t.refuse(id, "%s other than in a call of its methods or of its own package: the tests share it; make one of your own", full)
	}
}

func isField(obj types.Object) bool { v, ok := obj.(*types.Var); return ok && v.IsField() }

// alone refuses what starts a goroutine in a lesson that needs none.
func (t *typed) alone(n ast.Node, what string) {
	if t.code.Alone {
		t.refuse(n, "%s: this lesson needs no goroutine; call the function instead", what)
	}
}

// contexts refuses contexts of one's own: package context starts a goroutine that
// calls their methods.
func (t *typed) contexts() {
	var named []ast.Expr
	for x, v := range t.info.Types {
		if v.IsType() {
			named = append(named, x)
		}
	}
	slices.SortFunc(named, func(a, b ast.Expr) int { return int(a.Pos() - b.Pos()) })
	t.parents = nil
	own := map[types.Type]bool{}
	for _, x := range named {
		y := t.info.Types[x].Type
		yes, known := own[y]
		if !known {
			_, face := y.Underlying().(*types.Interface)
			yes = !face && (t.context(y) || t.context(types.NewPointer(y)))
			own[y] = yes
		}
		if yes {
			t.refuse(x, "a context of your own: this lesson needs no goroutine, and package context starts one for it; use context.WithValue")
		}
		if len(own) > mostTypes { // each is searched with all that it embeds
			t.refuse(x, "more than %d types in one package: part it", mostTypes)
			break
		}
	}
	slices.SortStableFunc(t.found, func(a, b report.Problem) int { return strings.Compare(a.Place, b.Place) })
}

const mostTypes = 10_000

// context reports whether a type is a context of which a method is the package's own.
func (t *typed) context(x types.Type) bool {
	own := false
	for _, name := range []string{"Done", "Err", "Value", "Deadline", "AfterFunc"} {
		m, _, _ := types.LookupFieldOrMethod(x, true, t.pkg, name)
		f, ok := m.(*types.Func)
		if !ok && name != "AfterFunc" {
			return false
		}
		own = own || ok && f.Pkg() == t.pkg
	}
	return own
}

// instance refuses types of packages with rules as type arguments: in generic code
// nobody sees what a type is.
func (t *typed) instance(id *ast.Ident, obj types.Object) {
	inst, ok := t.info.Instances[id]
	if !ok || inst.TypeArgs == nil {
		return
	}
	own := obj.Pkg() == t.pkg || strings.HasPrefix(obj.Pkg().Path(), workbookPath)
	for x := range inst.TypeArgs.Types() {
		if n := guardedType(x, map[types.Type]bool{}); n != nil && (own || n.Pkg().Path() != "time") {
			t.refuse(id, "%s.%s as a type argument: write the code for this one type", path.Base(n.Pkg().Path()), n.Name())
		}
	}
}

// literal refuses a struct of a package with rules whose fields are not named: no
// mention of a field tells what is set.
func (t *typed) literal(n *ast.CompositeLit) {
	x := t.info.TypeOf(n)
	if x == nil || len(n.Elts) == 0 {
		return
	}
	if p, ok := x.Underlying().(*types.Pointer); ok {
		x = p.Elem()
	}
	s, ok := x.Underlying().(*types.Struct)
	if !ok || s.NumFields() == 0 || s.Field(0).Pkg() == nil || s.Field(0).Pkg() == t.pkg {
		return
	}
	if _, keyed := n.Elts[0].(*ast.KeyValueExpr); keyed {
		return
	}
	if at := s.Field(0).Pkg().Path(); some[at] != nil || members[at] != nil {
		t.refuse(n, "a struct of package %s without the names of its fields: write them", at)
	}
}

// conversion refuses to look at a pointer to a standard type as one to another
// type: what the rules say of the one would not be seen of the other.
func (t *typed) conversion(n *ast.CallExpr) {
	to, ok := t.info.Types[n.Fun]
	if !ok || !to.IsType() || len(n.Args) != 1 {
		return
	}
	from := t.info.TypeOf(n.Args[0])
	if from == nil {
		return
	}
	for _, a := range pointees(from) {
		for _, b := range pointees(to.Type) {
			if types.Identical(a, b) {
				continue
			}
			for _, x := range []types.Type{a, b} {
				if n1, ok := types.Unalias(x).(*types.Named); ok && n1.Obj().Pkg() != nil && !strings.HasPrefix(n1.Obj().Pkg().Path(), "nodebook/") {
					t.refuse(n, "a pointer to %s.%s converted to one to another type: copy the value", path.Base(n1.Obj().Pkg().Path()), n1.Obj().Name())
					return
				}
			}
		}
	}
}

// pointees are what a value of a type points to: a pointer to one thing, one of a
// type parameter to what any type of its constraint does.
func pointees(x types.Type) (all []types.Type) {
	seen := map[types.Type]bool{}
	var add func(x types.Type)
	add = func(x types.Type) {
		if seen[x] {
			return
		}
		seen[x] = true
		switch u := x.Underlying().(type) {
		case *types.Pointer:
			all = append(all, u.Elem())
		case *types.Interface:
			for y := range u.EmbeddedTypes() {
				add(y)
			}
		case *types.Union:
			for y := range u.Terms() {
				add(y.Type())
			}
		}
	}
	if _, face := x.Underlying().(*types.Interface); face {
		if _, param := types.Unalias(x).(*types.TypeParam); !param {
			return nil // it points to nothing that is known
		}
	}
	add(x)
	return all
}

func (t *typed) parent(up int) ast.Node {
	if i := len(t.parents) - 1 - up; i >= 0 {
		return t.parents[i]
	}
	return nil
}

// callee is the function or method of that name that a call calls, or nil: what is
// in a variable is not known.
func (t *typed) callee(call *ast.CallExpr) types.Object {
	f := ast.Unparen(call.Fun)
	switch x := f.(type) { // of type arguments
	case *ast.IndexExpr:
		f = x.X
	case *ast.IndexListExpr:
		f = x.X
	}
	switch x := f.(type) {
	case *ast.Ident:
		return t.info.Uses[x]
	case *ast.SelectorExpr:
		return t.info.Uses[x.Sel]
	}
	return nil
}

// printed reports whether os.Stdout is the first argument of a function of fmt
// that prints.
func (t *typed) printed(id *ast.Ident) bool {
	s, ok := t.parent(0).(*ast.SelectorExpr)
	if !ok || s.Sel != id {
		return false
	}
	call, ok := t.parent(1).(*ast.CallExpr)
	if !ok || len(call.Args) == 0 || call.Args[0] != s {
		return false
	}
	f, ok := t.callee(call).(*types.Func)
	return ok && f.Pkg() != nil && f.Pkg().Path() == "fmt" && strings.HasPrefix(f.Name(), "Fprint")
}
