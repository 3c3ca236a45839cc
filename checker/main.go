// Checker judges the exercises of the workbook. Run "checker --help".
package main

import (
	"os"

	"nodebook/checker/internal/cli"
	"nodebook/checker/internal/interpreter"
)

func main() {
	interpreter.ServeChild()
	os.Exit(cli.Main(os.Args[1:]))
}
