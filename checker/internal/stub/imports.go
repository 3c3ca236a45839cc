package stub

import (
	"go/ast"
	"path"
	"strconv"
	"strings"

	"nodebook/checker/internal/lazyregexp"
)

// Retarget points the imports of one tree at another:
// "nodebook/solutions/..." at "nodebook/lessons/...".
func Retarget(src []byte) []byte {
	return importPath().ReplaceAll(src, []byte(`"nodebook/lessons/`))
}

var importPath = lazyregexp.New(`"nodebook/solutions/`)

// unusedImports are the imports of f that no selector uses.
func unusedImports(f *ast.File) map[*ast.ImportSpec]bool {
	used := map[string]bool{}
	ast.Inspect(f, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if id, ok := sel.X.(*ast.Ident); ok {
				used[id.Name] = true
			}
		}
		return true
	})
	unused := map[*ast.ImportSpec]bool{}
	for _, spec := range f.Imports {
		name := ImportName(spec)
		if name != "_" && name != "." && !used[name] {
			unused[spec] = true
		}
	}
	return unused
}

var majorVersion = lazyregexp.New(`^v[0-9]+$`)

// ImportName is the name that an import goes by in its file.
func ImportName(spec *ast.ImportSpec) string {
	if spec.Name != nil {
		return spec.Name.Name
	}
	p, _ := strconv.Unquote(spec.Path.Value)
	base := path.Base(p)
	if majorVersion().MatchString(base) {
		base = path.Base(path.Dir(p))
	}
	return strings.TrimPrefix(base, "go-")
}
