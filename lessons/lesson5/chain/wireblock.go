package chain

import (
	"fmt"
	"math"
	"strconv"
)

func headerToJSON(h Header) headerJSON {
	return headerJSON{
		Timestamp:    strconv.AppendInt(nil, h.Timestamp, 10),
		PreviousHash: h.PreviousHash[:],
		Nonce:        strconv.AppendUint(nil, h.Nonce, 10),
		MerkleRoot:   h.MerkleRoot[:],
		Bits:         h.Bits,
		ThisHash:     h.ThisHash[:],
	}
}

func headerFromJSON(j headerJSON) (Header, error) {
	h := Header{Bits: j.Bits}
	at, err := decimal("header: timestamp", j.Timestamp, 63)
	if err != nil {
		return Header{}, err
	}
	h.Timestamp = int64(at)
	if h.Nonce, err = decimal("header: nonce", j.Nonce, 64); err != nil {
		return Header{}, err
	}
	if h.PreviousHash, err = hashFrom("header: previous_hash", j.PreviousHash); err != nil {
		return Header{}, err
	}
	if h.ThisHash, err = hashFrom("header: this_hash", j.ThisHash); err != nil {
		return Header{}, err
	}
	if len(j.MerkleRoot) != len(h.MerkleRoot) {
		return Header{}, fmt.Errorf("header: merkle_root: %w: %d bytes, not %d", ErrFormat, len(j.MerkleRoot), len(h.MerkleRoot))
	}
	h.MerkleRoot = Label(j.MerkleRoot)
	return h, nil
}

// EncodeHeader is the JSON of one header.
func EncodeHeader(h Header) []byte { return encode(headerToJSON(h)) }

// DecodeHeader reads what [EncodeHeader] writes.
func DecodeHeader(b []byte) (Header, error) {
	var j headerJSON
	if err := decode(b, &j); err != nil {
		return Header{}, fmt.Errorf("header: %w", err)
	}
	return headerFromJSON(j)
}

// EncodeBlock is the JSON of one block: an object of a header and of the texts
// of its transactions.
func EncodeBlock(b Block) []byte {
	txns := make([]string, len(b.Transactions))
	for i, t := range b.Transactions {
		txns[i] = string(EncodeTransaction(t))
	}
	return encode(blockJSON{headerToJSON(b.Header), txns})
}

// DecodeBlock reads what [EncodeBlock] writes.
func DecodeBlock(b []byte) (Block, error) {
	var j blockJSON
	if err := decode(b, &j); err != nil {
		return Block{}, fmt.Errorf("block: %w", err)
	}
	if len(j.Txns) > MaxTransactions {
		return Block{}, fmt.Errorf("block: %w: %d transactions", ErrTooMany, len(j.Txns))
	}
	h, err := headerFromJSON(j.Header)
	if err != nil {
		return Block{}, fmt.Errorf("block: %w", err)
	}
	out := Block{Header: h}
	for _, s := range j.Txns {
		t, err := DecodeTransaction([]byte(s))
		if err != nil {
			return Block{}, fmt.Errorf("block: %w", err)
		}
		out.Transactions = append(out.Transactions, t)
	}
	return out, nil
}

// EncodeBlocks is the JSON of blocks, oldest first: an array of their texts.
func EncodeBlocks(blocks []Block) []byte {
	texts := make([]string, len(blocks))
	for i, b := range blocks {
		texts[i] = string(EncodeBlock(b))
	}
	return encode(texts)
}

// DecodeBlocks reads what [EncodeBlocks] writes.
func DecodeBlocks(b []byte) ([]Block, error) {
	var texts []string
	if err := decode(b, &texts); err != nil {
		return nil, fmt.Errorf("blocks: %w", err)
	}
	if len(texts) > MaxBlocks {
		return nil, fmt.Errorf("blocks: %w: %d of them", ErrTooLarge, len(texts))
	}
	out := make([]Block, 0, len(texts))
	for i, s := range texts {
		block, err := DecodeBlock([]byte(s))
		if err != nil {
			return nil, fmt.Errorf("blocks: %d: %w", i, err)
		}
		out = append(out, block)
	}
	return out, nil
}

// Sum adds up values, and stops at the largest int64.
func Sum(tokens []Token) int64 {
	sum := int64(0)
	for _, k := range tokens {
		if k.Value > math.MaxInt64-sum {
			return math.MaxInt64
		}
		sum += k.Value
	}
	return sum
}
