package preflight_test

import (
	"io/fs"
	"strings"
	"testing"

	"nodebook/checker/internal/preflight"
	"nodebook/checker/internal/stub"
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
		for _, v := range []string{"net/http.DefaultTransport", "net/http.DefaultClient", "encoding/base64.StdEncoding", "time.UTC", "unicode.Categories", "crypto/rand.Reader", "net.IPv4zero"} {
			pkg, name, _ := strings.Cut(v, ".")
			all[l.Name].Share(pkg, name)
		}
	}
	return b, all
}

func TestReferencesPass(t *testing.T) {
	b, all := policies(t)
	for name, p := range all {
		l, _ := b.Lesson(name)
		for _, pkg := range l.Packages {
			for _, file := range pkg.Files {
				src, _ := fs.ReadFile(b.Solutions, file)
				for _, x := range p.Check("lessons/"+file, stub.Retarget(src)) {
					t.Error(x)
				}
			}
		}
	}
}

func TestCheck(t *testing.T) {
	_, all := policies(t)
	for _, c := range []struct{ name, lesson, src, want string }{
		{"plain", "lesson1", "import (\"io\"; \"fmt\"); func f(e error) { fmt.Println(e == io.EOF) }", ""},
		{"local name", "lesson1", "import \"io\"; var _ = io.EOF; type s struct{EOF error}; func f(io s) { io.EOF = nil }", ""},
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
		{"goexit", "lesson1", "import \"runtime\"; func f() { runtime.Goexit() }", "runtime.Goexit"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := all[c.lesson].Check("x.go", []byte("package p; "+c.src))
			switch {
			case c.want == "" && len(got) > 0:
				t.Errorf("refused: %v", got)
			case c.want != "" && (len(got) == 0 || !strings.Contains(got[0].String(), c.want)):
				t.Errorf("got %v, want a refusal that says %q", got, c.want)
			}
		})
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
