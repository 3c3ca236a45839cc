//go:build !linux

package yaegi

func makeRoom() { ballast = make([]byte, ballastSize) }
