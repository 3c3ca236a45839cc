package yaegi

import (
	"go/types"

	"nodebook/checker/internal/yaegi/symbols"
)

// natives are the compiled packages as the lowering asks for them.
type natives struct{ types.Importer }

func newNatives() natives { return natives{symbols.Importer()} }

func (natives) Known(path string) bool { return symbols.Known(path) }

func (natives) Held(path string) bool { return symbols.Held(path) }

// warm imports what will be asked for, while the request is still on its way.
func (n natives) warm(purpose string) {
	if purpose == forProgram {
		return
	}
	paths := []string{"bytes", "encoding/binary", "errors", "fmt", "io", "strings"} // of most code
	if purpose == forTests {
		paths = append(paths, "encoding/hex", "testing", "nodebook/fixtures/expect", "nodebook/fixtures/draw")
	}
	for _, path := range paths {
		n.Import(path) // where it fails, it fails again when it is wanted
	}
}
