// beyond: uses os/exec, which the interpreter does not have
package main

import (
	"fmt"
	"os/exec"
)

func main() { fmt.Println(exec.Command("true").Run()) }
