package chain

import (
	"bytes"
	"crypto/sha512"
	"encoding/base64"
	"fmt"
)

// HashSize is the size of a SHA-512 hash.
const HashSize = sha512.Size // 64 bytes

// Hash is a SHA-512 hash.
type Hash [HashSize]byte

// HashOf hashes the concatenation of parts.
func HashOf(parts ...[]byte) Hash {
	d := sha512.New()
	for _, p := range parts {
		d.Write(p)
	}
	return Hash(d.Sum(nil))
}

// String is the abbreviation that the programs print: ten characters of base64.
func (h Hash) String() string { return Abbreviate(h[:]) }

// Abbreviate is the base64 form of b, cut to ten characters and "...".
func Abbreviate(b []byte) string {
	s := base64.StdEncoding.EncodeToString(b)
	return s[:min(10, len(s))] + "..."
}

// Literal writes bytes as toycoin's programs print them: b'\x00abc'.
func Literal(b []byte) string {
	quote := byte('\'')
	if bytes.IndexByte(b, '\'') >= 0 && bytes.IndexByte(b, '"') < 0 {
		quote = '"'
	}
	out := []byte{'b', quote}
	for _, c := range b {
		switch {
		case c == '\\' || c == quote:
			out = append(out, '\\', c)
		case c == '\n':
			out = append(out, `\n`...)
		case c == '\r':
			out = append(out, `\r`...)
		case c == '\t':
			out = append(out, `\t`...)
		case c < ' ' || c > '~':
			out = fmt.Appendf(out, `\x%02x`, c)
		default:
			out = append(out, c)
		}
	}
	return string(append(out, quote))
}
