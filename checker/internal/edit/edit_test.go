package edit_test

import (
	"os"
	"path/filepath"
	"testing"

	"nodebook/checker/internal/edit"
)

const src = `package framing

import "io"

// A type between.
type Magic [4]byte

// Ping pings.
//
// And waits.
func Ping(conn io.ReadWriter) error { return nil }

func (m *Magic) String() string {
	return "}" // a brace in a text
}
`

func TestText(t *testing.T) {
	for name, want := range map[string]string{
		"Ping":         "// Ping pings.\n//\n// And waits.\nfunc Ping(conn io.ReadWriter) error { return nil }",
		"Magic.String": "func (m *Magic) String() string {\n\treturn \"}\" // a brace in a text\n}",
	} {
		if got, err := edit.Text("a.go", []byte(src), name); err != nil || got != want {
			t.Errorf("%s: got %q, %v; want %q", name, got, err, want)
		}
	}
	if _, err := edit.Text("a.go", []byte(src), "Pong"); err == nil {
		t.Error("a function that is not there was found")
	}
	if _, err := edit.Text("a.go", []byte(src+"\nfunc ("), "Ping"); err == nil {
		t.Error("a file that does not parse was read")
	}
}

func TestReplace(t *testing.T) {
	got, err := edit.Replace("a.go", []byte(src), "Ping", "func Ping() {}")
	if err != nil {
		t.Fatal(err)
	}
	if text, err := edit.Text("a.go", got, "Ping"); err != nil || text != "func Ping() {}" {
		t.Errorf("got %q, %v", text, err)
	}
	if text, _ := edit.Text("a.go", got, "Magic.String"); text == "" {
		t.Error("the function after it is gone")
	}
}

// A file is written with the permissions it had, through a link, and leaves
// nothing beside it.
func TestWriteFile(t *testing.T) {
	dir := t.TempDir()
	file, link := filepath.Join(dir, "new", "a.go"), filepath.Join(dir, "link.go")
	if err := edit.WriteFile(file, []byte("one")); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(file, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(file, link); err != nil {
		t.Fatal(err)
	}
	if err := edit.WriteFile(link, []byte("two")); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(file)
	info, serr := os.Stat(file)
	if err != nil || serr != nil || string(b) != "two" || info.Mode().Perm() != 0o600 {
		t.Errorf("got %q %v, %v %v", b, info.Mode(), err, serr)
	}
	if entries, err := os.ReadDir(filepath.Dir(file)); err != nil || len(entries) != 1 {
		t.Errorf("beside it: %v, %v", entries, err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Error("the link was replaced")
	}
}
