package verdict

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

// A program that dies of a signal says so, and is not said to call os.Exit.
func TestCrash_fault(t *testing.T) {
	for said, want := range map[string]string{
		"SIGABRT: abort\nPC=0x43119d m=0 sigcode=0\n\ngoroutine 7 [running]:\nframing.f()\n\t/w/lessons/lesson1/framing/magic.go:9\n": "a fault ended the program: SIGABRT: abort\nat lessons/lesson1/framing/magic.go:9",
		"SIGSEGV: segmentation violation\nPC=0x4 m=0 sigcode=1 addr=0x8\n\ngoroutine 0 [idle]:\nruntime.f()\n":                        "a fault ended the program: SIGSEGV: segmentation violation",
		"runtime/cgo: pthread_create failed: Resource temporarily unavailable\nSIGABRT: abort\nPC=0x4 m=0 sigcode=0\n":                "thread exhaustion: it could not start another thread",
		"out of memory\npanic: index out of range\n\ngoroutine 7 [running]:\n":                                                        "panic: index out of range",
	} {
		if v, got := crash("/w", said); v != report.Panicked || got != want {
			t.Errorf("%s: %s %q, want %q", said, v, got, want)
		}
	}
	for _, signal := range []string{"SIGABRT: abort", "SIGILL: illegal instruction", "SIGQUIT: quit"} {
		if got := beforeCrash("mine\n" + signal + "\nPC=0x4 m=0 sigcode=0\n\ngoroutine 0 [idle]:\n"); got != "mine\n" {
			t.Errorf("before %s it printed %q", signal, got)
		}
	}
	if v, _ := crash("/w", "SIGQUIT: quit\nPC=0x4 m=0 sigcode=0\n"); v != "" {
		t.Errorf("what go test ends is %s by itself", v)
	}
	collector := "SIGSEGV: segmentation violation\nPC=0x43119d m=0 sigcode=1 addr=0x0\n\ngoroutine 0 gp=0x6a65e0 m=0 mp=0x6a73a0 [idle]:\nruntime.(*spanQueue).tryDrain(0x400?)\n"
	if v, got := crash("/w", collector); v != report.OutOfMemory {
		t.Errorf("%s: %s %q", collector, v, got)
	}
}
