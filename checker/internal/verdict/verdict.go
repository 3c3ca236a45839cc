// Package verdict turns what a run of hidden tests showed into a verdict for each
// exercise, and into the words that a learner reads.
//
// It knows nothing of how the tests were built or run. An engine calls [Collect]
// with a function that runs some tests and returns a [Trace] of them; Collect asks
// again until every test has a verdict:
//
//	Job -> Collect -> the engine runs the tests that are left -> Trace
//	          ^------------------------------------------------- results -> report
//
// A run that ends early (a panic, a time-out, os.Exit) leaves tests without a
// result. They are run again without the one that ended it. A pass needs a result
// from each of the exercise's tests: a test that did not report has not passed.
//
// The files: job and trace are the interface of the engines; run sorts what was
// printed by test; message parts a test's message from the learner's output;
// classify names what ended a program; problems reads the compiler; faults finds
// the exercises that a fault touches; results decides.
package verdict

import (
	"nodebook/checker/internal/source"
	"nodebook/checker/internal/workbook"
)

// Job is what to judge.
type Job struct {
	Tree      *source.Tree
	Look      *source.Look
	Exercises []*workbook.Exercise
	Seed      uint64

	Alone   bool // run each exercise by itself from the start: one is known to hang
	Abreast int  // exercises that run at the same time if each runs by itself; 0 is 8
	Whole   bool // no test waits for a later function: in a class, one left as a stub would make a wrong one before it pass
}
