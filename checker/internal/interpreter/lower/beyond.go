package lower

import (
	"fmt"
	"go/token"
)

// Beyond says why something is not interpreted.
type Beyond struct {
	Pos token.Pos
	Why string // such as: uses complex numbers
}

func (b *Beyond) Error() string { return b.Why }

// beyond stops the lowering of a unit.
func beyond(pos token.Pos, format string, args ...any) {
	panic(&Beyond{pos, fmt.Sprintf(format, args...)})
}

// guard runs f and returns what it found to be beyond the walls.
func guard(f func()) (b *Beyond) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case *Beyond:
			b = r
		default:
			panic(r)
		}
	}()
	f()
	return nil
}
