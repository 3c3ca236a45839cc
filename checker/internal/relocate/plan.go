package relocate

import (
	"fmt"
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
