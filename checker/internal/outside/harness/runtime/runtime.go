// Package runtime stands in for the standard one in hidden tests that run outside
// of the learner's process: what they measure is what the child measures.
package runtime

import (
	"runtime"

	"nodebook/checker/internal/outside/wire"
)

// MemStats has the fields of the standard package's that the child measures. A test
// that wants another does not compile, and so its package is judged inside.
type MemStats struct {
	TotalAlloc uint64 // by the package's functions, since it was first asked for in the test
	HeapAlloc  uint64
}

// ReadMemStats measures the child.
func ReadMemStats(m *MemStats) {
	l := wire.Current()
	m.TotalAlloc, m.HeapAlloc = l.Allocated(), l.Heap()
}

// NumGoroutine is how many goroutines the child has.
func NumGoroutine() int { return wire.Current().Goroutines() }

// GC collects the child's garbage.
func GC() { wire.Current().Collect() }

// Gosched and the others are the standard package's.
var (
	Gosched    = runtime.Gosched
	GOMAXPROCS = runtime.GOMAXPROCS
	NumCPU     = runtime.NumCPU
)

// Stack is the standard package's, too: that of the judge's goroutines. Tests in a
// bubble count them, and these run inside.
var Stack = runtime.Stack

// GOOS is the standard package's.
const GOOS = runtime.GOOS
