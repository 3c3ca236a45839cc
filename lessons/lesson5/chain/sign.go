package chain

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"

	"nodebook/lessons/todo"
)

// KeyBits is the size of the RSA keys that nodes make.
const KeyBits = 2048

// MaxAddress bounds an address: PEM of a 4096-bit key is shorter.
const MaxAddress = 1024 // bytes

// NewKey makes an RSA key.
func NewKey() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, KeyBits) }

// AddressOf is the address of a key: its public half as a PEM block of type
// PUBLIC KEY (SubjectPublicKeyInfo).
func AddressOf(key *rsa.PrivateKey) Address {
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil { // only for key types it does not know
		panic(err)
	}
	return Address(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

// Key is the public key that an address stands for. It refuses anything but
// exactly one PEM block of an RSA key of 2048 to 4096 bits.
func (a Address) Key() (*rsa.PublicKey, error) {
	if len(a) > MaxAddress {
		return nil, fmt.Errorf("address: %d bytes are too many", len(a))
	}
	block, rest := pem.Decode([]byte(a))
	if block == nil || len(rest) > 0 {
		return nil, fmt.Errorf("address: not one PEM block")
	}
	key, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("address: %w", err)
	}
	pub, ok := key.(*rsa.PublicKey)
	if !ok || pub.N.BitLen() < KeyBits || pub.N.BitLen() > 2*KeyBits {
		return nil, fmt.Errorf("address: not an RSA key of %d to %d bits", KeyBits, 2*KeyBits)
	}
	return pub, nil
}

// Sign signs message with key: RSASSA-PSS over SHA-512, the mask from SHA-512
// as well, the salt as long as it can be (190 bytes for a 2048-bit key;
// rsa.PSSSaltLengthAuto chooses that). The signature is as long as the modulus.
func Sign(key *rsa.PrivateKey, message []byte) ([]byte, error) {
	return nil, todo.Err
}

// Verify reports whether signature is one that the owner of address a made over
// message, as [Sign] makes it, but with a salt of any length. It is false for an
// address that is not a key.
func Verify(a Address, message, signature []byte) bool {
	return false
}
