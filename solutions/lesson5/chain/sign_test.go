package chain_test

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"strconv"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/fixtures/toycoin"
	"nodebook/solutions/lesson5/chain"
)

func verified(key int, message string, sig []byte) bool {
	d := sha512.Sum512([]byte(message))
	return rsa.VerifyPSS(&toycoin.Key(key).PublicKey, crypto.SHA512, d[:], sig, &rsa.PSSOptions{SaltLength: 190, Hash: crypto.SHA512}) == nil
}

func TestSign(t *testing.T) {
	d := draw.From(t)
	for i := range 3 {
		msg := d.Bytes(d.IntN(300))
		try := expect.Tried(t, "Sign(key, message), a 2048-bit key and a message of %d bytes", len(msg))
		try.Why("the message is hashed, so that it may have any length")
		given := bytes.Clone(msg)
		sig, err := chain.Sign(toycoin.Key(i), given)
		try.NoError(err)
		try.Why("the caller sends the message beside its signature").Bytes("the message afterwards", given, msg)
		try.Equal("length of the signature", len(sig), 256)
		try.Why("toycoin verifies RSA-PSS, SHA-512 for message and mask, with a salt of 190 bytes")
		try.True(verified(i, string(msg), sig), "a signature that another implementation refuses", "one that it accepts")
	}
}

// signedBy reports whether sig is key's over message, with the longest salt that fits.
func signedBy(key *rsa.PrivateKey, message, sig []byte) bool {
	d := sha512.Sum512(message)
	return rsa.VerifyPSS(&key.PublicKey, crypto.SHA512, d[:], sig, &rsa.PSSOptions{SaltLength: key.Size() - 66, Hash: crypto.SHA512}) == nil
}

func TestSign_large(t *testing.T) {
	d := draw.From(t)
	for _, key := range toycoin.Large() {
		msg := d.Bytes(40)
		try := expect.Tried(t, "Sign(key, message), where key has %d bits", key.N.BitLen())
		try.Why("Key allows keys of 2048 to 4096 bits, and the longest salt grows with the key")
		sig, err := chain.Sign(key, msg)
		try.NoError(err)
		try.Why("an RSA signature is a number below the key's modulus, written in as many bytes as the modulus has")
		try.Equal("length of the signature", len(sig), key.Size())
		try.Why("the salt is as long as it can be: the key's bytes less 64 for the hash and 2 more, so %d here", key.Size()-66)
		try.True(signedBy(key, msg, sig), "a signature that another implementation refuses", "one that it accepts")
	}
}

func TestVerify_large(t *testing.T) {
	d := draw.From(t)
	for _, key := range toycoin.Large() {
		msg := d.Bytes(40)
		digest := sha512.Sum512(msg)
		sig, err := rsa.SignPSS(rand.Reader, key, crypto.SHA512, digest[:], &rsa.PSSOptions{SaltLength: key.Size() - 66, Hash: crypto.SHA512})
		expect.Broken(t, err)
		try := expect.Tried(t, "Verify of a right signature by a key of %d bits", key.N.BitLen())
		try.Why("Key allows keys of 2048 to 4096 bits, and the longest salt grows with the key")
		try.True(chain.Verify(chain.Address(toycoin.AddressOf(key)), msg, sig), "false", "true")
		sig[d.IntN(len(sig))] ^= 1
		try = expect.Tried(t, "Verify of that signature with one bit turned, %d bits", key.N.BitLen())
		try.Why("every bit of a signature counts")
		try.True(!chain.Verify(chain.Address(toycoin.AddressOf(key)), msg, sig), "true", "false")
	}
}

func TestSign_salted(t *testing.T) {
	msg := draw.From(t).Bytes(40)
	try := expect.Tried(t, "Sign(key, message) twice").Why("each signature has a new random salt")
	a, err := chain.Sign(toycoin.Key(0), msg)
	try.NoError(err)
	b, err := chain.Sign(toycoin.Key(0), msg)
	try.NoError(err)
	try.True(!bytes.Equal(a, b), "the same bytes twice", "two different signatures")
}

func TestVerify(t *testing.T) {
	msg, sig := toycoin.Signature()
	try := expect.Tried(t, "Verify of a signature that Python's cryptography made").Why("RSA-PSS over SHA-512, its longest salt")
	try.True(chain.Verify(address(0), msg, sig), "false", "true")
	d := draw.From(t)
	for i := range 3 {
		m := d.Bytes(d.IntN(200))
		try := expect.Tried(t, "Verify of a right signature over %d bytes", len(m))
		try.Why("Verify hashes the message as Sign does, of any length, and takes the key from the address")
		try.True(chain.Verify(address(i), m, signed(t, i, string(m))), "false", "true")
	}
}

// The owner's software may have chosen another salt, such as one as long as the hash.
func TestVerify_salt(t *testing.T) {
	d := draw.From(t)
	msg := d.Bytes(50)
	digest := sha512.Sum512(msg)
	for _, salt := range []int{190, sha512.Size, d.Between(1, 189)} {
		sig, err := rsa.SignPSS(rand.Reader, toycoin.Key(0), crypto.SHA512, digest[:], &rsa.PSSOptions{SaltLength: salt, Hash: crypto.SHA512})
		expect.Broken(t, err)
		try := expect.Tried(t, "Verify of a right signature with a salt of %d bytes", salt)
		try.Why("a signature shows by itself how long its salt is, and rsa.PSSSaltLengthAuto looks: whatever its length, the owner made it")
		try.True(chain.Verify(address(0), msg, sig), "false", "true")
	}
}

func TestVerify_refuses(t *testing.T) {
	d := draw.From(t)
	msg := d.Bytes(60)
	sig := signed(t, 0, string(msg))
	bent := bytes.Clone(sig)
	bent[d.IntN(256)] ^= 1
	other := bytes.Clone(msg)
	other[d.IntN(60)] ^= 1
	digest := sha512.Sum512(msg)
	old, err := rsa.SignPKCS1v15(rand.Reader, toycoin.Key(0), crypto.SHA512, digest[:])
	expect.Broken(t, err)
	short := sha256.Sum256(msg)
	weak, err := rsa.SignPSS(rand.Reader, toycoin.Key(0), crypto.SHA256, short[:], nil)
	expect.Broken(t, err)
	try := expect.Tried(t, "Verify of a right signature").Why("RSA-PSS over SHA-512, by the key of the address")
	try.True(chain.Verify(address(0), msg, sig), "false", "true")
	const (
		whole  = "every bit of a signature counts, and so does its length"
		scheme = "all nodes agree on one kind of signature: RSA-PSS over SHA-512, as Sign makes it"
		noKey  = "an address that is not a key has no owner, so nobody can have signed"
	)
	for _, tt := range []struct {
		name     string
		a        chain.Address
		msg, sig []byte
		why      string
	}{
		{"one bit of the signature turned", address(0), msg, bent, whole},
		{"one bit of the message turned", address(0), other, sig, "a signature is over one message: the same bits over another one prove nothing"},
		{"another owner's address", address(1), msg, sig, "only the owner of the address can have made the signature"},
		{"no signature", address(0), msg, nil, whole},
		{"a signature one byte short", address(0), msg, sig[:255], whole},
		{"a signature one byte long", address(0), msg, append(bytes.Clone(sig), 0), whole},
		{"a PKCS #1 v1.5 signature", address(0), msg, old, scheme},
		{"a signature over SHA-256", address(0), msg, weak, scheme},
		{"an empty address", "", msg, sig, noKey},
		{"an address that is no PEM", "genesis", msg, sig, noKey},
		{"an address that is the coinbase's", coinbase, msg, sig, noKey},
		{"a PEM block that holds no key", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", msg, sig, noKey},
	} {
		try := expect.Tried(t, "Verify of a right signature, and then with %s", tt.name).Why("%s", tt.why)
		try.True(!chain.Verify(tt.a, tt.msg, tt.sig), "true", "false")
	}
}

func TestSign_nothing(t *testing.T) {
	try := expect.Tried(t, "Sign(key, nil)").Why("no bytes have a hash too, which is signed like any other")
	sig, err := chain.Sign(toycoin.Key(0), nil)
	try.NoError(err)
	try.True(verified(0, "", sig), "a signature that another implementation refuses", "one that it accepts")
}

func TestVerify_nothing(t *testing.T) {
	try := expect.Tried(t, "Verify of a right signature over no bytes").Why("no bytes have a hash too, which is signed like any other")
	try.True(chain.Verify(address(0), nil, signed(t, 0, "")), "false", "true")
}

func TestVerify_random(t *testing.T) {
	d := draw.From(t)
	var msgs, sigs [3][]byte
	for i := range msgs {
		msgs[i] = d.Bytes(d.Between(1, 100))
		sigs[i] = signed(t, i, string(msgs[i]))
	}
	for range 16 {
		owner, msg, sig := d.IntN(3), d.IntN(3), d.IntN(3)
		if d.IntN(2) == 0 {
			msg, sig = owner, owner
		}
		right := owner == msg && msg == sig
		try := expect.Tried(t, "Verify with the address of owner %d of three, the message of owner %d and the signature of owner %d", owner+1, msg+1, sig+1)
		try.Why("a signature is by one key over one message: it proves nothing of another owner, and nothing of another message")
		try.True(chain.Verify(address(owner), msgs[msg], sigs[sig]) == right, strconv.FormatBool(!right), strconv.FormatBool(right))
	}
}
