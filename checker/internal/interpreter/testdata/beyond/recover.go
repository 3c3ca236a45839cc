// beyond: calls recover in a function that is not deferred where it stands
package main

func main() {
	defer clean()
	clean()
}

func clean() {
	f := func() any { return recover() }
	f()
}
