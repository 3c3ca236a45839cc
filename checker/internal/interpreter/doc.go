// Package interpreter is the second engine: it judges by interpreting, in the time
// that a compiler takes to start, and without one.
//
// The interpreter is not trusted. What it is given has been type checked and
// lowered (package lower) to what it runs right, and what cannot be lowered is
// not judged: each test that reaches such a place says so, with the reason, and
// is never a pass. What only a compiler can tell, whether two goroutines use a
// variable at the same time, is not judged either.
//
// It runs in its own process: the checker starts itself again
// ([ServeChild]) under the limits of a go test run. There the hidden tests run
// on the real testing package, so that what they print is what go test prints,
// and is read by the same code.
//
//	Engine    judges a job            child process, one a package
//	Program   a main program's output child process: the cells of a page
package interpreter
