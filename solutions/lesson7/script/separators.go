// REFERENCE ONLY

package script

// withoutSeparators returns code without its instructions ab. A byte ab that is
// pushed stays.
func withoutSeparators(code []byte) []byte {
	var out []byte
	for len(code) > 0 {
		op, rest, err := NextOp(code)
		if err != nil {
			return append(out, code...)
		}
		if op.Code != opCodeSeparator {
			out = append(out, op.Raw...)
		}
		code = rest
	}
	return out
}
