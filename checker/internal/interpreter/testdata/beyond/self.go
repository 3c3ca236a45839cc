// beyond: the type state refers to itself
package main

type state func() state

func end() state { return nil }

func main() {
	for s := state(end); s != nil; {
		s = s()
	}
}
