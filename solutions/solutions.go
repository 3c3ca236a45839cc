// Package solutions holds the references and the hidden tests of every lesson.
//
// It is the registry of lessons: a folder lessonN beside this file is a lesson,
// and nothing else says so.
package solutions

import "embed"

// Files is this folder: lessonN/main.go, lessonN/PACKAGE/*.go and testdata.
//
//go:embed lesson*
var Files embed.FS
