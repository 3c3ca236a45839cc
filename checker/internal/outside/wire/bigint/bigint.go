// Package bigint lets big integers travel. A main or a proxy whose functions take one
// imports it.
package bigint

import (
	"errors"
	"math/big"

	"nodebook/checker/internal/outside/wire"
)

func init() {
	wire.Mutable(func(n big.Int) ([]byte, error) {
		return append([]byte{byte(n.Sign() + 1)}, n.Bytes()...), nil
	}, func(b []byte) (n big.Int, err error) {
		if len(b) == 0 || b[0] > 2 {
			return n, errors.New("not a number")
		}
		n.SetBytes(b[1:])
		if b[0] == 0 {
			n.Neg(&n)
		}
		return n, nil
	}, func(to, from *big.Int) { to.Set(from) }, func(a, b *big.Int) bool { return a.Cmp(b) == 0 })
}
