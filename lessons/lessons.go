// Package lessons holds the pages of the workbook, one README.md a lesson, and
// the package todo, which every stub imports.
package lessons

import "embed"

// Files is lessonN/README.md for every lesson, and todo/*.go.
//
//go:embed lesson*/README.md todo/*.go
var Files embed.FS
