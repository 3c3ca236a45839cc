// Package edit finds and changes single functions in a learner's files, and
// writes files so that nothing is ever lost half-way.
package edit

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"nodebook/fixtures/unwritten"
	"os"
	"path/filepath"
)

// Span is the place of a function in its file: byte offsets from its doc
// comment, if it has one, to behind its closing brace.
type Span struct {
	From, To int
	Line     int // of From, from 1
}

// Func finds a function (a method as Type.Method) in a file.
func Func(file string, src []byte, name string) (Span, error) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, file, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return Span{}, err
	}
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || unwritten.FuncName(fn) != name {
			continue
		}
		from := fset.Position(fn.Pos())
		if fn.Doc != nil {
			from = fset.Position(fn.Doc.Pos())
		}
		return Span{from.Offset, fset.Position(fn.End()).Offset, from.Line}, nil
	}
	return Span{}, fmt.Errorf("%s: there is no function %s", file, name)
}

// Text is the source of a function.
func Text(file string, src []byte, name string) (string, error) {
	s, err := Func(file, src, name)
	if err != nil {
		return "", err
	}
	return string(src[s.From:s.To]), nil
}

// Replace replaces a function with text.
func Replace(file string, src []byte, name, text string) ([]byte, error) {
	s, err := Func(file, src, name)
	if err != nil {
		return nil, err
	}
	return append(append(append([]byte{}, src[:s.From]...), text...), src[s.To:]...), nil
}

// WriteFile writes a file whole or not at all, and keeps the permissions of
// one that is there. What a link points to is written, not the link.
func WriteFile(file string, b []byte) error {
	if real, err := filepath.EvalSymlinks(file); err == nil {
		file = real
	}
	mode := os.FileMode(0o644)
	if info, err := os.Stat(file); err == nil {
		mode = info.Mode().Perm()
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(file), ".nodebook-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(b)
	if err := cmp.Or(err, tmp.Chmod(mode), tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), file)
}
