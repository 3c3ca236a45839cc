package relocate

import (
	"maps"
	"path"
	"slices"
	"strings"
)

// assign adds the declarations of a folder: those that replace what is handed out,
// and the learner's own.
func (p *planner) assign(now []string, units []unit, known []place, own []decl) {
	homes, methods := map[string]string(nil), map[string]bool(nil)
	var places []place
	if now[0] == chainDir {
		s := p.sort(now, known, own)
		places, homes, methods = s.places(now), s.homes(p.given[chainDir]), s.methods(p.given[chainDir])
	} else {
		for _, d := range own {
			places = append(places, place{decl: d, to: p.home(now, d.file) + "/" + path.Base(d.file), key: d.name})
		}
	}
	for _, k := range slices.Concat(known, places) {
		p.add(k, homes, methods, units)
	}
}

// sorted is which of the learner's own declarations stay in package chain and
// which are needed in consensus. Some are both.
type sorted struct {
	own         []decl
	stay, leave map[string]bool
}

// sort finds out where the learner's own declarations of package chain are needed.
func (p *planner) sort(now []string, known []place, own []decl) sorted {
	s := sorted{own, map[string]bool{}, map[string]bool{}}
	var here, there []uses
	for _, k := range known {
		if path.Dir(k.to) == chainDir {
			here = append(here, usesOf(k.decl))
		} else {
			there = append(there, usesOf(k.decl))
		}
	}
	for _, d := range own {
		if u := usesOf(d); p.needsConsensus(u) || p.home(now, d.file) == consensusDir {
			s.leave[d.name] = true
			there = append(there, u)
		} else {
			s.stay[d.name] = true
			here = append(here, u)
		}
	}
	reach(own, here, s.stay)
	reach(own, there, s.leave)
	for again := true; again; { // chain cannot import consensus
		again = false
		for _, d := range own {
			u := usesOf(d)
			left := func(name string) bool { return s.leave[name] && !s.stay[name] }
			if s.stay[d.name] && (p.needsConsensus(u) || slices.ContainsFunc(u.names, left)) {
				delete(s.stay, d.name)
				s.leave[d.name], again = true, true
			}
		}
	}
	return s
}

// needsConsensus reports whether code uses something that is in consensus now.
func (p *planner) needsConsensus(u uses) bool {
	return slices.ContainsFunc(u.names, func(n string) bool { return p.given[consensusDir][n].key != "" && !newcomers[n] }) ||
		slices.ContainsFunc(u.selected, func(n string) bool { return moved[n] })
}

func (s sorted) places(now []string) []place {
	var out []place
	for _, d := range s.own {
		for i, in := range []map[string]bool{s.stay, s.leave} {
			if in[d.name] {
				out = append(out, place{decl: d, to: now[i] + "/" + path.Base(d.file), key: d.name})
			}
		}
	}
	return out
}

// homes are the names that consensus must look for in another package.
func (s sorted) homes(given map[string]place) map[string]string {
	out := map[string]string{}
	for name := range given {
		out[name] = "chain"
	}
	for _, d := range s.own {
		for _, name := range d.names {
			switch {
			case s.leave[d.name]:
				delete(out, name)
			case !strings.Contains(name, "."):
				out[name] = "chain"
			}
		}
	}
	return out
}

// methods are those that are functions in consensus: the learner's own too, if
// their type is chain's.
func (s sorted) methods(given map[string]place) map[string]bool {
	out := maps.Clone(moved)
	for _, d := range s.own {
		if receiver, method, ok := strings.Cut(d.name, "."); ok && s.leave[d.name] && given[receiver].key != "" {
			out[method] = true
		}
	}
	return out
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
