package rules

import "errors"

// Headers.
var (
	ErrBits   = errors.New("not a target")
	ErrWork   = errors.New("not enough work")
	ErrTooOld = errors.New("time not above the median of the blocks before")
	ErrFuture = errors.New("time too far in the future")
)

// Transactions.
var (
	ErrNoInputs       = errors.New("no inputs")
	ErrNoOutputs      = errors.New("no outputs")
	ErrTxSize         = errors.New("transaction too large")
	ErrNegative       = errors.New("negative value")
	ErrMaxMoney       = errors.New("more than all bitcoins")
	ErrTotal          = errors.New("sum of more than all bitcoins")
	ErrDoubleInput    = errors.New("spends an output twice")
	ErrCoinbaseScript = errors.New("script of a coinbase not 2 to 100 bytes")
	ErrNullPoint      = errors.New("spends nothing and is not a coinbase")
)

// Blocks.
var (
	ErrEmpty       = errors.New("no transactions")
	ErrMerkle      = errors.New("transactions are not those of the header")
	ErrMutated     = errors.New("transactions repeated without a trace in the merkle root")
	ErrBlockSize   = errors.New("block too large")
	ErrNoCoinbase  = errors.New("first transaction is not a coinbase")
	ErrCoinbases   = errors.New("second coinbase")
	ErrSigOps      = errors.New("too many signature operations")
	ErrVersion     = errors.New("version too old")
	ErrNotFinal    = errors.New("locked until later")
	ErrHeight      = errors.New("coinbase does not start with its height")
	ErrCommitment  = errors.New("witnesses are not those of the commitment")
	ErrReserved    = errors.New("witness of the coinbase not one item of 32 bytes")
	ErrUncommitted = errors.New("witness without a commitment")
	ErrWeight      = errors.New("weight too large")
)

// Coins.
var (
	ErrOverwrite = errors.New("overwrites an unspent coin")
	ErrNoCoin    = errors.New("no such unspent coin")
	ErrImmature  = errors.New("spends a coinbase of fewer than 100 blocks before")
	ErrInflation = errors.New("spends more than its inputs have")
	ErrSubsidy   = errors.New("coinbase takes more than subsidy and fees")
	ErrUndo      = errors.New("not the coins of this block")
)
