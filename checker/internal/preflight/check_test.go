package preflight_test

import (
	"go/importer"
	"go/token"
	"go/types"
	"strings"
	"sync"
	"testing"

	"nodebook/checker/internal/preflight"
	"nodebook/checker/internal/report"
	"nodebook/checker/internal/workbook"
	"nodebook/lessons"
	"nodebook/solutions"
)

func policies(t *testing.T) (*workbook.Book, map[string]*preflight.Policy) {
	b, err := workbook.New(solutions.Files, lessons.Files)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]*preflight.Policy{}
	for _, name := range b.Names() {
		l, err := b.Lesson(name)
		if err != nil {
			t.Fatal(err)
		}
		if all[name], err = preflight.For(b, l); err != nil {
			t.Fatal(err)
		}
	}
	return b, all
}

// imported gives the types of standard packages, all tests the same.
var imported = sync.OnceValue(func() types.Importer { return importer.ForCompiler(token.NewFileSet(), "gc", nil) })

// look is all that is said of a file.
func look(t *testing.T, p *preflight.Policy, src string, alone bool) []report.Problem {
	t.Helper()
	if all := p.Check("lessons/lesson1/framing/x.go", []byte(src)); len(all) > 0 {
		return all
	}
	_, all, err := p.Types(&preflight.Code{Path: "nodebook/lessons/lesson1/framing", Names: []string{"x.go"}, Files: map[string][]byte{"x.go": []byte(src)},
		Import: imported().Import, Lang: "go1.26", Alone: alone, Inside: true})
	if err != nil {
		t.Error(err)
	}
	return all
}

func TestCheck(t *testing.T) {
	_, all := policies(t)
	for _, c := range []struct{ name, lesson, src, want string }{
		{"plain", "lesson1", "import (\"io\"; \"fmt\"); func f(e error) { fmt.Println(e == io.EOF) }", ""},
		{"local name", "lesson1", "import \"io\"; var _ = io.EOF; type s struct{EOF error}; func f(io s) { io.EOF = nil; _ = io }", ""},
		{"os", "lesson1", "import \"os\"; func init() { os.Exit(0) }", "x.go:1:39: refused when a class is graded: os.Exit"},
		{"os sentinel", "lesson1", "import (\"os\"; \"errors\"); func f(e error) bool { return errors.Is(e, os.ErrDeadlineExceeded) }", ""},
		{"os.Args", "lesson1", "import \"os\"; func init() { os.Args = nil }", "os.Args"},
		{"stderr", "lesson1", "import (\"os\"; \"fmt\"); func f() { fmt.Fprintln(os.Stderr, 1) }", ""},
		{"stderr closed", "lesson1", "import \"os\"; func f() { os.Stderr.Close() }", "os.Stderr other than"},
		{"renamed", "lesson1", "import x \"syscall\"; func f() { x.Exit(0) }", `import "syscall"`},
		{"dot", "lesson1", "import . \"fmt\"; func f() { Println() }", "dot"},
		{"cgo", "lesson1", "import \"C\"", `import "C"`},
		{"unsafe", "lesson1", "import _ \"unsafe\"", `import "unsafe"`},
		{"linkname", "lesson1", "\n//go:linkname a b\nfunc a() {}", "//go:linkname"},
		{"line", "lesson1", "\n//line other.go:1\nfunc a() {}", "line directive"},
		{"build", "lesson1", "\n//go:build linux\n", "//go:build"},
		{"no body", "lesson1", "func a()", "without a body"},
		{"EOF", "lesson1", "import \"io\"; func init() { io.EOF = nil }", "io.EOF: it belongs"},
		{"EOF's address", "lesson1", "import \"io\"; var p = &io.EOF", "io.EOF: it belongs"},
		{"EOF in a range", "lesson1", "import \"io\"; func init() { for _, io.EOF = range []error{nil} {} }", "io.EOF: it belongs"},
		{"EOF among others", "lesson1", "import \"io\"; func init() { var x int; x, (io.EOF) = 1, nil; _ = x }", "io.EOF: it belongs"},
		{"literal's address", "lesson1", "import \"bytes\"; var p = &bytes.Buffer{}", ""},
		{"http", "lesson1", "import \"net/http\"; var _ = http.Get", `import "net/http"`},
		{"http transport", "lesson3", "import \"net/http\"; func init() { http.DefaultTransport = nil }", "DefaultTransport"},
		{"http transport by alias", "lesson3", "import \"net/http\"; func init() { c := http.DefaultClient; c.Transport = nil }", "DefaultClient other than"},
		{"http client used", "lesson3", "import \"net/http\"; func f() { http.DefaultClient.Get(\"x\") }", ""},
		{"http files", "lesson3", "import \"net/http\"; var d = http.Dir(\"/\")", "http.Dir"},
		{"encoding used", "lesson1", "import \"encoding/base64\"; var s = base64.StdEncoding.EncodeToString(nil)", ""},
		{"http default mux", "lesson3", "import \"net/http\"; func init() { http.HandleFunc(\"/\", nil) }", "http.HandleFunc"},
		{"client by JSON", "lesson3", "import (\"net/http\"; \"encoding/json\"); func init() { json.Unmarshal(nil, http.DefaultClient) }", "DefaultClient other than"},
		{"client by an echo", "lesson3", "import (\"net/http\"; \"cmp\"); func init() { cmp.Or(http.DefaultClient).Transport = nil }", "DefaultClient other than"},
		{"bytes sorted", "lesson3", "import (\"net\"; \"slices\"); func init() { slices.Reverse(net.IPv4zero) }", "IPv4zero other than"},
		{"bytes by index", "lesson3", "import \"net\"; func f() bool { return net.IPv4zero[0] == 0 }", ""},
		{"tables ranged over", "lesson1", "import \"unicode\"; func init() { for _, t := range unicode.Categories { t.R16 = nil } }", "Categories other than"},
		{"a table by its name", "lesson1", "import \"unicode\"; func init() { t := unicode.Categories[\"L\"]; t.R16 = nil }", "Categories other than"},
		{"a table used", "lesson1", "import \"unicode\"; func f(r rune) bool { return unicode.Is(unicode.Categories[\"L\"], r) }", ""},
		{"printed", "lesson1", "import (\"fmt\"; \"time\"); func f() { fmt.Println(time.UTC) }", ""},
		{"scanned into", "lesson1", "import (\"fmt\"; \"time\"); func f() { fmt.Sscan(\"\", time.UTC) }", "UTC other than"},
		{"a transport of its own", "lesson3", "import \"net/http\"; var t = http.DefaultTransport.(*http.Transport).Clone()", ""},
		{"a protocol for all", "lesson3", "import \"net/http\"; func init() { http.DefaultTransport.(*http.Transport).RegisterProtocol(\"http\", nil) }", "RegisterProtocol"},
		{"encoding kept", "lesson1", "import \"encoding/base64\"; var e = base64.StdEncoding", "StdEncoding other than"},
		{"UTC", "lesson1", "import \"time\"; func f(t time.Time) time.Time { return t.In(time.UTC) }", ""},
		{"Date", "lesson1", "import \"time\"; var t = time.Date(1, 2, 3, 4, 5, 6, 7, time.UTC)", ""},
		{"file of a connection", "lesson3", "import \"net\"; func f(c *net.TCPConn) { c.File() }", "File"},
		{"bidi", "lesson1", "var s = \"\u202e\"", "U+202E"},
		{"NUL", "lesson1", "var s = \"\x00\"", "NUL"},
		{"not UTF-8", "lesson1", "var s = \"\xff\"", "not UTF-8"},
		{"a command's environment", "lesson4", "import \"os/exec\"; var e = exec.Command(\"x\").Environ()", "Environ"},
		{"a hash for all", "lesson5", "import (\"crypto\"; \"crypto/sha512\"); func init() { crypto.RegisterHash(crypto.SHA512, sha512.New384) }", "crypto.RegisterHash"},
		{"a shadowed package", "lesson1", "import (\"os\"; \"fmt\"); var _ = os.ErrNotExist; func f() { fmt := writer{}; fmt.Fprintln(os.Stdout) }; type writer struct{}; func (writer) Fprintln(x any) { x.(interface{ Close() error }).Close() }; var _ = fmt.Sprint", "os.Stdout other than"},
		{"own len", "lesson1", "import \"unicode\"; func len[T any](x T) T { return x }; func init() { len(unicode.Categories)[\"L\"] = nil }", "Categories other than"},
		{"own Equal", "lesson3", "import \"net\"; type s struct{}; func (s) Equal(x net.IP) { x[0] = 1 }; func init() { s{}.Equal(net.IPv4zero) }", "IPv4zero other than"},
		{"a method value", "lesson3", "import \"net\"; func f(c *net.TCPConn) any { g := c.File; return g }", "File of a type of package net"},
		{"a method expression", "lesson3", "import \"net\"; var g = (*net.TCPConn).SyscallConn", "SyscallConn of a type"},
		{"an embedded connection", "lesson3", "import \"net\"; type c struct{ *net.TCPConn }; func f(x c) { x.SyscallConn() }", "SyscallConn of a type"},
		{"an interface for it", "lesson3", "import \"net\"; type fd interface { SyscallConn() (any, error) }; func f(c net.Conn) { _, _ = c.(fd) }", "an interface with a method SyscallConn"},
		{"own File", "lesson1", "type t struct{}; func (t) File() {}; func f(x t) { x.File() }", ""},
		{"an alias", "lesson3", "import \"net\"; type c = net.TCPConn; func f(x *c) { x.File() }", "File of a type"},
		{"a defined type", "lesson4", "import \"os/exec\"; type c exec.Cmd; func f(x *c) { x.ExtraFiles = nil }", "ExtraFiles of a type"},
		{"system attributes", "lesson4", "import \"os/exec\"; func zero[T any](*T) *T { return new(T) }; func f(c *exec.Cmd) { c.SysProcAttr = zero(c.SysProcAttr) }", "SysProcAttr"},
		{"processes elsewhere", "lesson5", "import \"os/exec\"; var c exec.Cmd", `import "os/exec"`},
		{"UTC moved", "lesson1", "import \"time\"; func init() { *time.Now().UTC().Location() = time.Location{} }", "over a time.Location"},
		{"UTC moved by a name", "lesson1", "import \"time\"; func init() { p := time.Now().UTC().Location(); var q time.Location; *p = q }", "over a time.Location"},
		{"UTC moved by a type parameter", "lesson1", "import \"time\"; func set[T any](p *T) { var x T; *p = x }; func init() { set(time.Now().Location()) }", "time.Location as a type argument"},
		{"UTC moved by a generic type", "lesson1", "import \"time\"; type box[T any] struct{ p *T }; func (b box[T]) set() { var x T; *b.p = x }; func init() { box[time.Location]{time.UTC}.set() }", "time.Location as a type argument"},
		{"UTC moved by conversion", "lesson1", "import \"time\"; type l time.Location; func init() { p := (*l)(time.Now().Location()); *p = l{} }", "converted to one to another type"},
		{"checksums changed", "lesson1", "import \"hash/crc32\"; func init() { crc32.MakeTable(crc32.IEEE)[1] = 7 }", "crc32.MakeTable"},
		{"checksums used", "lesson1", "import \"hash/crc32\"; func f(b []byte) uint32 { return crc32.ChecksumIEEE(b) }", ""},
		{"a resolver's goroutine", "lesson7", "import (\"net\"; \"context\"); var r = net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) { return nil, nil }}", "Dial of a net.Resolver"},
		{"a dialer used", "lesson2", "import \"net\"; func f(d *net.Dialer) { d.Dial(\"tcp\", \"x\") }", ""},
		{"a copied timer", "lesson1", "import \"time\"; func f(t *time.Timer) { x := *t; x.Stop() }", "a copy of a time.Timer"},
		{"a ticker in an interface", "lesson1", "import \"time\"; func f(t *time.Ticker) any { return (*(t)) }", "a copy of a time.Ticker"},
		{"a timer copied by a type parameter", "lesson1", "import \"time\"; func at[T any](p *T) T { return *p }; func f(t *time.Timer) { x := at(t); x.Stop() }", "time.Timer as a type argument"},
		{"a timer copied by a pointer's type", "lesson1", "import \"time\"; type p *time.Timer; func f(t p) { x := *t; x.Stop() }", "a copy of a time.Timer"},
		{"a timer copied by a constraint", "lesson1", "import \"time\"; func f[P interface{ *time.Timer }](t P) { x := *t; x.Stop() }", "a copy of a time.Timer"},
		{"a timer used", "lesson1", "import \"time\"; type s struct { t *time.Timer }; func f(x s) { (*x.t).Stop(); x.t.Reset(1); <-x.t.C }", ""},
		{"a decoder in one function", "lesson1", "import (\"io\"; \"encoding/json\"); func f(r io.Reader) error { d := json.NewDecoder(r); d.UseNumber(); var x any; json.NewDecoder(r).Decode(&x); return d.Decode(&x) }", ""},
		{"a decoder of two goroutines", "lesson4", "import (\"io\"; \"encoding/json\"); func f(r io.Reader) { d := json.NewDecoder(r); func() { d.More() }() }", "d is a json.Decoder"},
		{"a decoder by a method value", "lesson4", "import (\"io\"; \"encoding/json\"); func f(r io.Reader) { d := json.NewDecoder(r); g := d.More; go g() }", "d is a json.Decoder"},
		{"a decoder's goroutine", "lesson4", "import (\"io\"; \"encoding/json\"); func f(r io.Reader) { d := json.NewDecoder(r); _ = d.More(); go json.NewDecoder(r).More() }", "json.NewDecoder other than"},
		{"a decoder after go", "lesson4", "import (\"io\"; \"encoding/json\"); func f(r io.Reader) { d := json.NewDecoder(r); go d.More() }", "d is a json.Decoder"},
		{"a decoder that is kept", "lesson4", "import \"encoding/json\"; type s struct { d *json.Decoder }", "json.Decoder other than"},
		{"a decoder of the package", "lesson4", "import \"encoding/json\"; var d = json.NewDecoder(nil)", "json.NewDecoder other than"},
		{"a decoder's maker", "lesson4", "import \"encoding/json\"; var mk = json.NewDecoder; var d = mk(nil)", "json.NewDecoder other than"},
		{"a regular expression", "lesson4", "import \"regexp\"; var x = regexp.MustCompile(\"x\")", "use strings"},
		{"a kept state", "lesson1", "import \"fmt\"; var kept fmt.State; type e struct{}; func (e) Format(s fmt.State, r rune) { kept = s }", "fmt.State; have a method"},
		{"a state by inference", "lesson1", "import \"fmt\"; type e[S any] struct{ kept S }; func (e[S]) Format(s S, r rune) {}; func mk[S any](func(S, rune) string) e[S] { return e[S]{} }; var x = mk(fmt.FormatString)", "fmt.State as a type argument"},
		{"a goroutine", "lesson1", "func f() { go f() }", "go statement: this lesson needs no goroutine"},
		{"a goroutine elsewhere", "lesson4", "func f() { go f() }", ""},
		{"a timer's goroutine", "lesson1", "import \"time\"; var f = time.AfterFunc", "time.AfterFunc"},
		{"a group's goroutine", "lesson1", "import \"sync\"; type g struct{ sync.WaitGroup }; func (x *g) run() { x.Go(x.run) }", "WaitGroup.Go"},
		{"a context's goroutine", "lesson1", "import \"context\"; type c struct{ context.Context }; var x c; func (c) Done() <-chan struct{} { return nil }", "a context of your own"},
		{"a context of parts", "lesson1", "import \"context\"; type e struct{}; func (e) Err() error { return nil }; type in struct{ context.Context }; func f(c context.Context) { type out struct { in; e }; context.WithCancel(out{in: in{c}}) }", "a context of your own"},
		{"a context used", "lesson1", "import \"context\"; func f(c context.Context) { context.WithCancel(c) }", ""},
		{"a renamed import", "lesson1", "import x \"os\"; func f() { x.Exit(0) }", "os.Exit; return an error instead"},
		{"logging", "lesson1", "import \"log\"; func f() { log.Println(1) }", ""},
		{"a log of one's own", "lesson1", "import \"log\"; func f() { log.SetOutput(nil) }", "log.SetOutput"},
		{"a function in a field", "lesson3", "import \"net\"; var d = net.Dialer{Control: nil}", "Control of a type"},
		{"a constraint behind a tab", "lesson1", "\n//\t+build never\n", "a build constraint"},
		{"UTC moved by conversion to a type parameter", "lesson1", "import \"time\"; type l time.Location; func to[Q interface{ *l }](p *time.Location) Q { return Q(p) }; func init() { *to[*l](time.Now().Location()) = l{} }", "converted to one to another type"},
		{"UTC moved by a union", "lesson1", "import \"time\"; type l time.Location; type q interface{ ~*l | *time.Location }; func to[Q interface { q; any }](p *time.Location) Q { return Q(p) }", "converted to one to another type"},
		{"a conversion of one's own", "lesson1", "type a struct{}; type b a; func to[Q interface{ *b }](p *a) Q { return Q(p) }; var x, y = to[*b](nil), any(new(a))", ""},
		{"a part of an address", "lesson3", "import \"net\"; func init() { net.IPv4zero.To4()[0] = 9 }", "IPv4zero other than"},
		{"a part of an address, kept", "lesson3", "import \"net\"; var p = net.IPv6loopback.To16()", "IPv6loopback other than"},
		{"an address told", "lesson3", "import \"net\"; var s = net.IPv4zero.String()", ""},
		{"nothing appended", "lesson3", "import (\"fmt\"; \"net\"); func init() { fmt.Append(net.IPv4zero)[0] = 9 }", "IPv4zero other than"},
		{"the mask of all", "lesson3", "import \"net\"; func init() { net.ParseIP(\"10.0.0.1\").DefaultMask()[0] = 0 }", "DefaultMask of a type"},
		{"a descriptor in a message", "lesson4", "import \"net\"; func f(c *net.UnixConn) { c.WriteMsgUnix(nil, make([]byte, 24), nil) }", "WriteMsgUnix of a type"},
		{"a long constant", "lesson1", "func f() int { const a = \"" + strings.Repeat("x", 64<<10) + "\"; const b = a + a + a + a; const c = (b + b) + b + b; return len(c + string(c)) }", "a constant text of more than 1024 KiB"},
		{"a constant of itself", "lesson1", "const a = \"xy\"; func f() { const a = a + a; _ = a }", "a constant text of more than"},
		{"texts joined", "lesson1", "const a, b = \"x\", a + a; const n = 1; func f(s string) string { const n = n + 1; return s + s + a + b }", ""},
		{"goexit", "lesson1", "import \"runtime\"; func f() { runtime.Goexit() }", "runtime.Goexit"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := look(t, all[c.lesson], "package p; "+c.src, c.lesson == "lesson1" || c.lesson == "lesson7")
			switch {
			case c.want == "" && len(got) > 0:
				t.Errorf("refused: %v", got)
			case c.want != "" && (len(got) == 0 || !strings.Contains(got[0].String(), c.want)):
				t.Errorf("got %v, want a refusal that says %q", got, c.want)
			}
		})
	}
	for _, pkg := range []string{"os", "testing", "http", "unsafe"} {
		if got := all["lesson1"].Check("lessons/lesson1/framing/x.go", []byte("package "+pkg)); len(got) == 0 || !strings.Contains(got[0].Message, "give it another name") {
			t.Errorf("a package %s: %v", pkg, got)
		}
	}
	if got := all["lesson1"].Check("lessons/lesson1/os/x.go", []byte("package p")); len(got) == 0 {
		t.Error("a folder os is not refused")
	}
	for imported, ok := range map[string]bool{"lesson1/own": true, "lesson2/version": false, "lesson9/x": false, "lesson1": false, "todo": true} {
		got := all["lesson1"].Check("lessons/lesson1/framing/x.go", []byte("package framing; import _ \"nodebook/lessons/"+imported+"\""))
		if ok != (len(got) == 0) {
			t.Errorf("import of %s: %v", imported, got)
		}
	}
	for _, name := range []string{"a_windows.go", "a_linux_amd64.go", "a_arm64.go", "a_b_js.go", "a_windows.x.go"} {
		if len(all["lesson1"].Check("lessons/"+name, []byte("package p"))) == 0 {
			t.Errorf("%s is not refused", name)
		}
	}
	for _, name := range []string{"linux.go", "time_unix.go", "a_linux_notes.go", "x.windows.go"} {
		if got := all["lesson1"].Check("lessons/"+name, []byte("package p")); len(got) > 0 {
			t.Error(got)
		}
	}
}
