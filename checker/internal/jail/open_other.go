//go:build !linux

package jail

import (
	"context"
	"fmt"
	"runtime"
)

// Open says that this system has no jail.
func Open(context.Context) (Jail, error) {
	return nil, fmt.Errorf("%w: there is none for %s; grade in a Linux machine or container", ErrUnavailable, runtime.GOOS)
}
