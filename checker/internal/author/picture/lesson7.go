package picture

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"time"

	"nodebook/fixtures/chain"
	"nodebook/fixtures/secp"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson7/rules"
	"nodebook/solutions/lesson7/script"
)

func lesson7() ([]Picture, error) {
	genesis, err := genesis()
	if err != nil {
		return nil, fmt.Errorf("picture lesson7 genesis: %w", err)
	}
	history, err := readHistory()
	if err != nil {
		return nil, fmt.Errorf("picture lesson7 coins: %w", err)
	}
	stack, err := stack()
	if err != nil {
		return nil, fmt.Errorf("picture lesson7 script: %w", err)
	}
	return []Picture{genesis, history.coins(), stack, history.pace()}, nil
}

// genesis is block 0, byte by byte: the header, and below it the one transaction.
func genesis() (Picture, error) {
	raw := chain.Block(0)
	b, err := block.ReadBlock(raw)
	if err != nil {
		return Picture{}, err
	}
	in, out := b.Txs[0].In[0], b.Txs[0].Out[0]
	headline := bytes.Index(raw, []byte("The Times"))
	scriptEnd := block.HeaderSize + 1 + 4 + 1 + 36 + 1 + len(in.Script)
	type field struct {
		size int
		hue  string
	}
	const perRow, size, left = 32, 12.0, 18.0
	c := newCanvas(0)
	at, y := 0, 0.0
	for _, part := range []struct {
		title  string
		fields []field
		legend [][2]string // hue, words
	}{
		{"The header of block 0", []field{{4, "5"}, {32, "1"}, {32, "3"}, {4, "2"}, {4, "4"}, {4, "2"}}, [][2]string{
			{"5", "version"}, {"1", "previous hash: none, so zeros"}, {"3", "merkle root"}, {"2", "time, nonce"}, {"4", "bits: the target"}}},
		{"A count of 1, and the transaction", []field{
			{1 + 4 + 1 + 36 + 1, "5"}, {len(in.Script), "2"}, {4 + 1, "5"}, {8, "3"}, {1 + len(out.Script), "1"}, {4, "5"}}, [][2]string{
			{"5", "counts, version, what it spends (nothing), lock time"}, {"2", "script of the input, with the headline"},
			{"3", "value: 50 BTC"}, {"1", "script of the output: it pays a key"}}},
	} {
		bytesHere := 0
		for _, f := range part.fields {
			bytesHere += f.size
		}
		c.text(left, y+26, "bold", "%s", part.title)
		c.text(Width-left, y+26, "small quiet end", "%d bytes", bytesHere)
		y += 40
		i := 0
		for _, f := range part.fields {
			for range f.size {
				x, row := left+size*float64(i%perRow), y+(size+6)*float64(i/perRow)
				if at >= headline && at < scriptEnd {
					c.rect(x+.5, row, size-1, size+4, "b"+f.hue)
					c.text(x+size/2, row+12.5, "mono mid", "%c", raw[at])
				} else {
					c.rect(x+.5, row, size-1, size+4, "f"+f.hue)
				}
				i, at = i+1, at+1
			}
		}
		y += (size+6)*float64((i+perRow-1)/perRow) + 10
		for _, row := range part.legend {
			c.rect(left, y, 13, 13, "f"+row[0])
			c.text(left+20, y+11, "small", "%s", row[1])
			y += 22
		}
		y += 6
	}
	if at != len(raw) {
		return Picture{}, fmt.Errorf("the fields have %d bytes, the block %d", at, len(raw))
	}
	c.height = int(y) + 6
	return Picture{Lesson: "lesson7", Name: "genesis", Title: "A header of 80 bytes and one transaction",
		Desc: fmt.Sprintf("The %d bytes of block 0 as cells in rows of %d, coloured by field. Above are the %d of the header: version, previous hash, merkle root, time, bits, nonce. "+
			"Below are a count and one transaction: its input, whose script contains the text %q, and its output, 50 BTC to a key.", len(raw), perRow, block.HeaderSize, raw[headline:scriptEnd]), canvas: c}, nil
}

// history is what the first blocks did to the coins.
type history struct {
	headers []block.Header
	unspent []int // in the set after each block
	spent   []int // by each block
}

func readHistory() (*history, error) {
	h := &history{}
	set := rules.MemCoins{}
	for height, raw := range chain.All() {
		b, err := block.ReadBlock(raw)
		if err != nil {
			return nil, err
		}
		// The signatures are not what is drawn.
		undo, err := rules.Connect(set, b, height, rules.Mainnet, func(block.Spend) error { return nil })
		if err != nil {
			return nil, err
		}
		h.headers = append(h.headers, b.Header)
		h.unspent = append(h.unspent, len(set))
		h.spent = append(h.spent, len(undo))
	}
	return h, nil
}

func day(h block.Header) string { return time.Unix(int64(h.Time), 0).UTC().Format("2 January") }

// coins are the unspent coins after each block, and how many were spent.
func (h *history) coins() Picture {
	const left, right, top, bottom = 60.0, 402.0, 44.0, 224.0
	last := len(h.unspent) - 1
	x := func(height int) float64 { return left + (right-left)*float64(height)/float64(last) }
	y := func(coins int) float64 { return bottom - (bottom-top)*float64(coins)/15_000 }
	c := newCanvas(392)
	c.text(18, 26, "bold", "Unspent coins after each block of 2009")
	for _, n := range []int{0, 5_000, 10_000, 15_000} {
		c.line(left, y(n), right, y(n), "rule")
		c.text(left-6, y(n)+4.8, "small quiet end", "%s", count(n))
	}
	var made, kept strings.Builder
	sum, all := 0, 0
	for height, n := range h.unspent {
		sum += h.spent[height]
		if height%100 == 0 || height == last {
			op := "L"
			if height == 0 {
				op = "M"
			}
			fmt.Fprintf(&made, "%s%s %s", op, num(x(height)), num(y(n+sum)))
			fmt.Fprintf(&kept, "%s%s %s", op, num(x(height)), num(y(n)))
		}
	}
	all = h.unspent[last] + sum
	c.path("l5 dash", "%s", made.String())
	c.path("l1 thick", "%s", kept.String())
	c.circle(x(170), y(h.unspent[170]), 4, "f2")
	c.line(x(170), y(h.unspent[170])-6, x(170)+30, y(6_200), "l2")
	c.lines(x(170)+20, y(7_600), "small f2", "block 170:", "the first payment")
	c.text(right-74, y(all)+4, "small f5 end", "made: %s", count(all))
	c.text(right-8, y(h.unspent[last])+76, "small f1 end", "unspent: %s", count(h.unspent[last]))
	c.text(left, bottom+18, "small quiet", "%s", day(h.headers[0]))
	c.text(right, bottom+18, "small quiet end", "%s: block %s", day(h.headers[last]), count(last))

	const base, per = 356.0, 500
	c.text(18, 276, "bold", "Coins spent, per %d blocks", per)
	most := 0
	var sums []int
	for from := 0; from <= last; from += per {
		n := 0
		for _, s := range h.spent[from:min(from+per, last+1)] {
			n += s
		}
		sums, most = append(sums, n), max(most, n)
	}
	for i, n := range sums {
		from, to := x(i*per), x(min((i+1)*per, last))
		tall := 64 * float64(n) / float64(most)
		c.rect(from+.5, base-tall, max(to-from-1, 1), tall, "f2")
		if n == most {
			c.text((from+to)/2, base-tall-4, "small mid", "%d", n)
		}
	}
	c.line(left, base, right, base, "rule")
	c.text(left, base+20, "small quiet", "%d of %s coins were spent by then", sum, count(all))
	return Picture{Lesson: "lesson7", Name: "coins", Title: "Each block adds a coin; few are spent yet",
		Desc: fmt.Sprintf("Above, two lines over the blocks 0 to %s: the coins ever made rise evenly to %s, and those still unspent stay close below, to %s. A dot marks block 170 with the first payment. "+
			"Below, bars of the coins spent per 500 blocks, at most %d; %d in all.", count(last), count(all), count(h.unspent[last]), most, sum), canvas: c}
}

// pace is how long a block took on average, window by window.
func (h *history) pace() Picture {
	const left, top, step, scale = 108.0, 66.0, 27.0, 16.0 // units a minute
	c := newCanvas(0)
	c.text(18, 26, "bold", "Minutes per block, in windows of %s", count(rules.Window))
	c.text(left+10*scale, 50, "small quiet mid", "the aim: 10")
	var said []string
	y := top
	for from := 0; from+rules.Window <= len(h.headers); from += rules.Window {
		end := from + rules.Window - 1
		span := int64(h.headers[end].Time) - int64(h.headers[from].Time)
		minutes := float64(span) / 60 / (rules.Window - 1)
		c.text(18, y+15, "small", "%s", day(h.headers[from]))
		c.rect(left, y, minutes*scale, step-8, "f1")
		c.text(left+minutes*scale+5, y+15, "small", "%.1f", minutes)
		said = append(said, fmt.Sprintf("%.1f", minutes))
		y += step
	}
	c.line(left+10*scale, 56, left+10*scale, y, "l2 thick dash")
	c.line(left, 56, left, y, "rule")
	c.text(18, y+24, "small quiet", "Every window was too slow, at the easiest target there is.")
	c.height = int(y) + 42
	return Picture{Lesson: "lesson7", Name: "pace", Title: "Ten minutes is the aim; in 2009 it took longer",
		Desc: fmt.Sprintf("Bars of the average time between blocks in each full window of 2,016 blocks, in minutes: %s. A dashed line marks 10. All are above it.", strings.Join(said, ", ")), canvas: c}
}

// stack is an input of block 277,647 whose output is P2PKH, instruction by
// instruction.
func stack() (Picture, error) {
	s, err := firstPayToHash()
	if err != nil {
		return Picture{}, err
	}
	in, out := script.Input(s)
	c := newCanvas(0)
	c.text(18, 26, "bold", "An input of block 277,647, step by step")
	names := map[string]string{} // what an item is, by its bytes
	y := 42.0
	var items [][]byte
	var said []string
	for i, code := range [][]byte{in.Script, out.Script} {
		c.text(18, y+15, "small quiet", "%s", []string{"script of the input", "script of the output"}[i])
		y += 24
		for rest := code; len(rest) > 0; {
			op, next, err := script.NextOp(rest)
			if err != nil {
				return Picture{}, err
			}
			rest = next
			name, n := "", len(items)
			switch {
			case op.Push:
				name = fmt.Sprintf("push %d", len(op.Data))
				items = append(items, op.Data)
				if names[string(op.Data)] == "" {
					names[string(op.Data)] = []string{"sig", "key"}[min(n, 1)]
				}
			case op.Code == 0x76:
				name, items = "DUP", append(items, items[n-1])
			case op.Code == 0xa9:
				once := sha256.Sum256(items[n-1])
				twice := secp.Ripemd160(once[:])
				name, items = "HASH160", append(slices.Clone(items[:n-1]), twice[:])
				names[string(twice[:])] = "hash"
			case op.Code == 0x88 && bytes.Equal(items[n-1], items[n-2]):
				name, items = "EQUALVERIFY", items[:n-2]
			case op.Code == 0xac && script.Run(s) == nil:
				name, items = "CHECKSIG", [][]byte{{1}}
				names["\x01"] = "true"
			default:
				return Picture{}, fmt.Errorf("opcode %02x, %d items", op.Code, n)
			}
			c.text(18, y+15, "small", "%s", name)
			words := make([]string, len(items))
			for k, item := range items {
				what := names[string(item)]
				hue := map[string]string{"sig": "b2", "key": "b1", "hash": "b4", "true": "b3"}[what]
				c.box(116+72.5*float64(k), y, 71, 22, hue, "small", "%s %x", what, item[:min(2, len(item))])
				words[k] = what
			}
			said = append(said, name+": "+strings.Join(words, " "))
			y += 28
		}
		y += 6
	}
	c.text(18, y+12, "small quiet", "The last item is on the right; two bytes of each are shown.")
	c.height = int(y) + 28
	return Picture{Lesson: "lesson7", Name: "script", Title: "The signature goes on, true comes off",
		Desc: "The stack after each instruction of a P2PKH input. " + strings.Join(said, ". ") + ".", canvas: c}, nil
}

// firstPayToHash is the first input of block 277,647 that spends an older coin with
// such a script.
func firstPayToHash() (s block.Spend, err error) {
	raw, coins := chain.Later()
	b, err := block.ReadBlock(raw)
	if err != nil {
		return s, err
	}
	for i := range b.Txs[1:] {
		t := &b.Txs[i+1]
		for _, k := range coins {
			if len(t.In) == 1 && t.In[0].Previous == (block.OutPoint{TxID: k.TxID, Index: k.Index}) && k.Script[0] == 0x76 {
				return block.Spend{Tx: t, Spent: []block.Out{{Value: k.Value, Script: k.Script}}, Soft: rules.Mainnet.Soft(chain.LaterHeight)}, nil
			}
		}
	}
	return s, fmt.Errorf("no such input")
}

func count(n int) string { return thousands(uint64(n)) }
