package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"nodebook/fixtures/chain"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson7/rules"
)

// show prints the table of a chain, of which good inputs may spend.
func (v *verified) show(out io.Writer, good int) {
	tip := v.headers[len(v.headers)-1]
	fmt.Fprintln(out, "height  date        blocks  txs     signatures  coins   BTC")
	fmt.Fprintf(out, "%6d  %s  %-6s  %-6s  %-10s  %-6s  %s\n", len(v.headers)-1, date(tip.Time),
		grouped(int64(len(v.blocks))), grouped(int64(v.txs)), fmt.Sprint(good, " good"), grouped(int64(len(v.coins))), btc(v.coins.Total()))
	fmt.Fprintf(out, "tip %s\nset %s\n", tip.Hash(), v.coins.Digest())
}

// showGenesis prints the text in the first block, and the first payment.
func showGenesis(out io.Writer, v *verified) error {
	script := v.blocks[0].Txs[0].In[0].Script
	fmt.Fprintf(out, "\nblock 0 says      %q\n", script[min(8, len(script)):])
	fmt.Fprintf(out, "\nthe first payment, in block 170 of %s\n", date(v.headers[170].Time))
	return showParts(out, v, "f4184fc596403b9d638783cf57adfe4c75c605f6356fbc91338530e9831e9e16")
}

// showParts prints a transaction of the chain, and the coins that it spends.
func showParts(out io.Writer, v *verified, id string) error {
	want, err := block.ParseHash(id)
	if err != nil {
		return err
	}
	for height, b := range v.blocks {
		spent := v.undos[height]
		for i, t := range b.Txs {
			var own rules.Undo
			if i > 0 {
				own, spent = spent[:len(t.In)], spent[len(t.In):]
			}
			if t.ID() == want {
				printTx(out, t, own, height)
				return nil
			}
		}
	}
	return fmt.Errorf("no transaction %s in blocks 0 to %d", id, len(v.blocks)-1)
}

func printTx(out io.Writer, t block.Tx, spent rules.Undo, height int) {
	fmt.Fprintf(out, "  transaction  %s, block %d\n", t.ID(), height)
	for i, in := range t.In {
		if len(spent) == 0 {
			fmt.Fprintf(out, "  coinbase     %x\n", in.Script)
			continue
		}
		fmt.Fprintf(out, "  input %d      %s of %s, %d, made in block %d\n", i, btc(spent[i].Out.Value)+" BTC", short(in.Previous.TxID), in.Previous.Index, spent[i].Height)
		fmt.Fprintf(out, "    proof      %s\n", cut(in.Script))
		fmt.Fprintf(out, "    condition  %s\n", cut(spent[i].Out.Script))
	}
	for i, o := range t.Out {
		fmt.Fprintf(out, "  output %d     %s BTC\n    condition  %s\n", i, btc(o.Value), cut(o.Script))
	}
}

// showLater prints what was found in block 277,647.
func showLater(out io.Writer, run func(block.Spend) error) error {
	good := 0
	b, _, err := later(counting(&good, run))
	if err != nil {
		return fmt.Errorf("block %d: %w", chain.LaterHeight, err)
	}
	fmt.Fprintf(out, "\nblock %s of %s: %d transactions, %d signatures good\n", grouped(chain.LaterHeight), date(b.Header.Time), len(b.Txs), good)
	return nil
}

func date(t uint32) string { return time.Unix(int64(t), 0).UTC().Format("2006-01-02") }

func short(h block.Hash) string { return h.String()[:8] + "..." }

// cut shows a script's first bytes and its size.
func cut(script []byte) string {
	if len(script) <= 20 {
		return fmt.Sprintf("%x", script)
	}
	return fmt.Sprintf("%x... (%d bytes)", script[:20], len(script))
}

// btc is an amount in whole bitcoins, with its fraction if it has one.
func btc(units int64) string {
	whole := grouped(units / rules.Coin)
	if rest := units % rules.Coin; rest != 0 {
		return whole + strings.TrimRight(fmt.Sprintf(".%08d", rest), "0")
	}
	return whole
}

// grouped is a number of 0 or more with a comma after each third digit.
func grouped(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
