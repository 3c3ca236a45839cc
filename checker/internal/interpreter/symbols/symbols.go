// Package symbols holds what interpreted code may use of compiled packages:
// the values of their functions, variables and types, and what the type checker
// needs to know of them. No Go toolchain is asked for either.
//
// Both are generated from generate/packages.txt:
//
//go:generate go run ./generate
package symbols

import (
	"bytes"
	"embed"
	"fmt"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"reflect"
)

//go:embed types
var exportData embed.FS

// Known tells whether the package's types are at hand: code that imports it can
// be checked.
func Known(path string) bool {
	f, err := exportData.Open("types/" + path + ".x")
	if err != nil {
		return false
	}
	f.Close()
	return true
}

// Held tells whether the package's functions and variables are at hand as well.
func Held(path string) bool { return tables[path] != nil }

// Table is the values of a package by name; of a type the nil pointer to it.
func Table(path string) map[string]reflect.Value { return tables[path]() }

// Importer is an importer of the packages' types. It is not safe for concurrent
// use, and types of two importers do not mix.
func Importer() types.Importer {
	return importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) {
		b, err := exportData.ReadFile("types/" + path + ".x")
		if err != nil {
			return nil, fmt.Errorf("package %s is not known to the interpreter", path)
		}
		return io.NopCloser(bytes.NewReader(b)), nil
	})
}
