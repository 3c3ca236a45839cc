// beyond: prints a value of its own type with %T
package main

import "fmt"

type hash [4]byte

func main() { fmt.Printf("%T\n", hash{}) }
