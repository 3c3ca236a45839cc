// Lesson8 downloads Bitcoin's first blocks from many peers and checks them.
package main

func main() {}
