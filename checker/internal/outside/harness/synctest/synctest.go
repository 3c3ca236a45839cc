// Package synctest stands in for testing/synctest in hidden tests that run outside of
// the learner's process: the clock is the machine's. A test whose bubble moves or
// reads the clock, or waits for the learner's goroutines, is judged inside.
package synctest

import "testing"

// Test calls f.
func Test(t *testing.T, f func(*testing.T)) { f(t) }

// Wait is there for the tests that are judged inside, which the same program holds.
func Wait() { panic("nodebook internal error: this test is judged inside") }
