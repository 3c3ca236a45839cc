package ibd

import (
	"crypto/rand"
	"sync"
	"sync/atomic"

	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson7/script"
)

// check checks inputs with VerifyAll and returns what it returns. With Options.Batch,
// VerifyBatch comes first, and what it found good is left out. The inputs of a batch
// that failed are among the others, so the bad one gets named.
func (c *Chain) check(jobs []block.Spend) (int, error) {
	if c.Options.Batch == 0 {
		return VerifyAll(jobs, c.Options.Workers, c.Options.Run)
	}
	good := c.together(jobs)
	var rest []block.Spend
	var at []int
	for i, job := range jobs {
		if !good[i] {
			rest, at = append(rest, job), append(at, i)
		}
	}
	i, err := VerifyAll(rest, c.Options.Workers, c.Options.Run)
	if err != nil {
		return at[i], err
	}
	c.batched += len(jobs) - len(rest)
	return i, nil
}

// leastBatch is how many signatures a batch has at least. Fewer cost more together than
// one by one (docs/ibd.md, "Batches").
const leastBatch = 16

// together checks in batches what can be, with all workers, and reports for each job
// whether it was found good. The batches are as large as each other, so that none is a
// small rest.
func (c *Chain) together(jobs []block.Spend) []bool {
	var items []Item
	var at []int
	for i, job := range jobs {
		if item, ok := KeyPath(job); ok {
			items, at = append(items, item), append(at, i)
		}
	}
	good := make([]bool, len(jobs))
	workers := max(1, c.Options.Workers)
	least := min(leastBatch, (c.Options.Batch+1)/2)
	if len(items) < least {
		return good
	}
	batches := max((len(items)+c.Options.Batch-1)/c.Options.Batch, min(workers, len(items)/least)) // no worker is idle
	var next atomic.Int64
	var ends sync.WaitGroup
	for range workers {
		ends.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= batches {
					return
				}
				from, to := i*len(items)/batches, (i+1)*len(items)/batches
				if VerifyBatch(items[from:to], rand.Reader) {
					for _, i := range at[from:to] {
						good[i] = true
					}
				}
			}
		})
	}
	ends.Wait()
	return good
}

// KeyPath returns the signature of an input that is valid if the signature is good,
// and only then, and whether it is such an input: one that spends an output of taproot with the
// output's own key.
func KeyPath(s block.Spend) (item Item, ok bool) {
	in, spent := script.Input(s)
	v, program, ok := script.Program(spent.Script)
	witness := in.Witness
	if script.Annex(witness) != nil {
		witness = witness[:len(witness)-1]
	}
	if !ok || !s.Soft.Taproot || !s.Soft.Segwit || v != 1 || len(program) != 32 || len(in.Script) > 0 || len(witness) != 1 {
		return item, false
	}
	sig, typ := witness[0], byte(script.TypeDefault)
	if len(sig) == 65 && sig[64] != script.TypeDefault {
		sig, typ = sig[:64], sig[64]
	}
	hash, err := script.TaprootHash(s, typ)
	if err != nil || len(sig) != 64 {
		return item, false
	}
	return Item{Key: [32]byte(program), Hash: hash, Sig: [64]byte(sig)}, true
}
