package source

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"testing"
)

// A function uses what it may call; a field, a key or another module's function
// of the same name is none of it.
func TestUses(t *testing.T) {
	const src = `package p

import (
	"encoding/binary"

	"nodebook/lessons/lesson1/framing"
)

func f(bars []bar) int {
	b := bar{Nodes: 3}
	b.Nodes += len(bars[0].Nodes)
	binary.BigEndian.Uint16(nil)
	read := framing.ReadMessage
	try(decode, read)
	return b.Sum() + helper(1)
}
`
	file, err := parser.ParseFile(token.NewFileSet(), "p.go", src, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	got := uses(file.Decls[1].(*ast.FuncDecl), imports(file))
	for _, want := range []string{"ReadMessage", "try", "decode", "Sum", "helper"} {
		if !slices.Contains(got, want) {
			t.Errorf("it uses %s; got %v", want, got)
		}
	}
	for _, not := range []string{"Nodes", "BigEndian"} {
		if slices.Contains(got, not) {
			t.Errorf("it does not use %s; got %v", not, got)
		}
	}
}
