package script_test

import (
	"fmt"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson7/script"
)

func mode(strict bool) string {
	if strict {
		return "strict is true"
	}
	return "strict is false"
}

// padded is a number in 32 bytes.
func padded(n []byte) (out [32]byte) {
	copy(out[32-len(n):], n)
	return out
}

// readsSignature wants a signature to be read as these numbers and this type.
func readsSignature(t *testing.T, what, why string, b []byte, strict bool, r, s []byte, typ byte) {
	t.Helper()
	try := expect.Tried(t, "ReadSignature(b, %t), where b has %s", strict, what).Input(b)
	try.Why("%s", why)
	got, err := script.ReadSignature(b, strict)
	try.NoError(err)
	wantR, wantS := padded(r), padded(s)
	try.Bytes("R", got.R[:], wantR[:])
	try.Bytes("S", got.S[:], wantS[:])
	try.Equal("Type", got.Type, typ)
}

// refusesSignature wants an error.
func refusesSignature(t *testing.T, what, why string, b []byte, strict bool, want error, name string) {
	t.Helper()
	try := expect.Tried(t, "ReadSignature(b, %t), where b has %s", strict, what).Input(b)
	try.Why("%s", why)
	_, err := script.ReadSignature(b, strict)
	try.ErrorIs(err, want, name)
	other, otherName := script.ErrNumber, "ErrNumber"
	if want == script.ErrNumber {
		other, otherName = script.ErrDER, "ErrDER"
	}
	try.NotErrorIs(err, other, otherName)
}

// drawNumber draws a number of n bytes whose first is between lo and hi.
func drawNumber(d *draw.Source, n, lo, hi int) []byte {
	b := d.Bytes(n)
	b[0] = byte(d.Between(lo, hi))
	return b
}

func TestReadSignature(t *testing.T) {
	d := draw.From(t)
	for _, strict := range []bool{true, false} {
		for _, tt := range []struct {
			what string
			r, s []byte
		}{
			{"two numbers of 32 bytes, without a top bit", drawNumber(d, 32, 1, 0x7f), drawNumber(d, 32, 1, 0x7f)},
			{"an r with a top bit, and so a 00 before it", drawNumber(d, 32, 0x80, 0xff), drawNumber(d, 32, 1, 0x7f)},
			{"an s with a top bit (it is high), and so a 00 before it", drawNumber(d, 32, 1, 0x7f), drawNumber(d, 32, 0x80, 0xff)},
			{"an r and an s with a top bit, and so 73 bytes, the most that there can be", drawNumber(d, 32, 0x80, 0xff), drawNumber(d, 32, 0x80, 0xff)},
			{"an r whose first byte is 80, and so a 00 before it", drawNumber(d, 32, 0x80, 0x80), drawNumber(d, 32, 1, 0x7f)},
			{"an r of 30 bytes and an s of 9", drawNumber(d, 30, 1, 0x7f), drawNumber(d, 9, 0x80, 0xff)},
			{"two numbers of one byte", drawNumber(d, 1, 1, 0x7f), drawNumber(d, 1, 0x80, 0xff)},
			{"an r of 0 and an s beyond the order of the curve", []byte{0}, drawNumber(d, 32, 0xff, 0xff)},
		} {
			typ := byte(d.Uint32())
			why := "a number is big endian and has as few bytes as it needs, with 00 in front if its top bit is set; the last byte of all is the type"
			if len(tt.r) == 1 && len(tt.s) == 1 {
				readsSignature(t, "9 bytes, the fewest that there can be", why, der(derNumber([]byte{5}), derNumber([]byte{6}), typ), strict, []byte{5}, []byte{6}, typ)
			}
			readsSignature(t, tt.what, why, der(derNumber(tt.r), derNumber(tt.s), typ), strict, tt.r, tt.s, typ)
		}
	}
}

// What is no DER, but was read by the first nodes.
func TestReadSignature_lenient(t *testing.T) {
	d := draw.From(t)
	for _, swapped := range []bool{false, true} {
		low, high, typ := drawNumber(d, 31, 1, 0x7f), drawNumber(d, 31, 0x80, 0xff), byte(d.Uint32())
		plain := derNumber(drawNumber(d, 20, 1, 0x7f))
		frame := func(n []byte) []byte { // a signature with n as r or as s
			if swapped {
				return der(plain, n, typ)
			}
			return der(n, plain, typ)
		}
		long := func(length, n []byte) []byte {
			one, two := join([]byte{2}, length, n), join([]byte{2, byte(len(plain))}, plain)
			if swapped {
				one, two = two, one
			}
			return join([]byte{0x30, byte(len(one) + len(two))}, one, two, []byte{typ})
		}
		least := drawNumber(d, 31, 0x80, 0x80)
		wrong := frame(low)
		wrong[1] += byte(d.Between(1, 9))
		short := frame(low)
		short[1] = 0
		good := frame(low)
		more := d.Bytes(d.Between(1, 9))
		counted := join(good[:len(good)-1], more, []byte{typ})
		counted[1] += byte(len(more))
		for _, tt := range []struct {
			what   string
			b      []byte
			number []byte
			why    string
		}{
			{"a number with a top bit and no 00 before it", frame(high), high, "in DER this number is negative; a lenient reader takes no sign"},
			{"a number whose first byte is 80, and no 00 before it", frame(least), least, "80 has the top bit, so in DER this number is negative; a lenient reader takes no sign"},
			{"a number of two bytes, the first of which is a 00 that it does not need", frame([]byte{0, 9}), []byte{9}, "DER has one form for each number, the shortest; a lenient reader skips zeros"},
			{"a number with a 00 that it does not need", frame(join([]byte{0}, low)), low, "DER has one form for each number, the shortest; a lenient reader skips zeros"},
			{"a number with ten zeros in front", frame(join(make([]byte, 10), high)), high, "DER has one form for each number, the shortest; a lenient reader skips zeros"},
			{"a number with two zeros, of which the second comes before a top bit", frame(join([]byte{0, 0}, high)), high, "one 00 is needed before a top bit, and not two"},
			{"a number of no bytes", frame(nil), nil, "in DER the number 0 has one byte, 00; a lenient reader takes no bytes as 0 too"},
			{"a first length that is too large", wrong, low, "the first length counts exactly what follows it, without the type; a lenient reader does not compare it"},
			{"a first length of 0", short, low, "the first length counts exactly what follows it, without the type; a lenient reader does not compare it"},
			{"a first length in the form 81", join([]byte{0x30, 0x81}, good[1:]), low, "a length below 80 is one byte in DER; a lenient reader skips 81 and one byte more"},
			{"a first length in the form 83", join([]byte{0x30, 0x83}, d.Bytes(2), good[1:]), low, "a length below 80 is one byte in DER; a lenient reader skips 83 and three bytes more"},
			{"a number's length in the form 81", long([]byte{0x81, 31}, low), low, "a length below 80 is one byte in DER; a lenient reader reads 81 and one byte more"},
			{"a number's length in the form 86, with five zeros", long([]byte{0x86, 0, 0, 0, 0, 0, 31}, low), low, "a length below 80 is one byte in DER; a lenient reader skips zeros in a length"},
			{"a number's length in the form 80", long([]byte{0x80}, nil), nil, "a length below 80 is one byte in DER; a lenient reader reads 80 and no byte more, which is a length of 0"},
			{"a number's length in the form 81, which is 0", long([]byte{0x81, 0}, nil), nil, "a length below 80 is one byte in DER; a lenient reader reads 81 and one byte more"},
			{"a number's length of 258 in the form 82, with 227 zeros", long([]byte{0x82, 1, 2}, join(make([]byte, 227), low)), low, "a length of several bytes is big endian"},
			{"bytes between s and the type, which the first length counts", counted, low, "DER ends with s; a lenient reader skips what follows it"},
			{"bytes between s and the type", join(good[:len(good)-1], d.Bytes(d.Between(1, 9)), []byte{typ}), low, "DER ends with s; a lenient reader skips what follows it"},
		} {
			refusesSignature(t, tt.what, tt.why, tt.b, true, script.ErrDER, "ErrDER")
			r, s := tt.number, plain
			if swapped {
				r, s = s, r
			}
			readsSignature(t, tt.what, tt.why, tt.b, false, r, s, typ)
		}
	}
}

func TestReadSignature_bad(t *testing.T) {
	d := draw.From(t)
	r, s := derNumber(drawNumber(d, 32, 0x80, 0xff)), derNumber(drawNumber(d, 32, 1, 0x7f))
	good := der(r, s, 1)
	set := func(at int, to byte) []byte {
		b := join(good)
		b[at] = to
		return b
	}
	for _, strict := range []bool{true, false} {
		for _, tt := range []struct {
			what string
			b    []byte
		}{
			{"31 instead of 30 at the front", set(0, 0x31)},
			{"03 instead of 02 before r", set(2, 3)},
			{"03 instead of 02 before s", set(4+len(r), 3)},
			{"an r longer than what is left", set(3, 0x7f)},
			{"an s longer than what is left", set(5+len(r), byte(len(s)+1))},
			{"a first length of 7f bytes", set(1, 0xff)},
			{"a length of r in the form ff", set(3, 0xff)},
			{"a length of r in 84 and four bytes", join(good[:3], []byte{0x84, 1, 0, 0, 0}, good[4:])},
			{"a length of r in 88 and eight bytes ff", join(good[:3], []byte{0x88, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, good[4:])},
		} {
			refusesSignature(t, tt.what, "a stranger wrote these bytes: each tag and each length is compared with what is there", tt.b, strict, script.ErrDER, "ErrDER")
		}
		for n := range good {
			refusesSignature(t, fmt.Sprintf("%d of the %d bytes of a signature", n, len(good)), "before each byte you look at, there must be one", good[:n], strict, script.ErrDER, "ErrDER")
		}
	}
}

func TestReadSignature_large(t *testing.T) {
	d := draw.From(t)
	why := "DER has numbers of any size; the curve's have 32 bytes"
	big, top := drawNumber(d, 33, 1, 0x7f), derNumber(drawNumber(d, 32, 0x80, 0xff))
	for _, strict := range []bool{true, false} {
		refusesSignature(t, "an r of 33 bytes, none of them zeros at the front", why, der(big, top, 1), strict, script.ErrNumber, "ErrNumber")
		refusesSignature(t, "an s of 33 bytes, none of them zeros at the front", why, der(top, big, 1), strict, script.ErrNumber, "ErrNumber")
		refusesSignature(t, "an r of 40 bytes and an s of 20", why, der(drawNumber(d, 40, 1, 0x7f), drawNumber(d, 20, 1, 0x7f), 1), strict, script.ErrNumber, "ErrNumber")
		refusesSignature(t, "an r of 33 bytes, and an s that is cut short", "what is not DER is ErrDER, however large its numbers are", der(big, top, 1)[:60], strict, script.ErrDER, "ErrDER")
	}
	more := der(big, drawNumber(d, 20, 1, 0x7f), 1)
	more = join(more[:len(more)-1], []byte{7, 1})
	more[1]++
	refusesSignature(t, "an r of 33 bytes, and a byte between s and the type", "what is not DER is ErrDER, however large its numbers are: ErrNumber is for what is right otherwise", more, true, script.ErrDER, "ErrDER")
	b := der(drawNumber(d, 34, 1, 0x7f), top, 1)
	refusesSignature(t, "74 bytes", "BIP 66 allows 9 to 73 bytes, the type included", b, true, script.ErrDER, "ErrDER")
	refusesSignature(t, "74 bytes", why, b, false, script.ErrNumber, "ErrNumber")
}
