package intake

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"nodebook/checker/internal/lazyregexp"
)

var lessonAt = lazyregexp.New(`^(.*?)((?:^|/)lesson[1-9][0-9]?)/(.+)$`)

// arrange gives the files that were found their place in a workbook. If a lesson is
// there more than once (a copy, an answer to compare with), the one in a folder
// lessons is taken, else the one that lies least deep. If that is not one, and they
// differ, nobody but the learner knows which is meant: none is.
func (r *reader) arrange() map[string][]byte {
	roots := map[string]map[string]int{} // by lesson: the folders that hold it, and their files
	for name := range r.found {
		m := lessonAt().FindStringSubmatch(name)
		lesson := strings.TrimPrefix(m[2], "/")
		if roots[lesson] == nil {
			roots[lesson] = map[string]int{}
		}
		roots[lesson][m[1]]++
	}
	out := map[string][]byte{}
	for lesson, at := range roots {
		all := slices.SortedFunc(maps.Keys(at), func(x, y string) int {
			if d := rank(x) - rank(y); d != 0 {
				return d
			}
			return strings.Compare(x, y)
		})
		root := all[0]
		if len(all) > 1 && rank(all[1]) == rank(root) && !r.alike(path.Join(root, lesson), path.Join(all[1], lesson)) {
			if r.torn == nil {
				r.torn = map[string]string{}
			}
			r.torn[lesson] = fmt.Sprintf("%s is there more than once, in %q and in %q, which differ: hand in one of them, in a folder lessons", lesson, "./"+root, "./"+all[1])
			r.note("%s", r.torn[lesson])
			continue
		}
		if len(at) > 1 {
			r.note("%s is there %d times: the one in %q was taken", lesson, len(at), "./"+root)
		}
		prefix := path.Join(root, lesson) + "/"
		for _, name := range slices.Sorted(maps.Keys(r.found)) {
			if rest, ok := strings.CutPrefix(name, prefix); ok {
				out["lessons/"+lesson+"/"+rest] = r.found[name]
			}
		}
	}
	r.collisions(out)
	for i, name := range slices.Sorted(maps.Keys(out)) {
		if i >= MostFiles {
			delete(out, name)
			r.note("there are more than %d Go files: %s was left out", MostFiles, name)
		}
	}
	return out
}

// rank orders the folders that hold a lesson: that of the learner comes first.
func rank(root string) int {
	if path.Base(root) == "lessons" {
		return depth(root)
	}
	return mostDepth + 2 + depth(root)
}

// alike reports whether two folders hold the same files.
func (r *reader) alike(a, b string) bool {
	part := func(dir string) map[string]string {
		out := map[string]string{}
		for name, src := range r.found {
			if rest, ok := strings.CutPrefix(name, dir+"/"); ok {
				out[rest] = string(src)
			}
		}
		return out
	}
	return maps.Equal(part(a), part(b))
}

func depth(dir string) int {
	if dir == "" {
		return 0
	}
	return 1 + strings.Count(dir, "/")
}

// collisions leaves out files that are one on a system that does not tell upper
// from lower case.
func (r *reader) collisions(out map[string][]byte) {
	first := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(out)) {
		low := strings.ToLower(name)
		if other := first[low]; other != "" {
			delete(out, name)
			r.note("%s and %s differ only in case: the second was left out", other, name)
			continue
		}
		first[low] = name
	}
}
