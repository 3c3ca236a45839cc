//go:build !unix

package build

// private is a folder that nobody but the user can write to; none is needed here.
func private() string { return "" }
