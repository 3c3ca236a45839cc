// Package outside judges a learner's package from another process than the one that
// its code runs in.
//
// # Two programs
//
// The judge's program contains the hidden tests and a proxy of the package. The
// child contains the learner's package and a table of its functions. A socket joins
// them; a call in a test becomes a frame on it:
//
//	judge                                    child
//	test -> proxy -> wire.Link --- socket --- wire.Link -> learner's function
//	  |                                         |
//	  events (begin, pass, fail)                output
//	  `------------------ hearing --------------'
//	                         |
//	                   verdict.Trace
//
// Only the judge's program says what became of a test. What the child prints is
// shown, and chooses the word for a failure once the judge has said that there is
// one. Package wire explains what crosses and why nothing that a child sends can
// hurt the judge; package generate writes the proxy and the table; package harness
// is the main of the judge's program.
//
// # A run
//
//  1. [Prepare] finds the [Plan] of a package: the judge's program, the main of
//     children, and which tests can be judged from outside. It depends on no learner
//     and is kept in the user's cache.
//  2. The engine compiles the learner's package with the plan's main.
//  3. [Run.Do] starts both programs, waits for both ends, and returns a trace.
//  4. Package verdict asks again for the tests that are left, if the two ended early.
//
// The two programs end together. A child that panics in its own goroutine,
// exits or hangs takes the judge's program with it, as it would in one process.
//
// # What is judged inside
//
// An exercise one of whose tests reaches a function that cannot be called from
// another process is left to an engine that runs tests and learner in one process.
// [Where] says why. Nothing is listed: package generate finds it by types.
//
// The files: engine is the engine for a learner's machine, package trial has one
// for a jail; plan makes and keeps plans, judge compiles the judge's program; pair
// runs the two programs; hearing takes in what they say; embed has the sources that
// both are compiled from.
package outside
