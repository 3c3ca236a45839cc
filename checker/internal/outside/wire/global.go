package wire

import "io"

// A judge's program has one proxy and one link.
var (
	fill    func(*Book)
	current *Link
)

// Register is called by the proxy with what fills its book.
func Register(f func(*Book)) { fill = f }

// Open begins the link that the proxy calls.
func Open(stream io.ReadWriter) (*Link, error) {
	b := NewBook()
	fill(b)
	l, err := Dial(b, stream)
	current = l
	return l, err
}

// Current is the judge's link.
func Current() *Link { return current }

// Call calls a function of the child's table.
func Call(function int, args, results []any) { current.Call(function, args, results) }

// Inside is what the proxy of a function does that can only be judged in one
// process.
func Inside(name, why string) {
	panic("nodebook internal error: " + name + " is judged inside: " + why)
}
