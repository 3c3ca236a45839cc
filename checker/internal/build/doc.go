// Package build compiles Go code and links programs by calling the compiler and
// the linker directly. It serves the compiled engine, cells and grading.
//
// The go command spends most of its time on finding out that nothing has
// changed. This package asks it once what is not the workbook's own code (see
// [Lister]), keeps the answer, and compiles the rest itself:
//
//	Find       the toolchain: Go's version and where its tools are
//	Lister     export data of the standard library and the fixtures, from "go list -export"
//	Builder    one call of the compiler or the linker on files in memory
//	Store      compiled packages by their content, so that none is compiled twice
//	Collect    the workbook's packages that some code needs, in the order to compile them
//	Tests      hidden tests as one package main, all of them or those that are needed
//	Work       all of these together: packages and test programs of one tree
//
// A Builder has no opinion on where the tools run: grading gives it a function
// that runs them in a jail. To compile anything else, such as a generated program
// that calls a learner's package, use the parts:
//
//	w.Unit(ctx, Unit{Path: "main", Files: files}) // with w from NewWork: an archive
//	w.Program(ctx, Unit{Path: "main", Files: files}) // and the program linked from it
//
// What the direct way cannot know is [ErrIndirect]: the caller leaves it to the go
// command. Package gotest does that for tests.
package build

import "errors"

// ErrIndirect says that only the go command can build something: it has cgo,
// embedded files, build constraints or an import that cannot be listed, or the
// platform is not one of those that are known.
var ErrIndirect = errors.New("left to the go command")
