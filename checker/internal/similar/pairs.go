package similar

import (
	"cmp"
	"maps"
	"slices"
)

// Submission is what is compared.
type Submission struct {
	Name  string
	Files map[string][]byte // by path in the workbook
}

// Pair is two submissions that share code.
type Pair struct {
	A, B   string
	Shared int     // kept hashes that both have
	Part   float64 // of the smaller one's, 0 to 1
	Places []Place // the longest first
}

// Place is a stretch of code in both.
type Place struct {
	A, B   Range
	Hashes int
}

// Range is some lines of a file.
type Range struct {
	File     string
	From, To int // both included, from 1
}

// What is too common to mean anything: a hash that more than this part of the
// class has, where the class is large enough to tell.
const (
	commonPart  = 0.34
	commonClass = 6
)

// mostHolders is how many of a class may have a hash that still means something.
func mostHolders(class int) int {
	if class < commonClass {
		return class
	}
	return max(2, int(commonPart*float64(class)))
}

// fingerprints are the kept hashes of each submission, without those of the
// stubs, and who has each.
func fingerprints(subs []Submission, stubs map[string][]byte) (prints []map[uint64]mark, holders map[uint64][]int) {
	given := map[uint64]bool{}
	for _, m := range fingerprint(stubs) {
		given[m.hash] = true
	}
	prints, holders = make([]map[uint64]mark, len(subs)), map[uint64][]int{}
	for i, s := range subs {
		prints[i] = map[uint64]mark{}
		for _, m := range fingerprint(s.Files) {
			if _, seen := prints[i][m.hash]; !seen && !given[m.hash] {
				prints[i][m.hash] = m
				holders[m.hash] = append(holders[m.hash], i)
			}
		}
	}
	return prints, holders
}

// Pairs compares every two submissions and gives those of which at least a part
// least is shared, the most alike first. stubs is the code that all were given.
func Pairs(subs []Submission, stubs map[string][]byte, least float64) []Pair {
	prints, holders := fingerprints(subs, stubs)
	most := mostHolders(len(subs))
	sizes := make([]int, len(subs))
	shared := map[[2]int][]uint64{}
	for _, h := range slices.Sorted(maps.Keys(holders)) {
		who := holders[h]
		if len(who) > most {
			continue
		}
		for k, i := range who {
			sizes[i]++
			for _, j := range who[k+1:] {
				shared[[2]int{i, j}] = append(shared[[2]int{i, j}], h)
			}
		}
	}
	var pairs []Pair
	for ij, hashes := range shared {
		i, j := ij[0], ij[1]
		part := float64(len(hashes)) / float64(max(1, min(sizes[i], sizes[j])))
		if part < least || len(hashes) < fewest {
			continue
		}
		pairs = append(pairs, Pair{A: subs[i].Name, B: subs[j].Name, Shared: len(hashes), Part: part, Places: places(prints[i], prints[j], hashes)})
	}
	slices.SortFunc(pairs, func(x, y Pair) int {
		return cmp.Or(cmp.Compare(y.Part, x.Part), y.Shared-x.Shared, cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B))
	})
	return pairs
}

// fewest hashes in common mean nothing.
const fewest = 4

// places brings together the shared hashes that lie beside each other in both.
func places(a, b map[uint64]mark, hashes []uint64) []Place {
	var all []Place
	for _, h := range hashes {
		x, y := a[h], b[h]
		all = append(all, Place{Range{x.file, x.from, x.to}, Range{y.file, y.from, y.to}, 1})
	}
	slices.SortFunc(all, func(x, y Place) int {
		return cmp.Or(cmp.Compare(x.A.File, y.A.File), cmp.Compare(x.B.File, y.B.File), x.A.From-y.A.From, x.B.From-y.B.From)
	})
	var out []Place
	for _, p := range all {
		if n := len(out); n > 0 && out[n-1].A.near(p.A) && out[n-1].B.near(p.B) {
			out[n-1].A.join(p.A)
			out[n-1].B.join(p.B)
			out[n-1].Hashes++
			continue
		}
		out = append(out, p)
	}
	slices.SortStableFunc(out, func(x, y Place) int { return y.Hashes - x.Hashes })
	return out
}

func (r Range) near(o Range) bool { return r.File == o.File && o.From <= r.To+2 && o.To >= r.From-2 }

func (r *Range) join(o Range) { r.From, r.To = min(r.From, o.From), max(r.To, o.To) }
