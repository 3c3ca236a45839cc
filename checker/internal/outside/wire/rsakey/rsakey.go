// Package rsakey lets RSA keys travel. A main or a proxy whose functions take one
// imports it.
package rsakey

import (
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"math/big"
	"sync"

	"nodebook/checker/internal/outside/wire"
)

// known keeps keys by their encoding: to check one takes milliseconds.
var known sync.Map

func init() {
	wire.Special(func(k rsa.PrivateKey) ([]byte, error) {
		if k.N == nil || k.D == nil || len(k.Primes) == 0 {
			return nil, nil
		}
		return x509.MarshalPKCS1PrivateKey(&k), nil
	}, func(b []byte) (rsa.PrivateKey, error) {
		if len(b) == 0 {
			return rsa.PrivateKey{}, nil
		}
		if k, ok := known.Load(string(b)); ok {
			return *k.(*rsa.PrivateKey), nil
		}
		if len(b) > mostBytes {
			return rsa.PrivateKey{}, errSize
		}
		k, err := x509.ParsePKCS1PrivateKey(b)
		if err != nil {
			return rsa.PrivateKey{}, err
		}
		known.Store(string(b), k)
		return *k, nil
	})
	wire.Special(func(k rsa.PublicKey) ([]byte, error) {
		if k.N == nil {
			return nil, nil
		}
		return append([]byte{byte(k.E >> 24), byte(k.E >> 16), byte(k.E >> 8), byte(k.E)}, k.N.Bytes()...), nil
	}, func(b []byte) (rsa.PublicKey, error) {
		if len(b) == 0 {
			return rsa.PublicKey{}, nil
		}
		if len(b) < 5 || len(b) > mostBytes {
			return rsa.PublicKey{}, errSize
		}
		return rsa.PublicKey{N: new(big.Int).SetBytes(b[4:]), E: int(b[0])<<24 | int(b[1])<<16 | int(b[2])<<8 | int(b[3])}, nil
	})
}

const mostBytes = 8 << 10 // of a key: 16,384 bits are far more than anybody needs

var errSize = errors.New("not the size of a key")
