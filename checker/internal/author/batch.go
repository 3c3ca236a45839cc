package author

import (
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"nodebook/checker/internal/compiler"
	"nodebook/checker/internal/report"
	"nodebook/checker/internal/source"
	"nodebook/checker/internal/stub"
	"nodebook/checker/internal/verdict"
	"nodebook/checker/internal/workbook"
	"nodebook/fixtures/unwritten"
)

// batch is one program that is many wrong solutions of a package: their functions
// stand in it side by side under names of their own, and the reference's begin
// with a switch that leads to the one that an environment variable asks for.
// Compiling the hidden tests takes most of the time of a wrong solution, and is
// done once here.
//
// It only saves time. What it does not refuse just as the header and the golden
// file say (or, when golden files are written, as the header says) is judged alone, and so is what does not fit into it: functions of
// another signature or with type parameters, new methods, init functions, variables whose value a call gives.
type batch struct {
	built  *compiler.Programs
	number map[*Wrong]int // from 1
}

const (
	batchVariable = "NODEBOOK_WRONG"
	fewest        = 3 // that make a batch worth its own compilation
)

// newBatch builds the batch of some wrong solutions of one package. It is nil if
// too few fit into one, or if it does not compile, which note says then.
func newBatch(ctx context.Context, r *Repo, wrongs []*Wrong) (b *batch, note string, err error) {
	m, err := newMix(r, wrongs[0].Package)
	if err != nil {
		return nil, "", err
	}
	b = &batch{number: map[*Wrong]int{}}
	for _, w := range wrongs {
		n := len(b.number) + 1
		ok, err := m.add(w, n)
		if err != nil {
			return nil, "", err
		}
		if ok {
			b.number[w] = n
		}
	}
	if len(b.number) < fewest {
		return nil, "", nil
	}
	tree, err := source.Build(r.Root, r.Book, wrongs[0].Lesson, source.All, m.files())
	if err != nil {
		return nil, "", err
	}
	var dirs []string
	for _, w := range wrongs {
		touched, err := r.Touched(w)
		if err != nil {
			return nil, "", err
		}
		for _, e := range touched {
			for _, t := range e.Tests {
				if !slices.Contains(dirs, t.Package.Dir) {
					dirs = append(dirs, t.Package.Dir)
				}
			}
		}
	}
	b.built, err = compiler.Build(ctx, tree, dirs)
	if err != nil && ctx.Err() == nil { // alone, it is found out which it is
		return nil, fmt.Sprintf("%s: each judged in a program of its own, since one program of all did not compile: %v", m.pkg.Dir, err), nil
	}
	return b, "", err
}

func (b *batch) close() {
	if b != nil {
		b.built.Close()
	}
}

// engine judges one of a batch.
func (b *batch) engine(w *Wrong) engine { return engine{b.built, b.number[w]} }

type engine struct {
	built  *compiler.Programs
	number int
}

func (engine) Name() string { return "go" }

func (e engine) Judge(ctx context.Context, j verdict.Job) (*report.Lesson, error) {
	return e.built.Judge(ctx, j, fmt.Sprintf("%s=%d", batchVariable, e.number))
}

// mix puts a package together that holds several wrong solutions.
type mix struct {
	dir   string // on disk, for the places in stacks
	pkg   *workbook.Package
	name  string // of the package
	src   map[string][]byte
	names map[string]bool // that the package declares or imports
	funcs map[string]*reference
	wrong map[string][]byte // files, by name
}

// reference is a function that wrong ones stand in for.
type reference struct {
	file  string
	at    int // just behind its opening brace
	decl  *ast.FuncDecl
	cases strings.Builder
}

// parse parses a file of the references.
func (r *Repo) parse(name string) (*token.FileSet, *ast.File, []byte, error) {
	src, err := fs.ReadFile(r.Book.Solutions, name)
	if err != nil {
		return nil, nil, nil, err
	}
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, name, src, 0)
	return fset, f, src, err
}

func newMix(r *Repo, p *workbook.Package) (*mix, error) {
	m := &mix{dir: filepath.Join(r.Root, "lessons", filepath.FromSlash(p.Dir)), pkg: p,
		src: map[string][]byte{}, names: map[string]bool{}, funcs: map[string]*reference{}, wrong: map[string][]byte{}}
	for _, name := range p.Files {
		fset, f, src, err := r.parse(name)
		if err != nil {
			return nil, err
		}
		for name := range f.Scope.Objects {
			m.names[name] = true
		}
		for _, spec := range f.Imports {
			name := path.Base(strings.Trim(spec.Path.Value, `"`))
			if spec.Name != nil {
				name = spec.Name.Name
			}
			m.names[name] = true
		}
		m.src[name], m.name = src, f.Name.Name
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Body != nil {
				m.funcs[unwritten.FuncName(fn)] = &reference{file: name, at: fset.Position(fn.Body.Lbrace).Offset + 1, decl: fn}
			}
		}
	}
	return m, nil
}

// suffix is how the names of one wrong solution end in a batch.
func suffix(number int) string { return fmt.Sprintf("_%d", number) }

// add adds a wrong solution under a number; it reports whether it fits.
func (m *mix) add(w *Wrong, number int) (bool, error) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, w.File, w.Source, parser.ParseComments) // resolved: what is the file's own gets another name
	if err != nil {
		return false, err
	}
	suffix := suffix(number)
	own := map[*ast.Object]bool{}
	for _, o := range f.Scope.Objects {
		own[o] = true
	}
	renamed := map[int]string{} // names by the offset after them
	rename := func(id *ast.Ident) { renamed[fset.Position(id.End()).Offset] = suffix }
	cases := map[string]string{}
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		name := unwritten.FuncName(fn)
		ref := m.funcs[name]
		switch {
		case ref != nil:
			call, ok := forward(ref.decl, fn, suffix)
			if !ok {
				return false, nil
			}
			cases[name] = fmt.Sprintf("case %d: %s; ", number, call)
			rename(fn.Name)
			delete(own, fn.Name.Obj) // whoever calls it, calls the reference, which leads to it
		case fn.Name.Name == "init":
			return false, nil
		case fn.Recv != nil:
			typ, _, _ := strings.Cut(name, ".")
			if f.Scope.Lookup(typ) == nil { // of a type of the package: it would be everybody's
				return false, nil
			}
		}
	}
	for o := range own {
		if m.names[o.Name] { // alone, it does not compile
			return false, nil
		}
	}
	fits := true // what is left out here would not compile, and keep the others from being judged together
	ast.Inspect(f, func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.Ident:
			if own[x.Obj] {
				rename(x)
			}
		case *ast.CompositeLit: // a key may be a field's name
			for _, e := range x.Elts {
				if kv, ok := e.(*ast.KeyValueExpr); ok {
					fits = fits && !isOwn(own, kv.Key)
				}
			}
		case *ast.StructType: // an embedded type is a field's name
			for _, field := range x.Fields.List {
				fits = fits && (len(field.Names) > 0 || !isOwn(own, field.Type))
			}
		}
		return true
	})
	for _, d := range f.Decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.VAR && runs(g) {
			fits = false // it would run for everybody
		}
	}
	if !fits {
		return false, nil
	}
	for name, c := range cases {
		m.funcs[name].cases.WriteString(c)
	}
	line := "//line " + filepath.Join(m.dir, wrongFile) + ":1\n"
	m.wrong[fmt.Sprintf("zz_wrong%s.go", suffix)] = append([]byte(line), stub.Retarget(insert(w.Source, renamed))...)
	return true, nil
}

// isOwn reports whether an expression is one of a file's own names, or a pointer
// to it, or an instance of it.
func isOwn(own map[*ast.Object]bool, e ast.Expr) bool {
	switch x := e.(type) {
	case *ast.Ident:
		return own[x.Obj]
	case *ast.StarExpr:
		return isOwn(own, x.X)
	case *ast.IndexExpr:
		return isOwn(own, x.X)
	case *ast.IndexListExpr:
		return isOwn(own, x.X)
	}
	return false
}

// runs reports whether a declaration of variables may run code before main does.
func runs(g *ast.GenDecl) bool {
	found := false
	ast.Inspect(g, func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.CallExpr:
			found = true
		case *ast.UnaryExpr:
			found = found || x.Op == token.ARROW
		}
		return !found
	})
	return found
}

// forward is the call of a wrong function instead of the reference; false
// if the one cannot stand for the other.
func forward(ref, wrong *ast.FuncDecl, suffix string) (string, bool) {
	if ref.Type.TypeParams != nil || wrong.Type.TypeParams != nil || source.SignatureTypes(ref.Type) != source.SignatureTypes(wrong.Type) {
		return "", false
	}
	var args []string
	for _, field := range ref.Type.Params.List {
		dots := ""
		if _, ok := field.Type.(*ast.Ellipsis); ok {
			dots = "..."
		}
		if len(field.Names) == 0 {
			return "", false
		}
		for _, id := range field.Names {
			if id.Name == "_" {
				return "", false
			}
			args = append(args, id.Name+dots)
		}
	}
	call := ref.Name.Name + suffix + "(" + strings.Join(args, ", ") + ")"
	if ref.Recv != nil {
		a, b := ref.Recv.List[0], wrong.Recv.List[0]
		if len(a.Names) == 0 || a.Names[0].Name == "_" || receiver(a) != receiver(b) {
			return "", false
		}
		call = a.Names[0].Name + "." + call
	}
	if ref.Type.Results == nil {
		return call + "; return", true
	}
	return "return " + call, true
}

// receiver is a receiver's type; "" if it has type parameters.
func receiver(f *ast.Field) string {
	switch t := f.Type.(type) {
	case *ast.Ident:
		return t.Name
	case *ast.StarExpr:
		if id, ok := t.X.(*ast.Ident); ok {
			return "*" + id.Name
		}
	}
	return ""
}

// files are the package's files as they lie in a workbook.
func (m *mix) files() map[string][]byte {
	prologues := map[string]map[int]string{}
	for _, ref := range m.funcs {
		if ref.cases.Len() == 0 {
			continue
		}
		if prologues[ref.file] == nil {
			prologues[ref.file] = map[int]string{}
		}
		prologues[ref.file][ref.at] = " switch nodebookWrong { " + ref.cases.String() + "};"
	}
	dir := "lessons/" + m.pkg.Dir + "/"
	out := map[string][]byte{dir + "zz_batch.go": fmt.Appendf(nil, `package %s

import (
	"os"
	"strconv"
)

var nodebookWrong = func() int {
	n, _ := strconv.Atoi(os.Getenv(%q))
	return n
}()
`, m.name, batchVariable)}
	for name, at := range prologues {
		out["lessons/"+name] = stub.Retarget(insert(m.src[name], at))
	}
	for name, src := range m.wrong {
		out[dir+name] = src
	}
	return out
}

// insert puts texts into a source at offsets.
func insert(src []byte, at map[int]string) []byte {
	var out []byte
	last := 0
	for _, offset := range slices.Sorted(maps.Keys(at)) {
		out = append(append(out, src[last:offset]...), at[offset]...)
		last = offset
	}
	return append(out, src[last:]...)
}
