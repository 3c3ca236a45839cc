//go:build !linux

package cell

import "time"

// computed would be the processor time that a process has used so
// far.
func computed(int) (d time.Duration, known bool) { return 0, false }

// asleep would tell whether every thread of a process waits for something.
func asleep(int) bool { return false }

// waitsForInput cannot know: a program that mentions its input is asked for it as
// soon as it runs.
func waitsForInput(int) bool { return true }
