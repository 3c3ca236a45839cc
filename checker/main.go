// Checker judges the exercises of the workbook. Run "checker --help".
package main

import (
	"os"

	"nodebook/checker/internal/cli"
)

func main() { os.Exit(cli.Main(os.Args[1:])) }
