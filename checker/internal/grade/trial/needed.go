package trial

import (
	"path"
	"strings"

	"nodebook/checker/internal/build"
)

// needed is the files of a module's own and vendored packages that some sources
// import, directly or not, with what lies below a package's folder: it may embed
// that. Writing all of a thousand files would take longer than grading a submission.
func needed(module map[string][]byte, sources [][]byte) map[string][]byte {
	byDir := map[string][]string{}
	for name := range module {
		for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
			byDir[dir] = append(byDir[dir], name)
		}
	}
	out, seen := map[string][]byte{}, map[string]bool{}
	for len(sources) > 0 {
		_, imports := build.Imports(sources[0])
		sources = sources[1:]
		for _, p := range imports {
			dir, own := strings.CutPrefix(p, "nodebook/")
			if !own {
				dir = "vendor/" + p
			}
			if seen[dir] {
				continue
			}
			seen[dir] = true
			for _, name := range byDir[dir] {
				out[name] = module[name]
				if path.Dir(name) == dir && path.Ext(name) == ".go" {
					sources = append(sources, module[name])
				}
			}
		}
	}
	return out
}
