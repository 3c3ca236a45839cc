package rules

import "nodebook/solutions/lesson7/block"

// MaxSigOps is how many signature operations a block may have; each may cost a
// node a check.
const MaxSigOps = 20_000

// SigOps counts the signature operations in a script as Bitcoin always has:
// CHECKSIG (ac, ad) counts 1, CHECKMULTISIG (ae, af) 20. Bytes that are pushed do
// not count; a push that is cut short ends the count.
func SigOps(script []byte) int { return countSigOps(script, false) }

// SigOpCost returns what the signature operations of t cost (BIP 141): 4 for each
// in its scripts and in scripts behind a hash, 1 for each in a witness. spent are
// the outputs that it spends; a coinbase has none.
func SigOpCost(t block.Tx, spent []block.Out, soft block.Soft) int {
	cost := 0
	for _, in := range t.In {
		cost += 4 * SigOps(in.Script)
	}
	for _, out := range t.Out {
		cost += 4 * SigOps(out.Script)
	}
	for i, out := range spent {
		script := out.Script
		if soft.P2SH && len(script) == 23 && script[0] == 0xa9 && script[1] == 0x14 && script[22] == 0x87 {
			script = lastPush(t.In[i].Script)
			cost += 4 * countSigOps(script, true)
		}
		if !soft.Segwit || len(script) < 2 || script[0] != 0 || int(script[1]) != len(script)-2 {
			continue
		}
		witness := t.In[i].Witness
		switch {
		case len(script) == 22:
			cost++
		case len(script) == 34 && len(witness) > 0:
			cost += countSigOps(witness[len(witness)-1], true)
		}
	}
	return cost
}

const manyKeys = 20 // what a CHECKMULTISIG counts if its number of keys is not known

// countSigOps counts a script's signature operations. If exact is true, a
// CHECKMULTISIG after an opcode for 1 to 16 counts that many.
func countSigOps(script []byte, exact bool) int {
	count, before := 0, byte(0)
	for len(script) > 0 {
		op := script[0]
		_, rest, ok := cutPush(script)
		if !ok {
			return count
		}
		switch {
		case op == 0xac || op == 0xad:
			count++
		case (op == 0xae || op == 0xaf) && exact && before >= 0x51 && before <= 0x60:
			count += int(before - 0x50)
		case op == 0xae || op == 0xaf:
			count += manyKeys
		}
		before, script = op, rest
	}
	return count
}

// cutPush cuts a script after its first opcode and the bytes that this pushes, and
// reports whether they are all there.
func cutPush(script []byte) (pushed, rest []byte, ok bool) {
	op, rest := script[0], script[1:]
	n, size := 0, 0
	switch {
	case op < 0x4c:
		n = int(op)
	case op <= 0x4e:
		size = 1 << (op - 0x4c)
	}
	if size > len(rest) {
		return nil, nil, false
	}
	for i := range size {
		n |= int(rest[i]) << (8 * i)
	}
	if rest = rest[size:]; n > len(rest) {
		return nil, nil, false
	}
	return rest[:n], rest[n:], true
}

// lastPush returns what a script pushes last; nothing if it does more than push.
func lastPush(script []byte) []byte {
	var last []byte
	for len(script) > 0 {
		if script[0] > 0x60 {
			return nil
		}
		pushed, rest, ok := cutPush(script)
		if !ok {
			return nil
		}
		last, script = pushed, rest
	}
	return last
}
