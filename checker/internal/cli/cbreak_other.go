//go:build !(linux || darwin || freebsd || netbsd || openbsd)

package cli

// cbreak does nothing here: keys arrive when Enter is pressed.
func cbreak(fd int) (restore func()) { return func() {} }
