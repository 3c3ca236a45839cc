package cell

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// marker is the function that tells where the output of the run cell begins, pid
// the one that tells the process, lead the one that leads an interpreted program's output to us, tell the one
// that tells, at its end, which statement was the last: atLine of atCell; drop takes
// the value of a line that nobody wants to see.
const (
	marker = "nodebookBegin"
	pid    = "nodebookPID"
	lead   = "nodebookLead"
	tell   = "nodebookTell"
	atCell = "nodebookCell"
	atLine = "nodebookLine"
	drop   = "nodebookDrop"
)

// finish adds the imports: those that the cells name and use, and those that
// are found by name.
func (b *builder) finish(cells []*parsed, out *Program) {
	body := b.decls.String() + "func main() {\n" + b.body.String() + "}\n"
	named := maps.Clone(b.imports)
	for _, p := range cells {
		maps.Copy(named, p.imports())
	}
	var lines []string
	for _, name := range b.unresolved(body) {
		text, ok := named[name]
		if !ok {
			path, found := b.pkgs[name]
			if !found {
				continue
			}
			text = strconv.Quote(path)
		}
		delete(named, name)
		lines = append(lines, text)
	}
	for name, text := range named {
		if name == "_" || name == "." {
			lines = append(lines, text)
		}
	}
	slices.Sort(lines)
	for _, l := range lines {
		path, _ := strconv.Unquote(l[strings.IndexByte(l, '"'):])
		out.Imports = append(out.Imports, path)
	}
	imports := "import (\n" + strings.Join(lines, "\n") + "\n)\n"
	if path := from[b.last]; path != "" {
		imports += "import " + valuePackage + " " + strconv.Quote(path) + "\n"
		out.Imports = append(out.Imports, path)
	}
	head := "package main\n\nimport nodebookOS \"os\"\nimport nodebookText \"strconv\"\n" + imports + markerFunc
	out.Source = head + b.decls.String() + "func main() {\n" + pid + "()\n" + b.body.String() + "}\n"
	out.Led = head + leadFunc +
		b.decls.String() + "func main() {\n" + lead + "()\ndefer " + tell + "()\n" + b.body.String() + "}\n"
}

const markerFunc = `
func ` + marker + `() {
	if m := nodebookOS.Getenv("` + markVariable + `"); m != "" {
		nodebookOS.Stdout.WriteString("\x1e" + m + " begin\n")
	}
}

func ` + pid + `() {
	if m := nodebookOS.Getenv("` + markVariable + `"); m != "" {
		nodebookOS.Stdout.WriteString("\x1e" + m + " pid " + nodebookText.Itoa(nodebookOS.Getpid()) + "\n")
	}
}

var ` + atCell + `, ` + atLine + ` int

func ` + drop + `(...any) {}

`

// An interpreted program shares its standard output with the interpreter, which
// cuts it into lines. Its own words go another way, as they come: all that holds
// os.Stdout, the interpreter included, writes to the pipe from here on.
const leadFunc = `var nodebookStdout nodebookOS.File // keeps it open

func ` + lead + `() {
	f, err := nodebookOS.OpenFile(nodebookOS.Getenv("` + outVariable + `"), nodebookOS.O_WRONLY, 0)
	if err != nil {
		panic(err)
	}
	nodebookStdout = *nodebookOS.Stdout
	*nodebookOS.Stdout = *f
	` + pid + `()
}

func ` + tell + `() {
	nodebookOS.Stdout.WriteString("\x1e" + nodebookOS.Getenv("` + markVariable + `") + " at " + nodebookText.Itoa(` + atCell + `) + " " + nodebookText.Itoa(` + atLine + `) + "\n")
}

`

// unresolved are the names before a dot and are declared nowhere.
func (b *builder) unresolved(body string) []string {
	f, err := parser.ParseFile(token.NewFileSet(), "", "package main\n"+body, 0)
	if f == nil || err != nil && len(f.Unresolved) == 0 {
		return nil
	}
	open := map[*ast.Ident]bool{}
	for _, id := range f.Unresolved {
		open[id] = true
	}
	seen := map[string]bool{}
	ast.Inspect(f, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if id, ok := sel.X.(*ast.Ident); ok && open[id] {
				seen[id.Name] = true
			}
		}
		return true
	})
	var names []string
	for n := range seen {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}
