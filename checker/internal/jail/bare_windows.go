package jail

import "fmt"

// Bare is not to be had on Windows: results need a socket that is inherited.
func Bare() (Jail, error) {
	return nil, fmt.Errorf("%w, nor --no-jail, on Windows; grade in a Linux machine, a container or WSL", ErrUnavailable)
}
