// REFERENCE ONLY

package script

import (
	"crypto/sha256"
	"encoding/binary"

	"nodebook/solutions/lesson2/version"
	"nodebook/solutions/lesson7/block"
)

func appendOutPoint(b []byte, p block.OutPoint) []byte {
	return binary.LittleEndian.AppendUint32(append(b, p.TxID[:]...), p.Index)
}

func appendScript(b, script []byte) []byte {
	return append(version.AppendCompactSize(b, uint64(len(script))), script...)
}

func appendOut(b []byte, o block.Out) []byte {
	return appendScript(binary.LittleEndian.AppendUint64(b, uint64(o.Value)), o.Script)
}

func outpointsOf(t *block.Tx) (b []byte) {
	for _, in := range t.In {
		b = appendOutPoint(b, in.Previous)
	}
	return b
}

func sequencesOf(t *block.Tx) (b []byte) {
	for _, in := range t.In {
		b = binary.LittleEndian.AppendUint32(b, in.Sequence)
	}
	return b
}

func outputsOf(outs []block.Out) (b []byte) {
	for _, o := range outs {
		b = appendOut(b, o)
	}
	return b
}

// appendHash appends the SHA-256 of part.
func appendHash(b, part []byte) []byte {
	h := sha256.Sum256(part)
	return append(b, h[:]...)
}
