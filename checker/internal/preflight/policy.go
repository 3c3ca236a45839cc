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
	"slices"
	"strconv"
	"strings"

	"nodebook/checker/internal/workbook"
)

// Policy says what the code of a lesson may use.
type Policy struct {
	imports map[string]bool // standard packages
	names   map[string]bool // "os.OpenFile": names of packages of which only some may be used
	shared  map[string]bool // "net/http.DefaultClient": variables that refer to something shared
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
	"log":     {"Print", "Printf", "Println", "Fatal", "Fatalf", "Fatalln", "Panic", "Panicf", "Panicln"},
	"reflect": {"DeepEqual"},
	"runtime": {"Gosched", "NumCPU", "NumGoroutine", "KeepAlive", "GC"},
}

// never may be imported whatever a reference does.
var never = strings.Fields(`C embed flag os/signal plugin runtime/debug runtime/cgo syscall testing unsafe`)

// closed are names of packages that a reference may import, which open files or
// are there to be changed by everybody.
var closed = map[string][]string{
	"crypto": {"RegisterHash"}, // what verifies signatures takes its hash from there
	"net":    {"FileConn", "FileListener", "FilePacketConn"},
	"net/http": {"Dir", "FS", "FileServer", "FileServerFS", "FileSystem", "NewFileTransport", "NewFileTransportFS", "ServeContent", "ServeFile", "ServeFileFS",
		"ListenAndServeTLS", "ServeTLS", "DefaultServeMux", "Handle", "HandleFunc"},
	"crypto/tls": {"LoadX509KeyPair"},
}

// For is the policy of a lesson: what is always allowed, and what the references
// up to it import.
func For(b *workbook.Book, l *workbook.Lesson) (*Policy, error) {
	p := &Policy{imports: map[string]bool{}, names: map[string]bool{}, shared: map[string]bool{}}
	for _, name := range always {
		p.imports[name] = true
	}
	for pkg, names := range some {
		p.imports[pkg] = true
		for _, name := range names {
			p.names[pkg+"."+name] = true
		}
	}
	for _, name := range append(b.Before(l), l.Name) {
		each, err := b.Lesson(name)
		if err != nil {
			return nil, err
		}
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
		path, _ := strconv.Unquote(i.Path.Value)
		if !strings.Contains(path, "/lesson") && !slices.Contains(never, path) && (own || path != processes) {
			p.imports[path] = true
		}
	}
	if !own {
		return nil
	}
	ast.Inspect(f, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if id, ok := s.X.(*ast.Ident); ok && id.Obj == nil && some[id.Name] != nil {
				p.names[id.Name+"."+s.Sel.Name] = true
			}
		}
		return true
	})
	return nil
}

// processes is the package that starts processes.
const processes = "os/exec"

// Forks reports whether the lesson's code starts processes.
func (p *Policy) Forks() bool { return p.imports[processes] }

// Standard are the standard packages that may be imported.
func (p *Policy) Standard() []string { return slices.Sorted(maps.Keys(p.imports)) }

// Share adds a package's variable through which something shared could be
// changed: a pointer, a slice, a map or an interface that is no error.
func (p *Policy) Share(pkg, name string) { p.shared[pkg+"."+name] = true }

// harmless are variables of such types that nothing can be done with.
var harmless = []string{"io.Discard", "crypto/rand.Reader"}
