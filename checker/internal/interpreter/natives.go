package interpreter

import (
	"go/types"

	"nodebook/checker/internal/interpreter/symbols"
)

// natives are the compiled packages as the lowering asks for them.
type natives struct {
	types.Importer
	warmed chan struct{} // closed when nobody else uses the importer
}

// newNatives are the packages for a child. It imports what will be asked for
// while the request is read and parsed.
func newNatives(purpose string) natives {
	n := natives{symbols.Importer(), make(chan struct{})}
	go func() {
		defer close(n.warmed)
		for _, path := range likely[purpose] {
			n.Importer.Import(path) // where it fails, it fails again when it is wanted
		}
	}()
	return n
}

// likely is what most code imports, by what a child is for.
var likely = map[string][]string{
	forCode: {"bytes", "encoding/binary", "errors", "fmt", "io", "strings"},
	forTests: {"bytes", "encoding/binary", "errors", "fmt", "io", "strings",
		"encoding/hex", "testing", "nodebook/fixtures/expect", "nodebook/fixtures/draw"},
}

func (n natives) Import(path string) (*types.Package, error) {
	<-n.warmed
	return n.Importer.Import(path)
}

func (natives) Known(path string) bool { return symbols.Known(path) }

func (natives) Held(path string) bool { return symbols.Held(path) }
