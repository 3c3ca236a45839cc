package cli

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// A platform's download, given as it came, is not a class of one.
func TestGradeOptions_file(t *testing.T) {
	file := filepath.Join(t.TempDir(), "submissions.zip")
	require.NoError(t, os.WriteFile(file, nil, 0o644))
	for name, want := range map[string]string{file: "unpack what your platform gave you into a folder, and name that", file + "x": "name the folder that has the submissions in it"} {
		_, err := (&app{}).gradeOptions(name, gradeFlags{})
		var h hinted
		require.True(t, errors.As(err, &h), "%v", err)
		require.Equal(t, want, h.hint)
	}
}
