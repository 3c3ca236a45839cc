// beyond: uses package unsafe
package main

import "unsafe"

func main() {
	x := 1
	println(*(*int)(unsafe.Pointer(&x)))
}
