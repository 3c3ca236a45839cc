package lower

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The map in doc.go names every file and every package below.
func TestDoc_namesEveryFile(t *testing.T) {
	doc, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	entries, err := os.ReadDir(".")
	require.NoError(t, err)
	for _, e := range entries {
		name := e.Name()
		if e.IsDir() {
			name += "/"
		} else if name == "doc.go" || filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			continue
		}
		require.Regexp(t, `(?m)^//\t  `+name+` |in `+name+`$`, string(doc), "doc.go has no line for %s", name)
	}
}
