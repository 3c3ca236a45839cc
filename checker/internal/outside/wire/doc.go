// Package wire carries calls between two processes: the judge, which runs the
// hidden tests, and the child, which runs the learner's code.
//
// Both sides use the same code. A [Link] has a stream and a [Book]: the types,
// errors and interfaces that both sides know by the same numbers. Either side can
// call what the other has offered: a function of the table, a function value, a
// method of an interface value.
//
//	frame   length of the rest, 4 bytes, little endian; kind, 1 byte; body
//	call    number, parent, target, changes, arguments
//	reply   number, changes, results
//	panic   number, text, stack
//	exit    number: the goroutine ended by runtime.Goexit
//	news    changes: a context has ended, and nobody calls
//
// Values are encoded by their static types, which both sides know, so nothing in
// a frame says what type it has. What a value refers to is shared as far as two
// processes can share: memory behind slices and pointers is numbered, and every
// frame starts with what has changed in it (memory.go); an interface value or a
// function is a number that can be called (object.go); an error is a sentinel, or
// its text with the sentinels that errors.Is finds in it (errors.go); a context is a
// number that the other side looks at, and is told of its end (context.go); a value of a
// type that only the tests have is sent with its shape (shape.go).
//
// The judge believes nothing. It decodes by its own types, checks every number
// and every length before it allocates, and gives up on the first bad frame. The
// child may send what it likes: all that it decides is what its answers are.
package wire
