package stub

import (
	"fmt"
	"go/ast"
	"go/printer"
	"go/token"
	"strings"
)

// Types are the named types of a package, by name.
type Types map[string]ast.Expr

// body is the body of a stub of fn, braces included.
func (t Types) body(fn *ast.FuncDecl) (string, error) {
	if fn.Type.Results == nil || len(fn.Type.Results.List) == 0 {
		return "{\n}", nil
	}
	params := map[string]bool{}
	if fn.Type.TypeParams != nil {
		for _, f := range fn.Type.TypeParams.List {
			for _, n := range f.Names {
				params[n.Name] = true
			}
		}
	}
	var values []string
	for _, r := range fn.Type.Results.List {
		z, err := t.zero(r.Type, params, 0)
		if err != nil {
			return "", err
		}
		for range max(1, len(r.Names)) {
			values = append(values, z)
		}
	}
	return "{\n\treturn " + strings.Join(values, ", ") + "\n}", nil
}

var basic = map[string]string{
	"bool": "false", "string": `""`, "error": "todo.Err", "any": "nil",
	"int": "0", "int8": "0", "int16": "0", "int32": "0", "int64": "0", "rune": "0",
	"uint": "0", "uint8": "0", "uint16": "0", "uint32": "0", "uint64": "0", "byte": "0", "uintptr": "0",
	"float32": "0", "float64": "0",
}

// foreign are types of other packages that are not structs.
var foreign = map[string]string{
	"time.Duration": "0", "time.Month": "0", "time.Weekday": "0",
	"io.Reader": "nil", "io.Writer": "nil", "io.ReadWriter": "nil", "io.ReadCloser": "nil", "io.WriteCloser": "nil",
	"net.Conn": "nil", "net.Listener": "nil", "net.Addr": "nil", "net.IP": "nil", "fs.FS": "nil",
	"http.Handler": "nil", "http.RoundTripper": "nil", "json.RawMessage": "nil", "context.Context": "nil",
	"iter.Seq": "nil", "iter.Seq2": "nil", "framing.Magic": "0", "version.Services": "0",
}

// zero writes the zero value of a type.
func (t Types) zero(x ast.Expr, params map[string]bool, depth int) (string, error) {
	switch x := x.(type) {
	case *ast.Ident:
		if z, ok := basic[x.Name]; ok {
			return z, nil
		}
		if params[x.Name] {
			return "*new(" + x.Name + ")", nil
		}
		under, ok := t[x.Name]
		if !ok || depth > 10 {
			return "", fmt.Errorf("no type %s in this package", x.Name)
		}
		z, err := t.zero(under, params, depth+1)
		if err != nil || !strings.HasSuffix(z, "{}") {
			return z, err
		}
		return x.Name + "{}", nil
	case *ast.StarExpr, *ast.MapType, *ast.ChanType, *ast.FuncType, *ast.InterfaceType:
		return "nil", nil
	case *ast.ArrayType:
		if x.Len == nil {
			return "nil", nil
		}
		return text(x) + "{}", nil
	case *ast.StructType:
		return text(x) + "{}", nil
	case *ast.IndexExpr:
		return t.generic(x.X, x, params, depth)
	case *ast.IndexListExpr:
		return t.generic(x.X, x, params, depth)
	case *ast.SelectorExpr:
		if z, ok := foreign[text(x)]; ok {
			return z, nil
		}
		return text(x) + "{}", nil
	}
	return "", fmt.Errorf("no zero value known for %s", text(x))
}

// generic is the zero value of an instantiated type.
func (t Types) generic(base, whole ast.Expr, params map[string]bool, depth int) (string, error) {
	z, err := t.zero(base, params, depth+1)
	if err != nil || !strings.HasSuffix(z, "{}") {
		return z, err
	}
	return text(whole) + "{}", nil
}

func text(x ast.Expr) string {
	var b strings.Builder
	printer.Fprint(&b, token.NewFileSet(), x)
	return b.String()
}
