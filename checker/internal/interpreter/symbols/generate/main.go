// Generate writes what the interpreter knows of compiled packages: a table of
// values for each, and the compiler's export data of its types.
//
//	go generate ./checker/internal/interpreter/symbols
//
// packages.txt lists them; of those in known.txt only the types are kept, so that
// code beside a use of them can still be interpreted. The program uses nothing
// of the checker, so it also mends a table that no longer compiles.
package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"go/format"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

//go:embed packages.txt
var list string

//go:embed known.txt
var known string

func main() {
	log.SetFlags(0)
	log.SetPrefix("generate: ")
	dir := "."
	if len(os.Args) > 1 {
		dir = os.Args[1]
	}
	if err := run(dir); err != nil {
		log.Fatal(err)
	}
}

func run(dir string) error {
	held, err := expand(strings.Fields(list))
	if err != nil {
		return err
	}
	packages := append(slices.Clip(held), strings.Fields(known)...)
	data, err := exports(packages)
	if err != nil {
		return err
	}
	for _, old := range []string{"table_*.go", "types/*"} {
		names, err := filepath.Glob(filepath.Join(dir, old))
		if err != nil {
			return err
		}
		for _, name := range names {
			if err := os.RemoveAll(name); err != nil {
				return err
			}
		}
	}
	imp := importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(data[path])), nil
	})
	for _, path := range packages {
		p, err := imp.Import(path)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if slices.Contains(held, path) {
			if err := write(filepath.Join(dir, "table_"+ident(path)+".go"), table(p)); err != nil {
				return err
			}
		}
		at := filepath.Join(dir, "types", filepath.FromSlash(path)+".x")
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(at, data[path], 0o644); err != nil {
			return err
		}
	}
	return write(filepath.Join(dir, "table_all.go"), all(held))
}

// expand turns patterns into the packages that they mean, without programs and
// without packages that hold nothing. A package after a minus is left out.
func expand(patterns []string) ([]string, error) {
	var left []string
	patterns = slices.DeleteFunc(patterns, func(p string) bool {
		name, ok := strings.CutPrefix(p, "-")
		if ok {
			left = append(left, name)
		}
		return ok
	})
	cmd := exec.Command("go", append([]string{"list", "-f", "{{if ne .Name \"main\"}}{{.ImportPath}}{{end}}"}, patterns...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	return slices.DeleteFunc(strings.Fields(string(out)), func(p string) bool { return slices.Contains(left, p) }), err
}

// exports is the export data of each package: the beginning of its archive,
// without the code behind it.
func exports(packages []string) (map[string][]byte, error) {
	cmd := exec.Command("go", append([]string{"list", "-trimpath", "-export", "-f", "{{.ImportPath}} {{.Export}}"}, packages...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, err
	}
	data := map[string][]byte{}
	for line := range strings.Lines(string(out)) {
		path, file, _ := strings.Cut(strings.TrimSpace(line), " ")
		b, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		const magic, head = len("!<arch>\n"), 60
		var size int
		if _, err := fmt.Sscan(string(b[magic+48:magic+58]), &size); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		data[path] = b[:magic+head+size]
	}
	return data, nil
}

// table is the source of one package's table: its functions, variables and
// types. Constants need no table: the type checker knows their values.
func table(p *types.Package) string {
	var rows strings.Builder
	for _, name := range p.Scope().Names() {
		obj := p.Scope().Lookup(name)
		if !obj.Exported() {
			continue
		}
		switch obj := obj.(type) {
		case *types.Func:
			if obj.Signature().TypeParams() == nil {
				fmt.Fprintf(&rows, "%q: reflect.ValueOf(p.%s),\n", name, name)
			}
		case *types.Var:
			fmt.Fprintf(&rows, "%q: reflect.ValueOf(&p.%s).Elem(),\n", name, name)
		case *types.TypeName:
			if !generic(obj) && !constraint(obj) {
				fmt.Fprintf(&rows, "%q: reflect.ValueOf((*p.%s)(nil)),\n", name, name)
			}
		}
	}
	imports := fmt.Sprintf("p %q\n\"reflect\"", p.Path())
	if !strings.Contains(rows.String(), "p.") {
		imports = `"reflect"`
	}
	return fmt.Sprintf("import (\n%s\n)\n\nfunc %s() map[string]reflect.Value {\nreturn map[string]reflect.Value{\n%s}\n}\n", imports, fn(p.Path()), rows.String())
}

func generic(t *types.TypeName) bool {
	switch t := t.Type().(type) {
	case *types.Named:
		return t.TypeParams().Len() > 0
	case *types.Alias:
		return t.TypeParams().Len() > 0
	}
	return false
}

// constraint tells whether t is an interface that is no type of values.
func constraint(t *types.TypeName) bool {
	i, ok := t.Type().Underlying().(*types.Interface)
	return ok && !i.IsMethodSet()
}

func all(packages []string) string {
	var b strings.Builder
	b.WriteString("import \"reflect\"\n\nvar tables = map[string]func() map[string]reflect.Value{\n")
	for _, path := range packages {
		fmt.Fprintf(&b, "%q: %s,\n", path, fn(path))
	}
	b.WriteString("}\n")
	return b.String()
}

func ident(path string) string {
	return strings.NewReplacer("/", "_", ".", "_", "-", "_").Replace(path)
}

func fn(path string) string { return "table_" + ident(path) }

func write(file, body string) error {
	src, err := format.Source([]byte("// Code generated by generate/main.go. DO NOT EDIT.\n\npackage symbols\n\n" + body))
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return os.WriteFile(file, src, 0o644)
}
