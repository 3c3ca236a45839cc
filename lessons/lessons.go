// Package lessons holds the pages of the workbook, one README.md per lesson, and
// the package todo, which every stub imports.
package lessons

import "embed"

// Files is the prologue, lessonN/README.md for every lesson, the pictures of both,
// and todo/*.go.
//
//go:embed README.md pictures/*.svg lesson*/README.md lesson*/pictures/*.svg todo/*.go
var Files embed.FS
