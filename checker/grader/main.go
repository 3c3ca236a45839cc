// Grader is the checker with a queue server in it, for "grade --serve-queue". The
// server makes the program a third larger, so the checker does without.
package main

import (
	"os"

	"nodebook/checker/internal/cli"
	"nodebook/checker/internal/grade/queue/server"
	"nodebook/checker/internal/interpreter"
)

func main() {
	interpreter.ServeChild()
	cli.QueueServer = server.Serve
	os.Exit(cli.Main(os.Args[1:]))
}
