package script

import (
	"nodebook/lessons/lesson7/block"

	"nodebook/lessons/todo"
)

// Run reports whether an input may spend its output: nil if so. An error that wraps
// block.ErrCannotJudge means that a rule applies which is not known here; any other
// error means no. The input is Tx.In[s.Index], and its output is s.Spent[s.Index].
// Nothing in s changes.
//
// If s.Soft.Segwit, and the output's script is a [Program], the witness decides,
// and the script of the input is empty ([ErrInputScript]):
//
//   - Version 0 with 20 bytes (P2WPKH): the witness has two items ([ErrWitness]),
//     signature and key. They are the stack on which [PayToHash] of the 20 bytes
//     runs. The signature signs [WitnessHash] with that script as its code.
//   - Version 0 with other than 20 or 32 bytes: [ErrWitness].
//   - Version 1 with 32 bytes, if s.Soft.Taproot (P2TR): without the [Annex], the
//     witness has one item, or the verdict is cannot judge; none is ErrWitness. It is
//     a Schnorr signature of [TaprootHash] under these 32 bytes ([ErrSchnorr]): 64
//     bytes with TypeDefault, or 65, the last of which is another type ([ErrType]).
//   - All others: cannot judge.
//
// Otherwise, if s.Soft.P2SH and the output's script [PaysToScript], the verdict is
// cannot judge. In all other cases, with s.Soft.Segwit a witness is an error,
// ErrWitness; without, it is not looked at. The script of the input runs on an empty
// stack, and the output's script on the stack that the first has left; they are never
// joined. At the end the last item is [True]; otherwise the result is [ErrFalse].
//
// A script has at most [MaxScript] bytes ([ErrScriptSize]) and is run instruction by
// instruction, as [NextOp] cuts them ([ErrPush]). An item has at most [MaxItem] bytes
// ([ErrItemSize]). There are at most [MaxOps] operations in each script ([ErrOps]),
// and at most [MaxStack] items on the stack after each instruction ([ErrStackSize]).
// An operation that lacks items is [ErrStackEmpty]. The operations are
//
//	76  DUP            pushes the last item again
//	87  EQUAL          takes two items; pushes 01 if they are equal, or an empty item
//	88  EQUALVERIFY    takes two items, which are equal ([ErrNotEqual])
//	a9  HASH160        takes an item; pushes the RIPEMD-160 of its SHA-256
//	ac  CHECKSIG       takes a key, and a signature below it; pushes 01 if it is
//	                   good, or an empty item
//	ae  CHECKMULTISIG  takes a number n, n keys, a number m, m signatures, and an item
//	                   too many; pushes 01 or an empty item
//
// Any other: cannot judge. n is 0 to [MaxKeys], m is 0 to n ([ErrCount]), and n
// counts as n operations more. The last signature is compared with the last key; if
// it is good, both are done, if not, only the key, until no signature is left (01), or
// more signatures than keys (empty). The item too many may be anything; with
// s.Soft.Segwit it is empty ([ErrDummy]).
//
// A signature is read by [ReadSignature], strictly if s.Soft.StrictDER. Then [ErrDER]
// ends the script when the signature is compared; an empty one does not. Any other
// signature that cannot be read is not good. What it signs is [LegacyHash], whose
// code is the script that is running, [Without] the signatures of this operation; its
// type is any byte.
func Run(s block.Spend) error {
	return todo.Err
}
