// A server of another process: it says where it is, and ends with its input.
package main

import (
	"fmt"
	"io"
	"net"
	"os"
)

func main() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println(l.Addr())
	io.Copy(io.Discard, os.Stdin)
}
