// Package compiled holds hidden tests as compiled code.
//
// To interpret the tests of a lesson costs the interpreter more than to run them:
// there are ten lines of tests to a line of the learner's. Where a package's API
// is plain, functions over numbers, strings, bytes and structs of these, the
// tests are compiled into the checker instead, and only the learner's code is
// interpreted. The tests call a package of the same API, whose functions hand on
// to the interpreted ones:
//
//	lesson1/framing        the API, and what it hands on to
//	lesson1/framing/tests  the hidden tests, which import it
//	table.go               which packages there are, and the bridge: functions that
//	                       the interpreter is given, which take the API's types apart
//
// All three are generated from solutions, for the packages in
// generate/packages.txt:
//
// It is a shortcut, and nothing but time depends on it. Whoever uses it compares
// the tests ([Package.Current]) and the learner's API ([Describe]) with what was
// compiled, and interprets the tests where either differs.
//
//go:generate go run ./generate
package compiled

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"go/types"
	"maps"
	"slices"
	"strings"
	"testing"
)

// Package is a package of a lesson whose hidden tests are compiled.
type Package struct {
	Hash   string   // of the tests that were compiled
	Names  []string // of the API, as far as the tests use it
	API    string   // what these are: see Describe
	Bridge string   // the source of the functions that the interpreter is given
	Gates  []string // their names

	// Bind makes the API hand on to the functions of the bridge, each as the
	// interpreter has it. The tests can be run after that.
	Bind func(gate func(name string) any)
	// Tests are the tests by name.
	Tests func() map[string]func(*testing.T)
}

// Find is the package whose folder is dir, such as lessons/lesson1/framing; nil if
// its tests are not compiled.
func Find(dir string) *Package { return packages[dir] }

// Current reports whether these hidden tests are the ones that were compiled.
func (p *Package) Current(files map[string][]byte) bool { return p.Hash == Hash(files) }

// Hash tells hidden tests from others; files are by name.
func Hash(files map[string][]byte) string {
	h := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(h, "%s %d\n%s", name[strings.LastIndex(name, "/")+1:], len(files[name]), files[name])
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Describe tells what the exported names of a package are: types with their
// fields and methods, constants with their values. Two packages that are
// described alike can stand in for each other. The package's own types have its
// name: one may be called error.
func Describe(pkg *types.Package, names []string) string {
	var b strings.Builder
	within := func(of *types.Package) string {
		if of == pkg {
			return pkg.Name()
		}
		return of.Path()
	}
	for _, name := range names {
		obj := pkg.Scope().Lookup(name)
		if obj == nil {
			fmt.Fprintf(&b, "%s is missing\n", name)
			continue
		}
		fmt.Fprintf(&b, "%s", types.ObjectString(obj, within))
		switch obj := obj.(type) {
		case *types.Const:
			fmt.Fprintf(&b, " = %s", obj.Val().ExactString())
		case *types.TypeName:
			methods := types.NewMethodSet(types.NewPointer(obj.Type()))
			for i := range methods.Len() {
				fmt.Fprintf(&b, "; %s", types.ObjectString(methods.At(i).Obj(), within))
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}
