package grade

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// A file that a learner did not hand in is the one that was given, unless what it
// declares is in another of the learner's files: a function's name is one thing,
// a method's of the same name another.
func TestComplete(t *testing.T) {
	given := map[string]string{
		"lessons/lesson4/crawl/result.go": "package crawl\n\n// Ask asks.\ntype Ask func()\n\nconst (\n\tOne = 1\n\tTwo = 2\n)\n",
		"lessons/lesson4/crawl/worker.go": "package crawl\n\nfunc (w *Worker) Ask() {}\n",
		"lessons/lesson1/framing/x.go":    "package framing\n\nfunc Ask() {}\n",
	}
	s := &stubs{map[string][]byte{}, map[string][]string{}}
	for name, src := range given {
		s.files[name], s.declares[name] = []byte(src), declarations([]byte(src))
	}
	tests := []struct {
		name    string
		files   map[string]string
		without string // the given file that is left out
	}{
		{"nothing", nil, ""},
		{"a method of a type's name", map[string]string{"worker.go": "package crawl\nfunc (w *Worker) Ask() {}\n"}, ""},
		{"the method in a file of the learner's own", map[string]string{"mine.go": "package crawl\nfunc (x Worker) Ask() {}\n"}, "worker.go"},
		{"the type in a group", map[string]string{"mine.go": "package crawl\ntype (\n\tAsk func()\n)\n"}, "result.go"},
		{"a constant of a group", map[string]string{"mine.go": "package crawl\nconst Zero, Two = 0, 2\n"}, "result.go"},
		{"words in a comment and a text", map[string]string{"mine.go": "package crawl\n/*\ntype Ask func()\n*/\nvar s = `\ntype Ask func()\n`\n"}, ""},
		{"what comes before a fault", map[string]string{"mine.go": "package crawl\ntype Ask func()\nfunc {\n"}, "result.go"},
		{"no Go at all", map[string]string{"mine.go": "\x00\xff"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			const dir = "lessons/lesson4/crawl/"
			files := map[string][]byte{}
			want := slices.Collect(maps.Keys(given))
			for name, src := range tt.files {
				files[dir+name] = []byte(src)
				want = append(want, dir+name)
			}
			want = slices.DeleteFunc(want, func(name string) bool { return tt.without != "" && name == dir+tt.without })
			slices.Sort(want)
			got := slices.Sorted(maps.Keys(s.complete(files)))
			if !slices.Equal(got, slices.Compact(want)) {
				t.Errorf("got the files\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		})
	}
}
