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
package lower
