package yaegi

import (
	"runtime"
	"runtime/debug"

	"golang.org/x/sys/unix"
)

// roomSize is more than the tests of a lesson need, in bytes.
const roomSize = 96 << 20

// makeRoom gets memory that comes in large pages, and gives it back to the
// allocator, which hands it out again first. A child lives for a tenth of a
// second and touches most of its memory once: a fifth of its time went into the
// page faults of small pages.
func makeRoom() {
	usual := debug.SetGCPercent(-1)     // one collection, and not two, of which the first has nothing to do
	ballast = make([]byte, ballastSize) // first: what lies behind it is fresh
	room := make([]byte, roomSize)
	unix.Madvise(room, unix.MADV_HUGEPAGE) // refused, pages are small
	runtime.GC()                           // room is free from here on
	debug.SetGCPercent(usual)
}
