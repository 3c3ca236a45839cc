package author

import (
	"go/ast"
	"go/parser"
	"go/token"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMutants_changes(t *testing.T) {
	const src = `package p

func f(b []byte) (int, error) {
	if len(b) < 4 || !ok(b) {
		return 0, errShort
	}
	x := make([]byte, 2, 9)
	for i := range b {
		if b[i] == 7 {
			break
		}
		x[0] += b[i]
	}
	if ok(x) {
		panic("no" + "such")
	}
	return 5, nil
}
`
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "f.go", src, 0)
	require.NoError(t, err)
	var got []string
	for _, c := range changes(f.Decls[0].(*ast.FuncDecl).Body) {
		got = append(got, c.mark([]byte(src), fset.Position(c.pos).Offset))
	}
	require.Equal(t, []string{
		"if len(b) < 4 [|| -> &&] !ok(b) {",
		"if len(b) [< -> <=] 4 || !ok(b) {",
		"if len(b) [< -> >=] 4 || !ok(b) {",
		"if len(b) < [4 -> 5] || !ok(b) {",
		"if len(b) < 4 || [! -> ]ok(b) {",
		"x := make([]byte, [2 -> 3], 9)",
		"if b[i] [== -> !=] 7 {",
		"if b[i] == [7 -> 8] {",
		"[break -> continue]",
		"x[0] [+= -> -=] b[i]",
		"x[[0 -> 1]] += b[i]",
		"if [ -> !]ok(x) {",
		"return [5 -> 6], nil",
	}, got)
}

func TestMutants_omissions(t *testing.T) {
	const src = `package p

func f(w *W, b []byte) error {
	defer w.close()
	n := 0
	if err := w.put(
		b); err != nil {
		return err
	}
	switch {
	case n == 0:
		n = 5
	}
	w.tell(func() {
		n++
	})
	return nil
}
`
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "f.go", src, 0)
	require.NoError(t, err)
	at := func(p token.Pos) int { return fset.Position(p).Offset }
	var got []string
	for _, c := range omissions(f.Decls[0].(*ast.FuncDecl).Body, func(n ast.Node) string { return src[at(n.Pos()):at(n.End())] }) {
		got = append(got, c.mark([]byte(src), at(c.pos)))
		changed := src[:at(c.pos)] + c.to + src[at(c.pos)+len(c.from):]
		_, err := parser.ParseFile(token.NewFileSet(), "f.go", changed, 0)
		require.NoError(t, err, changed)
	}
	require.Equal(t, []string{
		"[defer w.close() -> left out]",
		"[w.tell(func() { ... -> left out]",
		"b); [err != nil -> left out] {",
		"[n = 5 -> left out]",
		"[n++ -> left out]",
	}, got)
}
