// Package preflight refuses, before anything is compiled, the Go code that could
// reach further than an exercise needs: packages that end the process or open
// files, variables of other packages, directives to the compiler.
//
// The hidden tests run in one process with the code that they test. What this
// package lets through is ordinary Go: it can loop, allocate, panic and print,
// and it can neither end the process well nor write to the descriptor that the
// results travel on.
package preflight

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"nodebook/checker/internal/workbook"
)

// Policy says what the code of a lesson may use.
type Policy struct {
	imports map[string]bool // standard packages
	names   map[string]bool // "os.OpenFile": names of packages of which only some may be used
	members map[string]bool // fields and methods of such packages' types that the lesson's own references use
	lessons map[string]bool // whose packages may be imported

	// Concurrent says that the lesson's references start goroutines.
	Concurrent bool
}

// always may be imported in every lesson: nothing in them reaches files,
// processes, memory or the tests.
var always = strings.Fields(`bufio bytes cmp container/heap container/list container/ring context
	crypto crypto/hmac crypto/rand crypto/sha256 crypto/sha3 crypto/sha512 crypto/subtle
	encoding encoding/base32 encoding/base64 encoding/binary encoding/hex encoding/json errors fmt
	hash hash/crc32 hash/fnv io iter maps math math/big math/bits math/cmplx math/rand math/rand/v2
	net/netip regexp slices sort strconv strings sync sync/atomic text/tabwriter time unicode unicode/utf16 unicode/utf8`)

// some packages may be imported for a few of their names.
var some = map[string][]string{
	"os": {"ErrDeadlineExceeded", "ErrNotExist", "ErrExist", "ErrClosed", "ErrInvalid", "ErrPermission", "IsTimeout", "IsNotExist", "IsExist", "IsPermission",
		"Stdout", "Stderr"},
	"os/exec": {"Command", "CommandContext", "Cmd", "Error", "ExitError", "ErrNotFound", "ErrDot", "ErrWaitDelay"},
	"log":     {"Print", "Printf", "Println", "Fatal", "Fatalf", "Fatalln", "Panic", "Panicf", "Panicln"},
	"reflect": {"DeepEqual"},
	"runtime": {"Gosched", "NumCPU", "NumGoroutine", "KeepAlive", "GC"},
}

// never may be imported whatever a reference does.
var never = strings.Fields(`C embed flag os/signal plugin runtime/debug runtime/cgo syscall testing unsafe`)

// closed are names of packages that a reference may import, which open files or
// are there to be changed by everybody.
var closed = map[string][]string{
	"fmt":        {"State", "Formatter", "FormatString", "ScanState", "Scanner"}, // fmt uses the same one for the next text
	"hash/crc32": {"MakeTable", "IEEETable"},                                     // the table that all share
	"crypto":     {"RegisterHash"},                                               // what verifies signatures takes its hash from there
	"net":        {"FileConn", "FileListener", "FilePacketConn"},
	"net/http": {"Dir", "FS", "FileServer", "FileServerFS", "FileSystem", "NewFileTransport", "NewFileTransportFS", "ServeContent", "ServeFile", "ServeFileFS",
		"ListenAndServeTLS", "ServeTLS", "DefaultServeMux", "Handle", "HandleFunc"},
	"crypto/tls": {"LoadX509KeyPair"},
}

// For is the policy of a lesson: what is always allowed, and what the references
// up to it import.
func For(b *workbook.Book, l *workbook.Lesson) (*Policy, error) {
	p := &Policy{imports: map[string]bool{}, names: map[string]bool{}, members: map[string]bool{}, lessons: map[string]bool{}}
	for _, name := range always {
		p.imports[name] = true
	}
	for pkg, names := range some {
		p.imports[pkg] = pkg != processes
		for _, name := range names {
			p.names[pkg+"."+name] = true
		}
	}
	for _, name := range append(b.Before(l), l.Name) {
		each, err := b.Lesson(name)
		if err != nil {
			return nil, err
		}
		p.lessons[name] = true
		for _, pkg := range each.Packages {
			for _, file := range pkg.Files {
				if err := p.allow(b.Solutions, file, each == l); err != nil {
					return nil, err
				}
			}
		}
	}
	return p, nil
}

// allow adds what a reference file imports. What reaches files or processes is
// allowed to its own lesson alone, name by name.
func (p *Policy) allow(fsys fs.FS, file string, own bool) error {
	src, err := fs.ReadFile(fsys, file)
	if err != nil {
		return err
	}
	f, err := parser.ParseFile(token.NewFileSet(), file, src, 0)
	if err != nil {
		return err
	}
	for _, i := range f.Imports {
		name, _ := strconv.Unquote(i.Path.Value)
		if !strings.Contains(name, "/lesson") && !slices.Contains(never, name) && (own || name != processes) {
			p.imports[name] = true
		}
	}
	if !own {
		return nil
	}
	restricted := false
	for _, i := range f.Imports {
		name, _ := strconv.Unquote(i.Path.Value)
		restricted = restricted || some[name] != nil
		p.Concurrent = p.Concurrent || name == "net/http" // a client has goroutines of its own
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			p.Concurrent = true
		case *ast.SelectorExpr:
			if id, ok := n.X.(*ast.Ident); ok && id.Obj == nil && restrictedName(id.Name) != "" {
				p.names[restrictedName(id.Name)+"."+n.Sel.Name] = true
			}
			if restricted {
				p.members[n.Sel.Name] = true
			}
			if slices.Contains(starters, n.Sel.Name) {
				p.Concurrent = true
			}
		}
		return true
	})
	return nil
}

// starters are names of what starts a goroutine for its caller.
var starters = []string{"Go", "AfterFunc"}

// restrictedName is the path of the package of that name of which only some names
// may be used; "" if there is none.
func restrictedName(name string) string {
	for pkg := range some {
		if path.Base(pkg) == name {
			return pkg
		}
	}
	return ""
}

// guarded are the names of packages that have rules.
func guarded() []string {
	var names []string
	for _, pkg := range slices.Concat(never, slices.Collect(maps.Keys(some)), slices.Collect(maps.Keys(closed))) {
		names = append(names, path.Base(pkg))
	}
	return names
}

// workbook reports whether a path is a package of a lesson that may be imported.
func (p *Policy) workbook(path string) bool {
	dir, ok := strings.CutPrefix(path, workbookPath)
	lesson, _, below := strings.Cut(dir, "/")
	return ok && (below && p.lessons[lesson] || dir == "todo")
}

const workbookPath = "nodebook/lessons/"

// processes is the package that starts processes.
const processes = "os/exec"

// Forks reports whether the lesson's code starts processes.
func (p *Policy) Forks() bool { return p.imports[processes] }

// Keep keeps the lesson's code from starting processes.
func (p *Policy) Keep() { delete(p.imports, processes) }

// Standard are the standard packages that may be imported.
func (p *Policy) Standard() (all []string) {
	for _, name := range slices.Sorted(maps.Keys(p.imports)) {
		if p.imports[name] {
			all = append(all, name)
		}
	}
	return all
}

// harmless are variables through which something shared could be reached, if
// there were anything that can be done with it.
var harmless = []string{"io.Discard", "crypto/rand.Reader"}

// instead says what to use in place of a package, or of a name of it, if that is
// known: it follows what is refused.
func instead(pkg, name string) string {
	for _, key := range []string{pkg + "." + name, pkg} {
		if s := places[key]; s != "" {
			return "; " + s
		}
	}
	return ""
}

var places = map[string]string{
	"unsafe":                   "encoding/binary turns bytes into numbers",
	"reflect":                  "a type switch or a type parameter finds a type",
	"syscall":                  "return an error instead",
	"os":                       "take what you need as a parameter, return what you found, print with fmt",
	"os.Exit":                  "return an error instead",
	"os.Getenv":                "take the setting as a parameter",
	"os.Stdout":                "write fmt.Fprintln(os.Stdout, ...)",
	"os.Stderr":                "write fmt.Fprintln(os.Stderr, ...)",
	"os/exec":                  "only the lesson about processes starts some",
	"log":                      "log.Println and log.Printf print",
	"log/slog":                 "log.Println and log.Printf print",
	"runtime":                  "exercises need none of it",
	"runtime/debug":            "fmt.Println prints, a panic has a stack",
	"testing":                  "leave tests to files that end in _test.go, which are not graded",
	"embed":                    "write the bytes as a literal",
	"flag":                     "take the setting as a parameter",
	"net/http/httptest":        "leave tests to files that end in _test.go, which are not graded",
	"encoding/gob":             "encoding/binary writes numbers as bytes",
	"C":                        "write it in Go",
	"plugin":                   "write it in Go",
	"fmt":                      "have a method String or Error",
	"hash/crc32":               "crc32.ChecksumIEEE and crc32.NewIEEE need no table",
	"net/http.DefaultServeMux": "use http.NewServeMux",
	"net/http.Handle":          "use http.NewServeMux",
	"net/http.HandleFunc":      "use http.NewServeMux",
}
