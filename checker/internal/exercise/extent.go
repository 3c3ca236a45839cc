package exercise

import (
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"nodebook/checker/internal/lazyregexp"
	"nodebook/checker/internal/workbook"
)

// chunk is a declaration at the top level of a file. Its first line tells, so
// that it is found in a file that does not parse, as it is while somebody writes.
type chunk struct {
	name string // ReadBool, Services.Has, ErrBool; "" of imports and the package clause
	from int    // offset of its line
}

var head = lazyregexp.New(`(?m)^(?:[ \t]*func\s+(?:\(\s*(?:\w+\s+)?\*?(\w+)[^)\n]*\)\s*)?|(?:type|var|const)\s*(?:\s|\(\s*(?://.*\s+)*)|(?:import|package)\b)(\w*)`)

func chunks(src string) []chunk {
	var out []chunk
	for _, m := range head().FindAllStringSubmatchIndex(src, -1) {
		c := chunk{src[m[4]:m[5]], m[0]}
		if m[2] >= 0 {
			c.name = src[m[2]:m[3]] + "." + c.name
		}
		out = append(out, c)
	}
	return out
}

// extent is the place of a function and of what the learner has written beside
// it: helpers are in the same editor, or nobody could reach them there. What
// comes after one of the lesson's functions belongs to that one.
func (p *names) extent(src, name string) (from, to int, ok bool) {
	all := chunks(src)
	i := slices.IndexFunc(all, func(c chunk) bool { return c.name == name })
	if i < 0 {
		return 0, 0, false
	}
	lo, hi := i, i+1
	for lo > 0 && !p.given[all[lo-1].name] {
		lo--
	}
	if lo > 0 && p.marked[all[lo-1].name] {
		lo = i
	}
	for hi < len(all) && !p.given[all[hi].name] {
		hi++
	}
	to = len(src)
	if hi < len(all) {
		to = all[hi].from
	}
	return all[lo].from, all[lo].from + len(upToCode(src[all[lo].from:to])), true
}

// upToCode is a text without the comments and empty lines at its end, which
// belong to what follows.
func upToCode(text string) string {
	for {
		text = strings.TrimRight(text, " \t\r\n")
		at := strings.LastIndexByte(text, '\n') + 1
		if at == 0 || !strings.HasPrefix(text[at:], "//") {
			return text
		}
		text = text[:at]
	}
}

// ErrNotThis refuses a text for a function's place.
var ErrNotThis = errors.New("not saved")

// fits refuses a text with which a function would be lost, or another one be
// there twice.
func (p *names) fits(text, name string) error {
	found := false
	for _, n := range declared(text) {
		switch {
		case n == name && !found:
			found = true
		case n == "":
			return fmt.Errorf("%w: imports and the package clause are at the top of the file", ErrNotThis)
		case p.given[n]:
			return fmt.Errorf("%w: %s is declared in the package already; here is the place of %s, and of helpers of your own", ErrNotThis, n, name)
		}
	}
	if !found {
		return fmt.Errorf("%w: func %s is gone from here, and the lesson needs it by that name", ErrNotThis, name)
	}
	return nil
}

// declared are the names that a text declares at its top level.
func declared(text string) []string {
	var out []string
	if f, err := parser.ParseFile(token.NewFileSet(), "", "package p\n"+text, parser.SkipObjectResolution); err == nil {
		for _, d := range f.Decls {
			out = append(out, workbook.Declared(d)...)
		}
		return out
	}
	for _, c := range chunks(text) {
		out = append(out, c.name)
	}
	return out
}

// names are those that a package declares as it is handed out.
type names struct {
	given  map[string]bool // all; "" is one of them
	marked map[string]bool // functions that the learner writes
}

var known sync.Map // *workbook.Package: *names

// namesOf reads the names of a package from its references.
func namesOf(book *workbook.Book, p *workbook.Package) *names {
	if n, ok := known.Load(p); ok {
		return n.(*names)
	}
	n := &names{given: map[string]bool{"": true}, marked: map[string]bool{}}
	for _, f := range p.Funcs {
		n.given[f.Name], n.marked[f.Name] = true, true
	}
	for _, file := range p.Files {
		src, err := fs.ReadFile(book.Solutions, file)
		if err != nil || workbook.ReferenceOnly(src) {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, src, parser.SkipObjectResolution)
		if err != nil {
			continue // the registry is Go; without a name its function is only not kept apart
		}
		for _, d := range f.Decls {
			for _, name := range workbook.Declared(d) {
				n.given[name] = true
			}
		}
	}
	known.Store(p, n)
	return n
}

var (
	clause   = lazyregexp.New(`\A(?:\s*//[^\n]*\n)*\s*package\s+\w+[ \t]*(?:\r?\n|\z)`)
	imported = lazyregexp.New(`\A\s*import\s*(?:\([^)]*\)|(?:[\w.]+\s+)?"[^"\n]*")[ \t]*(?:\r?\n|\z)`)
	spec     = lazyregexp.New(`(?:[\w.]+[ \t]+)?("[^"\n]+")`)
)

// lift takes the package clause and the imports off a text that was pasted with
// them; it returns the imports.
func lift(text string) (imports []string, rest string) {
	rest = text[len(clause().FindString(text)):]
	for m := imported().FindString(rest); m != ""; m = imported().FindString(rest) {
		imports = append(imports, spec().FindAllString(strings.TrimPrefix(strings.TrimSpace(m), "import"), -1)...)
		rest = rest[len(m):]
	}
	return imports, strings.TrimLeft(rest, "\r\n")
}

// withImports adds to a file the imports that it has not.
func withImports(src string, imports []string) string {
	at := len(clause().FindString(src))
	for _, s := range imports {
		if path := spec().FindStringSubmatch(s)[1]; at > 0 && !strings.Contains(src, path) {
			src = src[:at] + "\nimport " + strings.TrimSpace(s) + "\n" + src[at:]
		}
	}
	return src
}
