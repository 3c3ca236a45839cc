package grade

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"nodebook/checker/internal/report"
	"nodebook/checker/internal/similar"
	"nodebook/checker/needs"

	"github.com/chromedp/chromedp"
)

// The report of 2,000 shows a hundred of them at a time, the last hundred as well as
// the first, without a script; axe finds nothing, and the commonest mistake leads to
// who made it.
func TestReport_large(t *testing.T) {
	needs.Lot(t, 4)
	c := &Class{Jail: "bubblewrap", Go: "go1.26", Missing: []string{"zoe"}, Unlisted: []string{"yan"}, Unmet: []string{"xia"}, Late: 10}
	for i := range 2000 {
		verdict, message := report.Pass, ""
		switch {
		case i%5 == 1:
			verdict, message = report.Fail, "tried  ReadMagic(r)\ngot    <b>0</b>"
		case i%7 == 1:
			verdict = report.NotImplemented
		}
		s := &Submission{Name: fmt.Sprintf("learner-%04d", i), Points: float64(i % 11), OutOf: 10, Total: 1,
			Lessons: []*Lesson{{Lesson: "lesson1", Exercises: []Exercise{{Name: "ReadMagic", Verdict: verdict, Message: message, OutOf: 10, Own: verdict}}}}}
		if i%100 == 0 {
			s.Notes, s.Days, s.Lessons[0].Exercises[0].Note = []string{"a.rar is not read"}, 2, "with the references of the earlier lessons: fail"
		}
		c.Submissions = append(c.Submissions, s)
	}
	c.alike = []similar.Pair{{A: "learner-0001", B: "learner-1999", Part: 0.93, Places: []similar.Place{{A: similar.Range{File: "a.go", From: 1, To: 9}, B: similar.Range{File: "b.go", From: 2, To: 10}}}}}
	dir := t.TempDir()
	file := filepath.Join(dir, "report.html")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Report(f); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	axe, err := os.ReadFile("../serve/testdata/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	alloc, stop := chromedp.NewExecAllocator(context.Background(), append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(needs.Program(t, "chromium", "chromium")), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(dir))...)
	defer stop()
	ctx, end := chromedp.NewContext(alloc)
	defer end()
	// What a page shows of the list, and where the links of a mistake and of a pair lead.
	const shown = `[...document.querySelectorAll(".page")].filter(p => getComputedStyle(p).display !== "none").map(p => p.id + " " + p.querySelectorAll("tr").length).join()`
	for _, x := range []struct{ at, js, want string }{
		{"", shown, "page-1 101"},
		{"#page-20", shown, "page-20 101"},
		{"#alike", shown, "page-1 101"},
		{"", `document.querySelector("#hardest ~ table a").getAttribute("href")`, "feedback/002-learner-0001.html"},
		{"", `document.querySelector("#hardest ~ table tr:nth-child(2)").innerText.includes("400 times") + ""`, "true"},
		{"", `[...document.querySelectorAll("#alike ~ table a")].map(a => a.textContent).join()`, "learner-0001,learner-1999"},
		{"", `axe.run().then(r => r.violations.map(v => v.id + ": " + v.nodes.map(n => n.html).slice(0, 3)).join("\n"))`, ""},
	} {
		var got string
		actions := []chromedp.Action[chromedp.Void]{chromedp.Navigate("about:blank"), chromedp.Navigate("file://" + file + x.at)}
		if err := chromedp.Do(ctx, actions...); err != nil {
			t.Fatal(err)
		}
		if _, err := chromedp.Run(ctx, chromedp.Evaluate[chromedp.Void](string(axe))); err != nil {
			t.Fatal(err)
		}
		got, err = chromedp.Run(ctx, chromedp.Evaluate[string](x.js, chromedp.EvalAwaitPromise))
		if err != nil || got != x.want {
			t.Errorf("%s%s: %q %v, want %q", x.at, x.js, got, err, x.want)
		}
	}
}
