package prelude

import (
	"fmt"
	"os"
	"strings"
)

// WallExit is the exit status of a program that came to a place beyond the
// walls.
const WallExit = 125

// Wall ends the program: it cannot go on as Go would.
func Wall(why string) {
	fmt.Fprintln(os.NewFile(2, "stderr"), WallMark+strings.ReplaceAll(why, "\n", " "))
	os.Exit(WallExit)
}
