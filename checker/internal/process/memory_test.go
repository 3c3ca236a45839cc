package process_test

import (
	"strings"
	"testing"

	"nodebook/checker/internal/process"
)

func TestNoMemory(t *testing.T) {
	const fault = `SIGSEGV: segmentation violation
PC=0x43119d m=0 sigcode=1 addr=0x0

goroutine 0 gp=0x6a65e0 m=0 mp=0x6a73a0 [idle]:
runtime.(*spanQueue).tryDrain(0x400?, 0x470000000000000?, 0x33202002?)
	/go/src/runtime/mgcmark_greenteagc.go:520 +0x5d
`
	for said, want := range map[string]bool{
		"fatal error: runtime: out of memory\n":                                                        true,
		"runtime: out of memory: cannot allocate 4194304-byte block\n":                                 true,
		"fatal error: runtime: cannot allocate memory\n":                                               true,
		"fatal error: out of memory allocating heap arena metadata\n":                                  true,
		"fatal error: pageAlloc: out of memory\n":                                                      true,
		"its words\nfatal error: runtime: cannot map pages in arena":                                   true,
		"runtime: failed to create new OS thread (have 7 already; errno=12)\nfatal error: newosproc\n": true,
		fault: true,

		"runtime: failed to create new OS thread (have 7 already; errno=11)\nfatal error: newosproc\n": false,
		strings.Replace(fault, "addr=0x0", "addr=0xc000012345", 1):                                     false,
		strings.Replace(fault, "runtime.(*spanQueue).tryDrain", "runtime.scanobject", 1):               false,
		"out of memory\npanic: index out of range\n":                                                   false,
		"panic: out of memory\n":                             false,
		"the wallet says: fatal error: out of memory\n":      false,
		"fatal error: all goroutines are asleep - deadlock!": false,
	} {
		if got := process.NoMemory(said); got != want {
			t.Errorf("%v, want %v, of\n%s", got, want, said)
		}
	}
}
