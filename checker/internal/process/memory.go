package process

import "nodebook/checker/internal/lazyregexp"

// NoMemory tells from a Go program's last words that the system gave it no more
// memory.
func NoMemory(said string) bool { return noMemory().MatchString(said) }

// Most of it is what the runtime says of a request that was refused. The
// collector (Go 1.26, mgcmark_greenteagc.go) does not check that it was granted
// the memory for a new span queue's ring, and faults at address 0 when it first
// uses it.
var noMemory = lazyregexp.New(`(?m)^fatal error: (?:runtime: |pageAlloc: )?(?:out of memory|cannot allocate memory|cannot map pages)|^runtime: out of memory` +
	`|^runtime: failed to create new OS thread \(have \d+ already; errno=12\)` +
	`|^SIGSEGV: .*\nPC=.* addr=0x0\n\ngoroutine 0 .*:\nruntime\.\(\*spanQueue\)\.`)
