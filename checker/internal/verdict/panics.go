package verdict

import (
	"strings"

	"nodebook/fixtures/simnet/bubble"
)

// reasons are what the ends of a program teach, by their words. A test that knows better
// says so itself (expect.Try.Halts).
var reasons = []struct{ words, why string }{
	{"index out of range", "the indices of n elements are 0 to n-1: look at the length first"},
	{"slice bounds out of range", "a slice ends where its elements end: look at the length first"},
	{"cannot convert slice with length", "an array of n elements needs a slice of n: look at the length first"},
	{"makeslice: len out of range", "make panics for a negative length and for a huge one: look at the number first"},
	{"nil pointer dereference", "a pointer points to nothing until it is set, and a result that comes with an error is often nil: look at the error first"},
	{"assignment to entry in nil map", "a map can be read before it is made, and not written: make it first"},
	{"integer divide by zero", "look at the divisor first"},
	{"send on closed channel", "a channel is closed after its last send: wait for all senders first"},
	{"close of closed channel", "a channel is closed once, by one goroutine"},
	{"negative WaitGroup counter", "each Done needs an Add before it"},
	{allWait, "look at what is waited for: a channel that no goroutine sends to or closes, a WaitGroup without its Done, a lock that is not unlocked"},
	{bubble.LockHeld, "unlock before you wait for a channel, a reader or another goroutine"},
	{"is not held: lock it first", "several goroutines come here at the same time: what they share is used only by the one that has the lock"},
	{"unlock of unlocked", "each Unlock needs a Lock before it"},
}

// reason is what a message about the end of a program teaches; "" if that is nothing general.
func reason(message string) string {
	first, _, _ := strings.Cut(message, "\n")
	for _, r := range reasons {
		if strings.Contains(first, r.words) {
			return r.why
		}
	}
	return ""
}
