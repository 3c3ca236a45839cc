// Package sync holds the functions with type parameters of the package of that
// name, written for the interpreter.
package sync

import "sync"

// OnceValue is sync.OnceValue.
func OnceValue[T any](f func() T) func() T {
	var once sync.Once
	var value T
	var failed any
	done := false
	return func() T {
		once.Do(func() {
			defer func() {
				failed = recover()
			}()
			value = f()
			done = true
		})
		if !done {
			panic(failed)
		}
		return value
	}
}

// OnceValues is sync.OnceValues.
func OnceValues[A, B any](f func() (A, B)) func() (A, B) {
	var a A
	var b B
	once := OnceValue(func() bool {
		a, b = f()
		return true
	})
	return func() (A, B) {
		once()
		return a, b
	}
}
