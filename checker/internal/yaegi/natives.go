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
