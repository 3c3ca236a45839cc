package relocate

import (
	"fmt"
	"go/types"
	"maps"
	"path"
	"slices"
	"strings"
)

// NotPlaced is the name of the file that takes what has no place.
const NotPlaced = "not-placed.txt"

// settle writes the files, and leaves out what does not compile in its place,
// until the rest does.
func (p *planner) settle(others map[string][]byte, imp types.Importer) Plan {
	var files map[string][]byte
	for range len(p.places) + len(p.wholes) + 1 {
		files = p.files()
		bad := p.check(files, others, imp)
		if !p.drop(bad) {
			break
		}
	}
	for _, a := range p.aside {
		name := a.Dir + "/" + NotPlaced
		if files[name] == nil {
			files[name] = []byte("Code of yours that has no place here since lesson 5 became lessons 5 and 6.\nTake from it what you need, and delete this file.\n")
		}
		files[name] = fmt.Appendf(files[name], "\n%s: %s: %s\n\n%s\n", a.From, a.Name, a.Why, a.Text)
	}
	moved := slices.DeleteFunc(p.moved, func(m Moved) bool {
		return slices.ContainsFunc(p.aside, func(a Aside) bool { return a.Name == m.Name && a.Dir == path.Dir(m.To) })
	})
	return Plan{files, moved, p.aside}
}

// drop puts aside what check has found, and reports whether it was anything.
func (p *planner) drop(bad map[string]string) bool {
	n := len(p.places) + len(p.wholes)
	p.places = slices.DeleteFunc(p.places, func(k place) bool {
		why, ok := bad[k.to+":"+k.key]
		if ok {
			p.put(k.decl, path.Dir(k.to), "it does not compile here: "+why)
			p.aside[len(p.aside)-1].Name = k.key
		}
		return ok
	})
	for _, file := range slices.Sorted(maps.Keys(p.wholes)) {
		if why, ok := bad[file]; ok {
			p.aside = append(p.aside, Aside{path.Base(file), p.from[file], path.Dir(file), "it does not compile here: " + why, string(p.wholes[file])})
			delete(p.wholes, file)
		}
	}
	return len(p.places)+len(p.wholes) < n
}

// files are all files of the folders, with the learner's code in its places.
func (p *planner) files() map[string][]byte {
	out := maps.Clone(p.wholes)
	names := map[string]bool{}
	for file := range p.fresh {
		if strings.HasSuffix(file, ".go") && slices.ContainsFunc(folders, func(f folder) bool { return f.whole && slices.Contains(f.now, path.Dir(file)) }) {
			names[file] = true
		}
	}
	for _, k := range p.places {
		names[k.to] = true
	}
	for _, more := range []map[string]string{p.tops, p.ends} {
		for file, text := range more {
			names[file] = names[file] || text != ""
		}
	}
	for file := range names {
		out[file] = p.file(file)
	}
	return out
}

// file is the text of one file.
func (p *planner) file(file string) []byte {
	text := p.fresh[file]
	if text == nil {
		text = []byte("package " + p.packageOf(path.Dir(file)) + "\n")
	}
	var edits []Edit
	var own strings.Builder
	for _, k := range p.places {
		switch {
		case k.to != file:
		case k.replace:
			g := p.given[path.Dir(file)][k.key]
			edits = append(edits, Edit{g.at, g.end, ungrouped(k.text, g.grouped) + "\n"})
		default:
			if k.lead != "" {
				own.WriteString("\n" + k.lead)
			}
			own.WriteString("\n" + k.text + "\n")
		}
	}
	for key, lead := range p.leads[file] {
		g := p.given[path.Dir(file)][key]
		edits = append(edits, Edit{g.begin, g.begin, "\n" + lead})
	}
	text = Apply(text, edits)
	text = append(text, own.String()...)
	if end := p.ends[file]; end != "" {
		text = append(text, "\n"+end+"\n"...)
	}
	if top := p.tops[file]; top != "" {
		text = append([]byte(top+"\n\n"), text...)
	}
	return withImports(file, text, p.imports[file])
}

// ungrouped is a declaration without its keyword if it goes into a group.
func ungrouped(text string, grouped bool) string {
	if grouped {
		_, text, _ = strings.Cut(text, " ")
	}
	return text
}
