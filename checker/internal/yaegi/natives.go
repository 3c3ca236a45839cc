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

// warm imports what hidden tests import, while the request is still on its way.
func (n natives) warm() {
	for _, path := range []string{
		"nodebook/fixtures/expect", "nodebook/fixtures/draw", "testing", "bytes", "encoding/binary", "encoding/hex",
		"errors", "fmt", "io", "strings",
	} {
		n.Import(path) // where it fails, it fails again when it is wanted
	}
}
