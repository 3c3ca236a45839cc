// Package first closes the child's stream to other programs, before any code under
// test can start one: package syscall is all it needs, and of packages that are
// ready Go initialises the one first whose path sorts first.
package first

import "syscall"

func init() { syscall.CloseOnExec(3) }
