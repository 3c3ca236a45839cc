package chain_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"

	"nodebook/solutions/lesson5/chain"

	"github.com/stretchr/testify/require"
)

// addressOf is the PEM text of whatever key.
func addressOf(t *testing.T, key crypto.PublicKey) chain.Address {
	der, err := x509.MarshalPKIXPublicKey(key)
	require.NoError(t, err)
	return chain.Address(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

func TestVerify_keys(t *testing.T) {
	bits := func(n int) chain.Address {
		modulus := new(big.Int).Lsh(big.NewInt(1), uint(n-1))
		return addressOf(t, &rsa.PublicKey{N: modulus.Add(modulus, big.NewInt(1)), E: 65537})
	}
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	for name, a := range map[string]chain.Address{
		"2047 bits":       bits(2047),
		"4097 bits":       bits(4097),
		"a curve's point": addressOf(t, &curve.PublicKey),
		"two blocks":      address(0) + address(1),
		"no key":          "-----BEGIN PUBLIC KEY-----\naGVsbG8=\n-----END PUBLIC KEY-----\n",
		"a byte after it": address(0) + "x",
	} {
		_, err := a.Key()
		require.ErrorContains(t, err, "address: ", name)
	}
	for _, n := range []int{2048, 4096} {
		key, err := bits(n).Key()
		require.NoError(t, err)
		require.Equal(t, n, key.N.BitLen())
	}
	long := strings.Repeat("\n", chain.MaxAddress-len(address(0))) + string(address(0))
	_, err = chain.Address(long).Key()
	require.NoError(t, err)
	_, err = chain.Address("\n" + long).Key()
	require.ErrorContains(t, err, "1025 bytes")
}
