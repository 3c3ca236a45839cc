package relocate

import (
	"fmt"
	"go/ast"
	"go/types"
	"maps"
	"path"
	"slices"
	"strings"
)

// Moved is a declaration, or a file of the learner's own, that has another place.
type Moved struct{ Name, From, To string }

// Aside is code that has no place: it is in a file not-placed.txt in the folder Dir.
type Aside struct {
	Name, From, Dir, Why string
	Text                 string
}

// Plan is what a move does.
type Plan struct {
	Files map[string][]byte // the new code, by path below the workbook's root
	Moved []Moved
	Aside []Aside
}

// place is a declaration of the learner's in its new file.
type place struct {
	decl
	to      string // file
	key     string // its name there
	replace bool   // what was handed out under this name
}

type planner struct {
	fresh map[string][]byte
	given map[string]map[string]place // what is handed out, by folder and name
	lines handedOut
	units []unit

	places  []place
	leads   map[string]map[string]string // comments to put before a declaration, by file and name
	ends    map[string]string            // comments to put at a file's end
	tops    map[string]string
	wholes  map[string][]byte // tests, and the like
	from    map[string]string // where they were
	imports map[string][]string
	aside   []Aside
	moved   []Moved
}

// New plans the move of originals, the learner's code as it was, by path. fresh
// is what is handed out now; others is the code of the lessons that have no other
// layout, and imp imports what is not of the workbook.
func New(originals, fresh, others map[string][]byte, imp types.Importer) Plan {
	p := &planner{fresh: fresh, given: map[string]map[string]place{}, lines: handed(fresh),
		leads: map[string]map[string]string{}, ends: map[string]string{}, tops: map[string]string{},
		wholes: map[string][]byte{}, from: map[string]string{}, imports: map[string][]string{}}
	for _, f := range folders {
		for _, dir := range f.now {
			p.index(dir)
		}
	}
	for _, f := range folders {
		var units []unit
		for _, file := range slices.Sorted(maps.Keys(originals)) {
			if path.Dir(file) == f.old && strings.HasSuffix(file, ".go") {
				units = append(units, read(file, originals[file]))
			}
		}
		p.folder(f.old, f.now, units, originals)
	}
	return p.settle(others, imp)
}

// index notes what is handed out in a folder.
func (p *planner) index(dir string) {
	p.given[dir] = map[string]place{}
	for file, text := range p.fresh {
		if path.Dir(file) != dir || !strings.HasSuffix(file, ".go") {
			continue
		}
		for _, d := range read(file, text).decls {
			for _, name := range d.names {
				p.given[dir][name] = place{decl: d, to: file, key: name}
			}
		}
	}
}

// home is the folder of a file's own lines: where a handed-out file has its name.
func (p *planner) home(now []string, file string) string {
	for _, dir := range now {
		if p.fresh[dir+"/"+path.Base(file)] != nil {
			return dir
		}
	}
	return now[0]
}

// folder places what the files of one folder hold.
func (p *planner) folder(old string, now []string, units []unit, originals map[string][]byte) {
	var own []decl
	var known []place
	for _, u := range units {
		home := p.home(now, u.file)
		to := home + "/" + path.Base(u.file)
		if strings.HasSuffix(u.file, "_test.go") || u.pkg != "" && u.pkg != p.packageOf(old) {
			p.whole(u, originals[u.file], old, now)
			continue
		}
		p.tops[to] += p.lines.own(u.top)
		p.ends[to] += p.lines.own(u.tail)
		for _, dir := range now {
			p.imports[dir+"/"+path.Base(u.file)] = append(p.imports[dir+"/"+path.Base(u.file)], u.imports...)
		}
		for _, d := range u.decls {
			k, found := p.find(now, home, d)
			switch {
			case d.err != nil:
				p.put(d, path.Dir(k.to), "it does not parse")
			case !found:
				own = append(own, d)
			case p.lines.decls[plain(d.text)]:
				p.lead(k, d.lead)
			default:
				known = append(known, k)
				p.lead(k, d.lead)
				p.imports[k.to] = append(p.imports[k.to], u.imports...)
			}
		}
	}
	p.assign(now, units, known, own)
}

func (p *planner) packageOf(dir string) string {
	if dir == "lessons/lesson5" {
		return "main"
	}
	return path.Base(dir)
}

// find finds what is handed out under a declaration's name.
func (p *planner) find(now []string, home string, d decl) (place, bool) {
	name := d.name
	if f := functions[name]; f != "" && len(now) > 1 {
		name = f
	}
	for _, dir := range append([]string{home}, now...) {
		g, ok := p.given[dir][name]
		if ok && !newcomers[name] {
			return place{decl: d, to: g.to, key: name, replace: true}, true
		}
	}
	return place{decl: d, to: home + "/" + path.Base(d.file), key: name}, false
}

// lead keeps the comment lines that the learner put before a declaration.
func (p *planner) lead(k place, text string) {
	own := p.lines.own(text)
	if own == "" {
		return
	}
	if p.leads[k.to] == nil {
		p.leads[k.to] = map[string]string{}
	}
	p.leads[k.to][k.key] += own + "\n"
}

func (p *planner) put(d decl, dir, why string) {
	text := d.text
	if d.lead != "" {
		text = d.lead + "\n" + text
	}
	p.aside = append(p.aside, Aside{Name: d.name, From: fmt.Sprintf("%s:%d", d.file, d.line), Dir: dir, Why: why, Text: text})
}

// assign decides which folders the learner's own declarations go to. One that
// code in both folders needs goes to both.
func (p *planner) assign(now []string, units []unit, known []place, own []decl) {
	if len(now) == 1 || now[0] != chainDir {
		for _, d := range own {
			to := p.home(now, d.file) + "/" + path.Base(d.file)
			p.add(place{decl: d, to: to, key: d.name}, nil, nil, units)
		}
		for _, k := range known {
			p.add(k, nil, nil, units)
		}
		return
	}
	a, b := now[0], now[1]
	stay, go6 := map[string]bool{}, map[string]bool{}
	var inA, inB []uses
	for _, k := range known {
		if path.Dir(k.to) == a {
			inA = append(inA, usesOf(k.decl))
		} else {
			inB = append(inB, usesOf(k.decl))
		}
	}
	needs := func(u uses) bool { // something that is in b
		return slices.ContainsFunc(u.names, func(n string) bool { return p.given[b][n].key != "" && !newcomers[n] }) ||
			slices.ContainsFunc(u.selected, func(n string) bool { return moved[n] })
	}
	for _, d := range own {
		if u := usesOf(d); needs(u) || p.home(now, d.file) == b {
			go6[d.name] = true
			inB = append(inB, u)
		} else {
			stay[d.name] = true
			inA = append(inA, u)
		}
	}
	reach(own, inA, stay)
	reach(own, inB, go6)
	for again := true; again; { // what needs code in b cannot stay
		again = false
		for _, d := range own {
			u := usesOf(d)
			if stay[d.name] && (needs(u) || slices.ContainsFunc(u.names, func(n string) bool { return go6[n] && !stay[n] })) {
				delete(stay, d.name)
				go6[d.name] = true
				again = true
			}
		}
	}
	homes, methods := map[string]string{}, maps.Clone(moved)
	for name := range p.given[a] {
		homes[name] = "chain"
	}
	for _, d := range own {
		switch receiver, method, ok := strings.Cut(d.name, "."); {
		case ok && go6[d.name] && homes[receiver] != "" && !go6[receiver]:
			methods[method] = true // on a type of the other package
		case !ok && stay[d.name] && !go6[d.name]:
			homes[d.name] = "chain"
		case !ok:
			delete(homes, d.name)
		}
	}
	for _, k := range known {
		p.add(k, homes, methods, units)
	}
	for _, d := range own {
		if stay[d.name] {
			p.add(place{decl: d, to: a + "/" + path.Base(d.file), key: d.name}, homes, methods, units)
		}
		if go6[d.name] {
			p.add(place{decl: d, to: b + "/" + path.Base(d.file), key: d.name}, homes, methods, units)
		}
	}
}

// uses is what a declaration refers to: names, and what is behind a dot.
type uses struct{ names, selected []string }

func usesOf(d decl) uses {
	s, err := Parse(d.file, []byte("package p\n"+d.text))
	if err != nil {
		return uses{}
	}
	u := uses{selected: s.selected()}
	for _, id := range s.Free() {
		u.names = append(u.names, id.Name)
	}
	return u
}

// reach adds to in the own declarations that uses lead to.
func reach(own []decl, all []uses, in map[string]bool) {
	for len(all) > 0 {
		u := all[0]
		all = all[1:]
		for _, d := range own {
			_, method, isMethod := strings.Cut(d.name, ".")
			used := slices.ContainsFunc(d.names, func(n string) bool { return slices.Contains(u.names, n) }) ||
				isMethod && slices.Contains(u.selected, method)
			if used && !in[d.name] {
				in[d.name] = true
				all = append(all, usesOf(d))
			}
		}
	}
}

// add converts a declaration for its new package and notes its place.
func (p *planner) add(k place, homes map[string]string, methods map[string]bool, units []unit) {
	dir := path.Dir(k.to)
	if !k.replace && k.key != "init" && p.given[dir][k.key].key != "" {
		p.put(k.decl, dir, "the package has something else with this name")
		return
	}
	was := k.text
	text, err := p.convert(k.text, dir, homes, methods)
	if err != nil {
		p.put(k.decl, dir, err.Error())
		return
	}
	if dir == consensusDir && !k.replace {
		if _, method, ok := strings.Cut(k.key, "."); ok && methods[method] {
			k.key = method
		}
	}
	k.text = text
	for _, u := range units {
		if u.file == k.file {
			p.imports[k.to] = append(p.imports[k.to], u.imports...)
		}
	}
	p.places = append(p.places, k)
	if path.Dir(k.file) != dir || was != text {
		p.moved = append(p.moved, Moved{k.key, k.file, k.to})
	}
}

func (p *planner) convert(text, dir string, homes map[string]string, methods map[string]bool) (string, error) {
	const head = "package p\n"
	b := []byte(head + text)
	edit := func(edits func(*Source) []Edit) error {
		s, err := Parse("", b)
		if err == nil {
			b = Apply(b, edits(s))
		}
		return err
	}
	var err error
	switch dir {
	case chainDir:
	case consensusDir:
		if err = edit(func(s *Source) []Edit { return s.Functions(methods, "") }); err == nil {
			err = edit(func(s *Source) []Edit { return s.Qualify(homes) })
		}
	default:
		if err = edit(func(s *Source) []Edit { return s.Selectors("chain", "consensus", p.movedNames()) }); err == nil && dir == "lessons/lesson6/p2p" {
			err = edit(func(s *Source) []Edit {
				return s.Functions(moved, "consensus.")
			})
		}
	}
	return strings.TrimPrefix(string(b), head), err
}

// movedNames are the names of chain's that are consensus's now.
func (p *planner) movedNames() map[string]bool {
	out := map[string]bool{}
	for name := range p.given[consensusDir] {
		out[name] = !newcomers[name] && !strings.Contains(name, ".")
	}
	return out
}

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
