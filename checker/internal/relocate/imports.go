package relocate

import (
	"go/ast"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// withImports gives a file the imports that it uses: of those it has, of those
// of the learner's files, and of the packages of the new layout.
func withImports(file string, text []byte, more []string) []byte {
	s, err := Parse(file, text)
	if err != nil {
		return text
	}
	var have []string
	var spans []Edit
	for _, d := range s.File.Decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.IMPORT {
			for _, spec := range g.Specs {
				have = append(have, string(text[s.at(spec.Pos()):s.at(spec.End())]))
			}
			spans = append(spans, Edit{s.at(g.Pos()), endOfLine(text, s.at(g.End())), ""})
		}
	}
	used := map[string]bool{}
	for _, id := range s.Free() {
		used[id.Name] = true
	}
	more = append(slices.Clone(more), strconv.Quote(chainPath), strconv.Quote(consensus))
	var want []string
	names := map[string]bool{}
	for _, spec := range slices.Concat(have, more) {
		spec = strings.Replace(spec, strconv.Quote(oldPeers), strconv.Quote(peers), 1)
		name, of := local(spec)
		keep := name == "_" || name == "." || used[name] && !names[name]
		if keep && !slices.Contains(want, spec) && (of != "nodebook/"+path.Dir(file) || strings.HasSuffix(s.File.Name.Name, "_test")) {
			want = append(want, spec)
			names[name] = true
		}
	}
	if slices.Equal(have, want) {
		return text
	}
	switch {
	case len(want) > 0 && len(spans) > 0:
		spans[0].Text = block(want)
	case len(want) > 0:
		at := endOfLine(text, s.at(s.File.Name.End()))
		spans = []Edit{{at, at, "\n" + block(want)}}
	}
	return Apply(text, spans)
}

var majorVersion = regexp.MustCompile(`^v\d+$`)

// local is the name that an import has in its file, and its path.
func local(spec string) (name, of string) {
	fields := strings.Fields(spec)
	of, _ = strconv.Unquote(fields[len(fields)-1])
	if len(fields) > 1 {
		if u, err := strconv.Unquote(fields[1]); err == nil && fields[0] != "" {
			return fields[0], u
		}
	}
	if of == "" { // a comment follows it
		of, _ = strconv.Unquote(fields[0])
	}
	base := path.Base(of)
	if majorVersion.MatchString(base) {
		base = path.Base(path.Dir(of))
	}
	return base, of
}

// block is an import declaration: the standard library, and then the rest.
func block(specs []string) string {
	var std, rest []string
	for _, s := range specs {
		if _, of := local(s); strings.Contains(strings.Split(of, "/")[0], ".") || strings.HasPrefix(of, "nodebook/") {
			rest = append(rest, s)
		} else {
			std = append(std, s)
		}
	}
	slices.Sort(std)
	slices.Sort(rest)
	if len(std) > 0 && len(rest) > 0 {
		std = append(std, "")
	}
	var b strings.Builder
	b.WriteString("import (\n")
	for _, s := range append(std, rest...) {
		if s != "" {
			s = "\t" + s
		}
		b.WriteString(s + "\n")
	}
	b.WriteString(")\n")
	return b.String()
}
