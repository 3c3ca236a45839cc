// Package lower translates checked Go into the small part of Go that yaegi
// runs right, and says of everything else that it is beyond that.
//
// yaegi is quick and needs no toolchain, but it is wrong on much ordinary Go:
// named types lose their identity in interfaces, closures and deferred calls
// see variables of later iterations, switch lists and constants are misread.
// So it is not given the learner's code. The code is type checked as a compiler
// does it, and written down again in a core with nothing left to misread:
//
//	source                             core
//	named types, methods               their underlying types, functions
//	embedding, promotion, shadowing    paths and names, each written out, each unique
//	constants, iota, untyped values    literals of a stated type
//	closures, method values            functions, with what they capture bound by the prelude
//	captured and addressed variables   cells made by new
//	interface values of such types     boxes of the prelude, which carry the type's identity
//	methods of such interfaces         functions that look at the box
//	type parameters                    a copy for each set of type arguments
//	slices, maps, cmp                  copies of the functions in package generic
//	range, switch, select              for and if
//	defer, recover, panic              the prelude's, which are Go's own
//	package variables                  set one by one, in the order that the type checker found
//
// What has no translation makes its function beyond the walls ([Beyond]), and
// with it every function that may call it. A test that reaches none is run;
// for the others there is the reason, with its place.
//
// The core is text. [Program.Position] maps its lines back to the source's.
//
// # Where to find what
//
// A translation takes three steps, and one type does each: a [Set] is the
// checked source, a [Program] is the units of the core that have been asked for,
// and fn writes one unit. Most files are methods of fn, one file for each part
// of the language.
//
//	the way through
//	  load.go        parses and type checks the source: Set
//	  program.go     Program, its units, and which of them are beyond the walls
//	  fn.go          fn: one function, its variables and its results
//	  emit.go        puts the units that an entry needs together: Core
//	  place.go       a place in the core, and where its panics come from
//	  beyond.go      what is not interpreted, and why
//
//	types
//	  types.go       writes a type as the core has it
//	  convert.go     conversions, assertions, values that go into an interface
//	  box.go         types that keep their identity in an interface
//	  dispatch.go    calls of an interface's methods
//	  generics.go    generic functions of compiled packages, whose source is in generic/
//	  typeargs/      type arguments instead of type parameters
//
//	expressions
//	  expr.go        expressions of every kind, identifiers, indices, slices
//	  operator.go    unary and binary operators, comparisons
//	  consts.go      constants
//	  lit.go         composite and function literals, deferred calls
//	  selector.go    fields and methods, through embedding
//	  call.go        calls
//	  builtin.go     calls of built-in functions
//	  policy.go      what a compiled function makes of values in an interface
//	  order.go       the order in which operands are evaluated
//	  checked.go     the checks that make a panic say its place
//
//	statements
//	  stmt.go        statements of every kind, return, go and defer
//	  assign.go      assignments
//	  flow.go        loops, break and continue
//	  rangefunc.go   loops over a function
//	  switch.go      switch and select
//	  initial.go     initial values of a package's variables
//	  variables/     which variables are captured, changed or pointed at
package lower
