//go:build !linux

package cell

import "time"

// computed would be the processor time that a process has used so
// far.
func computed(int) (d time.Duration, known bool) { return 0, false }
