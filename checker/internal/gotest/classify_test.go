package gotest

import (
	"testing"

	"nodebook/checker/internal/report"
)

// The address of a panic's value says nothing, and is another one in each run.
func TestCrash_address(t *testing.T) {
	for said, want := range map[string]string{
		"panic: (framing.own) 0x6a40b8 [recovered, repanicked]": "panic: (framing.own)",
		"panic: framing.code(7)":                                "panic: framing.code(7)",
		"panic: it ends in 0x6a40b8":                            "panic: it ends in 0x6a40b8",
	} {
		if v, got := crash("/w", said+"\n\ngoroutine 7 [running]:\n"); v != report.Panicked || got != want {
			t.Errorf("%s: %s %q, want %q", said, v, got, want)
		}
	}
}
