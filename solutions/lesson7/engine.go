package main

import (
	"nodebook/fixtures/btcscript"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson7/script"
)

// engines check whether an input may spend its output, by the name that -engine
// has for them.
var engines = map[string]func() func(block.Spend) error{
	"own":  func() func(block.Spend) error { return ownEngine },
	"btcd": btcdEngine,
}

// ownEngine is the machine of this lesson.
func ownEngine(s block.Spend) error { return script.Run(s) }

// btcdEngine returns the engine of btcd, which knows every rule. It remembers the last
// transaction, whose inputs come one after another.
func btcdEngine() func(block.Spend) error {
	var last *block.Tx
	var tx *btcscript.Tx
	return func(s block.Spend) error {
		if s.Tx != last {
			next, err := theirs(s)
			if err != nil {
				return err
			}
			last, tx = s.Tx, next
		}
		return tx.Run(s.Index, btcscript.Rules(s.Soft))
	}
}

func theirs(s block.Spend) (*btcscript.Tx, error) {
	spent := make([]btcscript.Out, len(s.Spent))
	for i, o := range s.Spent {
		spent[i] = btcscript.Out(o)
	}
	return btcscript.NewTx(block.AppendTx(nil, *s.Tx, true), spent)
}
