package chain

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// What a message may contain. The largest chain that toycoin's own difficulty
// lets anyone mine is a hundredth of this.
const (
	MaxMessage  = 4 << 20 // bytes of JSON
	MaxDepth    = 8       // brackets within brackets; the format needs 3
	MaxBlocks   = 2_000   // in one message
	MaxPrevious = 500     // tokens that one transaction spends

	MaxSignature = 2 * KeyBits / 8 // bytes; with [MaxAddress] it keeps a full block far below a message
)

// Errors of the decoders.
var (
	ErrFormat   = errors.New("malformed message")
	ErrTooLarge = errors.New("message too large")
	ErrTooDeep  = errors.New("JSON nested too deeply")
)

// toycoin's JSON: bytes are standard base64, values are plain numbers, and each
// token, transaction and block is a JSON text inside a JSON string.
type (
	tokenJSON struct {
		TxnHash   []byte `json:"txn_hash"`
		Owner     []byte `json:"owner"`
		Value     int64  `json:"value"`
		Signature []byte `json:"signature"`
	}
	txnJSON struct {
		Version           int      `json:"version,omitempty"` // not in toycoin's
		PreviousHashes    [][]byte `json:"previous_hashes"`
		Receiver          []byte   `json:"receiver"`
		ReceiverValue     int64    `json:"receiver_value"`
		ReceiverSignature []byte   `json:"receiver_signature"`
		Sender            []byte   `json:"sender"`
		SenderChange      int64    `json:"sender_change"`
		SenderSignature   []byte   `json:"sender_signature"`
	}
	headerJSON struct {
		Timestamp    []byte `json:"timestamp"` // ASCII decimal
		PreviousHash []byte `json:"previous_hash"`
		Nonce        []byte `json:"nonce"` // ASCII decimal
		MerkleRoot   []byte `json:"merkle_root"`
		Bits         uint32 `json:"bits,omitempty"` // not in toycoin's
		ThisHash     []byte `json:"this_hash"`
	}
	blockJSON struct {
		Header headerJSON `json:"header"`
		Txns   []string   `json:"txns"`
	}
)

// encode is the JSON of v, which cannot fail for the types above. A nil slice of
// bytes becomes "" and not null, which Python would stumble over.
func encode(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

func full(b []byte) []byte { return append([]byte{}, b...) }

// decode reads exactly one JSON text into v, with bounded size and depth.
func decode(b []byte, v any) error {
	if len(b) > MaxMessage {
		return fmt.Errorf("%w: %d bytes", ErrTooLarge, len(b))
	}
	depth, inString := 0, false
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case !inString && (c == '[' || c == '{'):
			if depth++; depth > MaxDepth {
				return fmt.Errorf("%w: at offset %d", ErrTooDeep, i)
			}
		case !inString && (c == ']' || c == '}'):
			depth--
		}
	}
	d := json.NewDecoder(bytes.NewReader(b))
	if err := d.Decode(v); err != nil {
		return fmt.Errorf("%w: %v", ErrFormat, err)
	}
	if _, err := d.Token(); err != io.EOF {
		return fmt.Errorf("%w: more behind the JSON", ErrFormat)
	}
	return nil
}

// hashFrom reads a field of exactly 64 bytes.
func hashFrom(field string, b []byte) (Hash, error) {
	if len(b) != HashSize {
		return Hash{}, fmt.Errorf("%s: %w: %d bytes, not %d", field, ErrFormat, len(b), HashSize)
	}
	return Hash(b), nil
}

// decimal reads an ASCII decimal in the one form that is hashed: digits, no
// leading zero.
func decimal(field string, b []byte, bits int) (uint64, error) {
	n, err := strconv.ParseUint(string(b), 10, bits)
	if err != nil || strconv.FormatUint(n, 10) != string(b) {
		return 0, fmt.Errorf("%s: %w: %.30q is no decimal", field, ErrFormat, b)
	}
	return n, nil
}

// EncodeToken is the JSON of one token.
func EncodeToken(k Token) []byte {
	return encode(tokenJSON{k.Transaction[:], []byte(k.Owner), k.Value, full(k.Signature)})
}

// DecodeToken reads what [EncodeToken] writes. Errors: [ErrFormat],
// [ErrTooLarge], [ErrTooDeep], as of every decoder here.
func DecodeToken(b []byte) (Token, error) {
	var j tokenJSON
	if err := decode(b, &j); err != nil {
		return Token{}, fmt.Errorf("token: %w", err)
	}
	h, err := hashFrom("token: txn_hash", j.TxnHash)
	return Token{Transaction: h, Owner: Address(j.Owner), Value: j.Value, Signature: j.Signature}, err
}

// EncodeTransaction is the JSON of one transaction.
func EncodeTransaction(t Transaction) []byte {
	prev := make([][]byte, len(t.Previous))
	for i := range t.Previous {
		prev[i] = t.Previous[i][:]
	}
	return encode(txnJSON{t.Version, prev, []byte(t.Receiver), t.ReceiverValue, full(t.ReceiverSignature),
		[]byte(t.Sender), t.SenderChange, full(t.SenderSignature)})
}

// DecodeTransaction reads what [EncodeTransaction] writes.
func DecodeTransaction(b []byte) (Transaction, error) {
	var j txnJSON
	if err := decode(b, &j); err != nil {
		return Transaction{}, fmt.Errorf("transaction: %w", err)
	}
	if len(j.PreviousHashes) > MaxPrevious {
		return Transaction{}, fmt.Errorf("transaction: %w: %d previous hashes", ErrTooLarge, len(j.PreviousHashes))
	}
	if max(len(j.Receiver), len(j.Sender)) > MaxAddress || max(len(j.ReceiverSignature), len(j.SenderSignature)) > MaxSignature {
		return Transaction{}, fmt.Errorf("transaction: %w: an address or a signature is too long", ErrTooLarge)
	}
	t := Transaction{Version: j.Version, Receiver: Address(j.Receiver), ReceiverValue: j.ReceiverValue,
		ReceiverSignature: j.ReceiverSignature, Sender: Address(j.Sender), SenderChange: j.SenderChange,
		SenderSignature: j.SenderSignature}
	for i, p := range j.PreviousHashes {
		h, err := hashFrom(fmt.Sprintf("transaction: previous hash %d", i), p)
		if err != nil {
			return Transaction{}, err
		}
		t.Previous = append(t.Previous, h)
	}
	return t, nil
}

// EncodePair is the JSON of a transaction and the tokens it spends: an array of
// two, the first an array of token texts, the second the transaction's text.
func EncodePair(p Pair) []byte {
	tokens := make([]string, len(p.Tokens))
	for i, k := range p.Tokens {
		tokens[i] = string(EncodeToken(k))
	}
	return encode([]any{tokens, string(EncodeTransaction(p.Transaction))})
}

// DecodePair reads what [EncodePair] writes.
func DecodePair(b []byte) (Pair, error) {
	var parts []json.RawMessage
	var tokens []string
	var txn string
	if err := decode(b, &parts); err != nil {
		return Pair{}, fmt.Errorf("pair: %w", err)
	}
	if len(parts) != 2 {
		return Pair{}, fmt.Errorf("pair: %w: %d parts, not 2", ErrFormat, len(parts))
	}
	if err := errors.Join(decode(parts[0], &tokens), decode(parts[1], &txn)); err != nil {
		return Pair{}, fmt.Errorf("pair: %w", err)
	}
	if len(tokens) > MaxPrevious {
		return Pair{}, fmt.Errorf("pair: %w: %d tokens", ErrTooLarge, len(tokens))
	}
	var p Pair
	var err error
	for _, s := range tokens {
		k, err := DecodeToken([]byte(s))
		if err != nil {
			return Pair{}, fmt.Errorf("pair: %w", err)
		}
		p.Tokens = append(p.Tokens, k)
	}
	if p.Transaction, err = DecodeTransaction([]byte(txn)); err != nil {
		return Pair{}, fmt.Errorf("pair: %w", err)
	}
	return p, nil
}
