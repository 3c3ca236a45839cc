// beyond: calls errors.As with a target of the type main.temporary
package main

import (
	"errors"
	"os"
)

type temporary interface{ Temporary() bool }

func main() {
	var t temporary
	println(errors.As(os.ErrExist, &t))
}
