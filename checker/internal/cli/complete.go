package cli

import (
	"strings"

	"nodebook/checker/internal/workbook"

	"github.com/spf13/cobra"
)

// words completes a flag with a fixed set of words.
func words(list ...string) cobra.CompletionFunc {
	return cobra.FixedCompletions(list, cobra.ShellCompDirectiveNoFileComp)
}

// completeLesson offers the names of lessons and nothing after the first.
func (a *app) completeLesson(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return a.complete(cmd, args, typed)
}

// completeOne offers the names of lessons, then those of the lesson's exercises
// and nothing after the first of these.
func (a *app) completeOne(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 1 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return a.complete(cmd, args, typed)
}

// complete offers the names of lessons, then those of a lesson's exercises.
func (a *app) complete(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	book, err := a.book()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	if len(args) == 0 {
		return lessonNames(book, typed), cobra.ShellCompDirectiveNoFileComp
	}
	l, err := book.FindLesson(args[0])
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var names []string
	for _, e := range l.Exercises {
		if strings.HasPrefix(strings.ToLower(e.Name), strings.ToLower(typed)) {
			names = append(names, cobra.CompletionWithDesc(e.Name, e.Title))
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

func lessonNames(book *workbook.Book, typed string) []string {
	var names []string
	for _, name := range book.Names() {
		if !strings.HasPrefix(name, typed) {
			continue
		}
		if l, err := book.Lesson(name); err == nil {
			names = append(names, cobra.CompletionWithDesc(name, l.Title))
		}
	}
	return names
}
