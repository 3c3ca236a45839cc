package script_test

import (
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/solutions/lesson7/script"
)

// The limits, at both sides of each.
func TestRun_limits(t *testing.T) {
	d := draw.From(t)
	some := func(n int, b ...byte) []byte {
		var out []byte
		for range n {
			out = append(out, b...)
		}
		return out
	}
	sizes := "each script has at most 10,000 bytes"
	long := func(n int) []byte {
		return join(some(19, push(d.Bytes(520))...), push(make([]byte, n-19*523-2)), []byte{0x51})
	}
	tooLong := verdict{script.ErrScriptSize, "ErrScriptSize"}
	runs(t, spends(d, long(10_000), nil), valid, sizes, "the input's script has 10,000 bytes")
	runs(t, spends(d, long(10_001), nil), tooLong, sizes, "the input's script has 10,001 bytes")
	runs(t, spends(d, nil, long(10_000)), valid, sizes, "the output's script has 10,000 bytes")
	runs(t, spends(d, nil, long(10_001)), tooLong, sizes, "the output's script has 10,001 bytes")

	items := verdict{script.ErrItemSize, "ErrItemSize"}
	runs(t, spends(d, push(drawNumber(d, 520, 1, 9)), nil), valid, "an item has at most 520 bytes", "the input's script pushes 520 bytes")
	runs(t, spends(d, push(drawNumber(d, 521, 1, 9)), nil), items, "an item has at most 520 bytes", "the input's script pushes 521 bytes")

	ops := "a script has at most 201 operations; pushes, 00 to 60, are none, and each key of a CHECKMULTISIG is one"
	runs(t, spends(d, []byte{0x51}, some(201, 0x76)), valid, ops, "the output's script is 201 times DUP")
	runs(t, spends(d, []byte{0x51}, some(202, 0x76)), tooMany, ops, "the output's script is 202 times DUP")
	runs(t, spends(d, join([]byte{0x51}, some(201, 0x76)), some(201, 0x76)), valid, "operations are counted in each script alone", "both scripts have 201 times DUP")
	runs(t, spends(d, some(300, 0x60), some(300, 0x51)), valid, ops, "both scripts push 300 numbers")
	keys := join(pushes(nil, nil), pushes([]byte{1}, []byte{1}, []byte{1}), []byte{0x53, 0xae})
	runs(t, spends(d, []byte{0x51}, join(some(197, 0x76), keys)), valid, ops, "the output's script is 197 times DUP, and a CHECKMULTISIG with 3 keys")
	runs(t, spends(d, []byte{0x51}, join(some(198, 0x76), keys)), tooMany, ops, "the output's script is 198 times DUP, and a CHECKMULTISIG with 3 keys")

	stack := "the stack has at most 1,000 items, whichever script pushed them, and is looked at after each instruction"
	full := verdict{script.ErrStackSize, "ErrStackSize"}
	runs(t, spends(d, some(600, 0x51), some(400, 0x51)), valid, stack, "the scripts push 600 and 400 items")
	runs(t, spends(d, some(600, 0x51), some(401, 0x51)), full, stack, "the scripts push 600 and 401 items")
	runs(t, spends(d, some(600, 0x51), join(some(401, 0x51), []byte{0x88})), full, stack, "the scripts push 600 and 401 items, and EQUALVERIFY comes after them")
}

// What is not known is not judged, unless it has failed before.
func TestRun_unknown(t *testing.T) {
	d := draw.From(t)
	known := map[int]bool{0x76: true, 0x87: true, 0x88: true, 0xa9: true, 0xac: true, 0xae: true}
	why := "an opcode that the machine does not know may do anything: the verdict is cannot judge, never valid, and never invalid"
	for code := 0x50; code < 0x100; code++ {
		if known[code] || code > 0x50 && code <= 0x60 {
			continue
		}
		op := byte(code)
		runs(t, spends(d, []byte{0x51, 0x51}, []byte{op, 0x51}), unknown, why, "the output's script is %02x 51", op)
		runs(t, spends(d, []byte{0x51, op}, nil), unknown, why, "the input's script is 51 %02x", op)
	}
	runs(t, spends(d, []byte{0x51, 0x52}, []byte{0x88, 0x61}), notEqual, "instructions are run one by one; what fails has failed, whatever comes after it", "the output's script is EQUALVERIFY and an unknown opcode, and the items differ")
	runs(t, spends(d, []byte{0x51}, []byte{0x61, 0x02, 0x01}), unknown, "instructions are run one by one, and at the unknown one the verdict is known", "the output's script is an unknown opcode, and a push cut short")
	runs(t, spends(d, []byte{0x51}, []byte{0x51, 0x02, 0x01}), badPush, "a push of two bytes needs two bytes", "the output's script is 51 and a push cut short")
}
