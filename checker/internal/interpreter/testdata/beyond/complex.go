// beyond: uses complex numbers
package main

func main() {
	c := complex(1, 2)
	println(real(c * c))
}
