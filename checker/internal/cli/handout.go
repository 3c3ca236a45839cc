package cli

import (
	"maps"

	"nodebook/checker/internal/handout"
	"nodebook/checker/internal/workbook"
	"nodebook/fixtures"
)

// workbookFiles returns all files that "checker init" hands out.
func (a *app) workbookFiles() (map[string][]byte, error) {
	book, err := a.book()
	if err != nil {
		return nil, err
	}
	files, err := a.module(book)
	if err != nil {
		return nil, err
	}
	extras, err := handout.Extras()
	maps.Copy(files, extras)
	return files, err
}

// module returns the files of a workbook that its packages are built from.
func (a *app) module(book *workbook.Book) (map[string][]byte, error) {
	src, err := handout.FromBinary(book, fixtures.Files)
	if err != nil {
		return nil, err
	}
	return handout.Files(src)
}
