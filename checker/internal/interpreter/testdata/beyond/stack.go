// beyond: calls runtime.Caller, and the stack is the interpreter's
package main

import (
	"fmt"
	"runtime"
)

func main() { fmt.Println(runtime.Caller(0)) }
