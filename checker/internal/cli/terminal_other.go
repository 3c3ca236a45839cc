//go:build !(linux || darwin || freebsd || netbsd || openbsd)

package cli

import "os"

// cbreak does nothing here: keys arrive when Enter is pressed.
func cbreak(fd int) (restore func()) { return func() {} }

// onResume never tells anything here.
func onResume() (resumed <-chan os.Signal, ignore func()) { return nil, func() {} }
