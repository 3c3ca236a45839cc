package serve

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A source of the page imports only what does not import it, so that each file
// can be read with the files below it. esbuild and tsc accept circles.
func TestSources_noCircles(t *testing.T) {
	files, err := filepath.Glob("web/src/*.ts")
	require.NoError(t, err)
	figures, err := filepath.Glob("web/src/figures/*.ts")
	require.NoError(t, err)
	imports := map[string][]string{}
	from := regexp.MustCompile(`(?m)^(?:import|export) .*from "(\.\.?/[a-z/]+)";`)
	for _, file := range append(files, figures...) {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.ToSlash(file), "web/src/"), ".ts")
		imports[name] = nil
		for _, m := range from.FindAllStringSubmatch(string(text), -1) {
			imports[name] = append(imports[name], path.Join(path.Dir(name), m[1]))
		}
	}
	require.Contains(t, imports["app"], "api")
	require.Contains(t, imports["figures/frame"], "dom")
	var visit func(name string, path []string)
	done := map[string]bool{}
	visit = func(name string, path []string) {
		path = append(path, name)
		require.NotContains(t, path[:len(path)-1], name, "circle: %s", strings.Join(path, " imports "))
		if done[name] {
			return
		}
		for _, other := range imports[name] {
			require.Contains(t, imports, other, "%s imports %s, which is not in web/src", name, other)
			visit(other, path)
		}
		done[name] = true
	}
	for name := range imports {
		visit(name, nil)
	}
}
