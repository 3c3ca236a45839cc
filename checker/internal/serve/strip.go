package serve

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"nodebook/checker/internal/workbook"
)

// How long a lesson takes is a guess that a reader can plan with: what people read in a
// minute, and what a small function takes with its tests.
const (
	wordsPerMinute     = 200
	minutesPerExercise = 12
)

// about is roughly how long a lesson takes, in words.
func about(l *workbook.Lesson) string {
	minutes := len(strings.Fields(l.Page.Text))/wordsPerMinute + minutesPerExercise*len(l.Exercises)
	return fmt.Sprintf("about %d hours", max(1, (minutes+30)/60))
}

// builtOn says which earlier lessons a lesson's code imports: "lessons 1 and 2".
//
// Errors: those of reading the references.
func builtOn(book *workbook.Book, l *workbook.Lesson) (string, error) {
	var numbers []string
	for _, name := range book.Before(l) {
		uses := false
		for _, p := range l.Packages {
			for _, file := range p.Files {
				src, err := fs.ReadFile(book.Solutions, file)
				if err != nil {
					return "", err
				}
				f, err := parser.ParseFile(token.NewFileSet(), file, src, parser.ImportsOnly)
				if err != nil {
					return "", err
				}
				for _, i := range f.Imports {
					of, _ := strconv.Unquote(i.Path.Value)
					uses = uses || strings.Contains(of+"/", "/"+name+"/")
				}
			}
		}
		if uses {
			numbers = append(numbers, strings.TrimPrefix(name, "lesson"))
		}
	}
	switch n := len(numbers); n {
	case 0:
		return "", nil
	case 1:
		return "lesson " + numbers[0], nil
	default:
		return "lessons " + strings.Join(slices.Concat([]string{strings.Join(numbers[:n-1], ", ")}, numbers[n-1:]), " and "), nil
	}
}
