// Lesson7 verifies the first 14,132 blocks of Bitcoin.
package main

func main() {}
