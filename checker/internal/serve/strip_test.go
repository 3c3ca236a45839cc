package serve

import (
	"testing"

	"nodebook/checker/internal/workbook"
	"nodebook/lessons"
	"nodebook/solutions"

	"github.com/stretchr/testify/require"
)

// The strip says on which lessons a lesson's code is built, and about how long it takes.
func TestStrip(t *testing.T) {
	book, err := workbook.New(solutions.Files, lessons.Files)
	require.NoError(t, err)
	for name, want := range map[string]string{"lesson1": "", "lesson2": "lesson 1", "lesson4": "lessons 1, 2 and 3"} {
		l, err := book.Lesson(name)
		require.NoError(t, err)
		got, err := builtOn(book, l)
		require.NoError(t, err)
		require.Equal(t, want, got, name)
		require.Regexp(t, `^about \d hours$`, about(l), name)
	}
}
