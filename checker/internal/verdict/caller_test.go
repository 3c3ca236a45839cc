package verdict

import (
	"testing"

	"nodebook/checker/internal/source"
	"nodebook/checker/internal/workbook"
)

// A given function that panics is not what the learner has to change: the line that
// called it is.
func TestCaller(t *testing.T) {
	node := &workbook.Package{Dir: "lesson5/node", Name: "node", Given: []string{"Node.mustHold"}}
	r := &results{job: Job{Tree: &source.Tree{Lesson: &workbook.Lesson{Packages: []*workbook.Package{node}}}}}
	const (
		given  = "nodebook/lessons/lesson5/node.(*Node).mustHold(...)\n\t/w/lessons/lesson5/node/node.go:101\n"
		own    = "nodebook/lessons/lesson5/node.(*Node).Work(0xc0, {0x1, 0x2})\n\t/w/lessons/lesson5/node/work.go:33 +0x1d\n"
		bare   = "nodebook/lessons/lesson5/node.(*Node).Work.func1.2()\n\t/w/lessons/lesson5/node/work.go:35 +0x1d\n"
		other  = "nodebook/lessons/lesson5/node.Work(...)\n\t/w/lessons/lesson5/node/work.go:12\n"
		before = "nodebook/lessons/lesson1/framing.ReadAll(...)\n\t/w/lessons/lesson1/framing/all.go:12\n"
		test   = "nodebook/lessons/lesson5/node_test.TestNode_Work(0xc0)\n\t/w/lessons/lesson5/node/work_test.go:9 +0x1d\n"
		head   = "panic: no\n\ngoroutine 7 [running]:\npanic({0x1?, 0x2?})\n\t/go/src/runtime/panic.go:860 +0x13a\n"
	)
	for said, want := range map[string]string{
		head + given + own + test:                              "\ncalled at lessons/lesson5/node/work.go:33",
		head + given + bare + test:                             "\ncalled at lessons/lesson5/node/work.go:35",
		head + given + other + own:                             "\ncalled at lessons/lesson5/node/work.go:12",
		head + before + own:                                    "\ncalled at lessons/lesson5/node/work.go:33",
		head + own + given:                                     "",
		head + given + test:                                    "",
		head + given + "\ngoroutine 8 [select]:\n" + own:       "",
		"goroutine 1 [select]:\nmain.main()\n\n" + given + own: "\ncalled at lessons/lesson5/node/work.go:33",
	} {
		if got := r.caller("/w", said); got != want {
			t.Errorf("%s: %q, want %q", said, got, want)
		}
	}
}
