package chain

import (
	"errors"
	"strconv"

	"nodebook/lessons/todo"
)

// MaxTransactions is how many transactions a block may hold.
const MaxTransactions = 10

// Start is the previous hash of a chain's first block: the hash of "genesis".
var Start = HashOf([]byte("genesis"))

// One sentinel for each reason to refuse a block or a chain.
var (
	ErrHash       = errors.New("header does not hash to its hash")
	ErrWork       = errors.New("not enough work")
	ErrMerkleRoot = errors.New("merkle root is not that of the transactions")
	ErrTooMany    = errors.New("too many transactions")
	ErrLink       = errors.New("previous hash is not that of the block before")
	ErrTimestamp  = errors.New("older than the block before")
)

// Header is what is hashed until the hash solves the target.
type Header struct {
	Timestamp    int64  // seconds since 1970, UTC; at least 0
	PreviousHash Hash   // of the block before, Start for the first
	Nonce        uint64 // counts the tries
	MerkleRoot   Label  // of the transactions' leaves
	Bits         uint32 // lesson 6's difficulty; 0, and not hashed, in this lesson
	ThisHash     Hash   // of all of the above
}

// Block is a header and the transactions that its merkle root stands for.
type Block struct {
	Header       Header
	Transactions []Transaction
}

// Hash hashes a header: the timestamp as an ASCII decimal, PreviousHash, the
// nonce as an ASCII decimal, MerkleRoot, and last, unless they are 0, Bits as an
// ASCII decimal. ThisHash is not read.
func (h Header) Hash() Hash {
	before, after := h.around()
	return HashOf(before, strconv.AppendUint(nil, h.Nonce, 10), after)
}

// around is what is hashed before the nonce, and after it.
func (h Header) around() (before, after []byte) {
	before = append(strconv.AppendInt(nil, h.Timestamp, 10), h.PreviousHash[:]...)
	after = h.MerkleRoot[:]
	if h.Bits != 0 {
		after = strconv.AppendUint(after, uint64(h.Bits), 10)
	}
	return before, after
}

// MerkleRoot is the merkle root of transactions, in order.
func MerkleRoot(transactions []Transaction) Label { return TreeOf(transactions).Label }

// TreeOf is the merkle tree of transactions, in order.
func TreeOf(transactions []Transaction) *Tree {
	t := &Tree{}
	for _, x := range transactions {
		t.Insert(x.Leaf())
	}
	return t
}

// NextDifficulty is how many zero bytes toycoin asks of the next block of a
// chain of length blocks: 1 for the first, then 1 + log2(length), rounded down.
func NextDifficulty(length int) int {
	return 0
}

// CheckHeader reports whether a header carries the work it claims: ThisHash is
// its hash ([ErrHash]), and solves the target ([ErrWork]).
func CheckHeader(h Header, t Target) error {
	return todo.Err
}

// CheckBlock reports whether a block is sound in itself: at least one transaction
// ([ErrEmpty]), at most [MaxTransactions] ([ErrTooMany]), a header that passes
// [CheckHeader], and a merkle root that is the transactions' ([ErrMerkleRoot]).
// What the transactions say is not looked at here.
func CheckBlock(b Block, t Target) error {
	return todo.Err
}

// CheckChain reports whether blocks make a chain: the first one's previous hash is
// [Start] and every other one's is the hash of the block before ([ErrLink]);
// every block passes [CheckBlock] at the [NextDifficulty] of the length of the
// chain below it; and no block is older than the one before ([ErrTimestamp]).
// Two blocks may come in the same second. No blocks make a valid chain.
func CheckChain(blocks []Block) error {
	return todo.Err
}
