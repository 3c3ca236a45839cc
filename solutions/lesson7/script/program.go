// REFERENCE ONLY

package script

import (
	"fmt"
	"slices"

	"nodebook/fixtures/secp"
	"nodebook/solutions/lesson7/block"
)

// runProgram checks an input whose output has a witness program.
func runProgram(s block.Spend, version int, program []byte) error {
	in, _ := Input(s)
	switch {
	case version == 0 && len(program) == 20:
		return runKeyHash(s, [20]byte(program), in.Witness)
	case version == 0 && len(program) != 32:
		return fmt.Errorf("%w: a program of %d bytes", ErrWitness, len(program))
	case version == 1 && len(program) == 32 && s.Soft.Taproot:
		return runKeyPath(s, [32]byte(program), in.Witness)
	}
	return fmt.Errorf("witness version %d, %d bytes: %w", version, len(program), block.ErrCannotJudge)
}

// runKeyHash checks P2WPKH.
func runKeyHash(s block.Spend, hash [20]byte, witness [][]byte) error {
	if len(witness) != 2 {
		return fmt.Errorf("%w: %d items, want 2", ErrWitness, len(witness))
	}
	for _, item := range witness {
		if len(item) > MaxItem {
			return fmt.Errorf("%w: %d", ErrItemSize, len(item))
		}
	}
	m := machine{stack: slices.Clone(witness), soft: s.Soft, hash: func(script []byte, typ byte, _ [][]byte) block.Hash {
		return WitnessHash(s, script, uint32(typ))
	}}
	if err := m.run(PayToHash(hash)); err != nil {
		return fmt.Errorf("witness: %w", err)
	}
	return m.result()
}

// runKeyPath checks P2TR, if the witness is a signature by the output's key.
func runKeyPath(s block.Spend, key [32]byte, witness [][]byte) error {
	if Annex(witness) != nil {
		witness = witness[:len(witness)-1]
	}
	switch len(witness) {
	case 0:
		return fmt.Errorf("%w: no signature", ErrWitness)
	case 1:
	default:
		return fmt.Errorf("script path: %w", block.ErrCannotJudge)
	}
	sig, typ := witness[0], byte(TypeDefault)
	if len(sig) == 65 {
		if typ, sig = sig[64], sig[:64]; typ == TypeDefault {
			return fmt.Errorf("%w: 00 is not written", ErrType)
		}
	}
	if len(sig) != 64 {
		return fmt.Errorf("%w: %d bytes", ErrSchnorr, len(sig))
	}
	hash, err := TaprootHash(s, typ)
	if err != nil {
		return err
	}
	if !secp.VerifySchnorr(key, hash, [64]byte(sig)) {
		return ErrSchnorr
	}
	return nil
}
