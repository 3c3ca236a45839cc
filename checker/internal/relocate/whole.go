package relocate

import (
	"go/ast"
	"path"
	"slices"
	"strings"
)

// whole moves a file as it is, a test say: to the folder of the code that it is
// about. Only names of packages change in it.
func (p *planner) whole(u unit, text []byte, old string, now []string) {
	to := now[0]
	s, err := Parse(u.file, text)
	if err != nil {
		p.put(decl{file: u.file, line: 1, name: path.Base(u.file), text: string(text)}, to, "it does not parse")
		return
	}
	inside := u.pkg == p.packageOf(old)
	about := len(s.Selectors("chain", "", p.movedNames())) > 0 || slices.ContainsFunc(s.selected(), func(n string) bool { return moved[n] })
	if inside && old == chainDir {
		about = about || slices.ContainsFunc(s.Free(), func(id *ast.Ident) bool { return p.given[consensusDir][id.Name].key != "" && !newcomers[id.Name] })
	}
	if old == chainDir && !about {
		p.wholes[u.file], p.from[u.file] = text, u.file
		return
	}
	prefix := "consensus."
	if old == chainDir {
		to = consensusDir
		if inside {
			prefix = ""
		}
	}
	edits := [](func(*Source) []Edit){
		func(s *Source) []Edit { return s.Selectors("chain", "consensus", p.movedNames()) },
		func(s *Source) []Edit { return s.Functions(moved, prefix) },
	}
	if old == chainDir && inside {
		homes := map[string]string{}
		for name := range p.given[chainDir] {
			homes[name] = "chain"
		}
		edits = append(edits, func(s *Source) []Edit { return s.Qualify(homes) })
	}
	if old == chainDir {
		edits = append(edits, func(s *Source) []Edit {
			id := s.File.Name
			return []Edit{{s.at(id.Pos()), s.at(id.End()), strings.Replace(id.Name, "chain", "consensus", 1)}}
		})
	}
	for _, edit := range edits {
		if s, err = Parse(u.file, text); err != nil {
			break
		}
		text = Apply(text, edit(s))
	}
	file := to + "/" + path.Base(u.file)
	p.wholes[file], p.from[file] = withImports(file, text, nil), u.file
	p.moved = append(p.moved, Moved{path.Base(u.file), u.file, file})
}
