// REFERENCE ONLY

package script

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"

	"nodebook/fixtures/secp"
	"nodebook/solutions/lesson7/block"
)

// machine is the state of a running script.
type machine struct {
	stack  [][]byte
	ops    int
	script []byte // which is running
	soft   block.Soft
	hash   func(script []byte, typ byte, sigs [][]byte) block.Hash // what a signature signs
}

func (m *machine) run(script []byte) error {
	if len(script) > MaxScript {
		return fmt.Errorf("%w: %d bytes", ErrScriptSize, len(script))
	}
	m.script, m.ops = script, 0
	for rest := script; len(rest) > 0; {
		at := len(script) - len(rest)
		op, next, err := NextOp(rest)
		if err == nil {
			err = m.step(op)
		}
		if err == nil && len(m.stack) > MaxStack {
			err = ErrStackSize
		}
		if err != nil {
			return fmt.Errorf("byte %d, %02x: %w", at, rest[0], err)
		}
		rest = next
	}
	return nil
}

func (m *machine) step(op Op) error {
	if op.Push {
		if len(op.Data) > MaxItem {
			return fmt.Errorf("%w: %d", ErrItemSize, len(op.Data))
		}
		m.push(op.Data)
		return nil
	}
	if op.Code > op16 {
		if err := m.count(1); err != nil {
			return err
		}
	}
	switch op.Code {
	case opDup:
		return m.with(1, func(items [][]byte) error { m.push(items[0]); m.push(items[0]); return nil })
	case opHash160:
		return m.with(1, func(items [][]byte) error {
			once := sha256.Sum256(items[0])
			twice := secp.Ripemd160(once[:])
			m.push(twice[:])
			return nil
		})
	case opEqual:
		return m.with(2, func(items [][]byte) error { m.pushBool(bytes.Equal(items[0], items[1])); return nil })
	case opEqualVerify:
		return m.with(2, func(items [][]byte) error {
			if !bytes.Equal(items[0], items[1]) {
				return ErrNotEqual
			}
			return nil
		})
	case opCheckSig:
		return m.with(2, func(items [][]byte) error {
			good, err := m.good(items[0], items[1], items[:1])
			m.pushBool(good)
			return err
		})
	case opCheckMultiSig:
		return m.multi()
	}
	return fmt.Errorf("opcode %02x: %w", op.Code, block.ErrCannotJudge)
}

// count counts n operations more.
func (m *machine) count(n int) error {
	if m.ops += n; m.ops > MaxOps {
		return ErrOps
	}
	return nil
}

func (m *machine) push(item []byte) { m.stack = append(m.stack, item) }

func (m *machine) pushBool(b bool) {
	if b {
		m.push([]byte{1})
	} else {
		m.push(nil)
	}
}

// with takes n items off the stack and gives them to f, the last one last.
func (m *machine) with(n int, f func([][]byte) error) error {
	items, err := m.take(n)
	if err != nil {
		return err
	}
	return f(items)
}

func (m *machine) take(n int) ([][]byte, error) {
	at := len(m.stack) - n
	if at < 0 {
		return nil, fmt.Errorf("%w: %d of %d", ErrStackEmpty, len(m.stack), n)
	}
	items := slices.Clone(m.stack[at:])
	m.stack = m.stack[:at]
	return items, nil
}

// good reports whether sig, one of sigs, is a good signature under key.
func (m *machine) good(sig, key []byte, sigs [][]byte) (bool, error) {
	if len(sig) == 0 {
		return false, nil
	}
	parsed, err := ReadSignature(sig, m.soft.StrictDER)
	switch {
	case m.soft.StrictDER && errors.Is(err, ErrDER):
		return false, err
	case err != nil:
		return false, nil
	}
	return secp.VerifyECDSA(key, m.hash(m.script, parsed.Type, sigs), parsed.R, parsed.S), nil
}

// multi is CHECKMULTISIG.
func (m *machine) multi() error {
	keys, err := m.counted(MaxKeys)
	if err != nil {
		return err
	}
	if err := m.count(len(keys)); err != nil {
		return err
	}
	sigs, err := m.counted(len(keys))
	if err != nil {
		return err
	}
	dummy, err := m.take(1)
	if err != nil {
		return err
	}
	left, unused := len(sigs), len(keys)
	for left > 0 && left <= unused {
		good, err := m.good(sigs[left-1], keys[unused-1], sigs)
		if err != nil {
			return err
		}
		if good {
			left--
		}
		unused--
	}
	if m.soft.Segwit && len(dummy[0]) > 0 {
		return ErrDummy
	}
	m.pushBool(left == 0)
	return nil
}

// counted takes a number of 0 to most, and that many items.
func (m *machine) counted(most int) ([][]byte, error) {
	top, err := m.take(1)
	if err != nil {
		return nil, err
	}
	n, err := Number(top[0])
	if err != nil {
		return nil, err
	}
	if n < 0 || n > most {
		return nil, fmt.Errorf("%w: %d, at most %d", ErrCount, n, most)
	}
	return m.take(n)
}

// result is the verdict about what is left on the stack.
func (m *machine) result() error {
	if n := len(m.stack); n == 0 || !True(m.stack[n-1]) {
		return ErrFalse
	}
	return nil
}
