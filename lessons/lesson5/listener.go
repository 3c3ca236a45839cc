package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"strconv"
	"strings"

	"nodebook/lessons/lesson5/chain"
	"nodebook/lessons/lesson5/node"
)

func listenerCommand(f *flag.FlagSet) func(context.Context) error {
	at := addressFlags(f)
	channel := f.String("listen", "/topic/main", "the `channel` to listen to")
	return func(ctx context.Context) error {
		c, err := connect(ctx, at, "Listener", *channel)
		if err != nil {
			return err
		}
		fmt.Printf("Listening on channel %s\n", *channel)
		return c.each(ctx, func(payload []byte) {
			fmt.Println(show(payload))
			fmt.Println("Transmission ended.")
		})
	}
}

// show is a message in full.
func show(payload []byte) string {
	kind, body := string(payload[:min(4, len(payload))]), payload[min(4, len(payload)):]
	switch kind {
	case node.TypeTransaction:
		p, err := chain.DecodePair(body)
		if err != nil {
			return "Received TXN that cannot be read: " + err.Error()
		}
		return "Received TXN:\n" + showPair(p)
	case node.TypeBlocks:
		blocks, err := chain.DecodeBlocks(body)
		if err != nil {
			return "Received BLOC that cannot be read: " + err.Error()
		}
		return "Received BLOC:\n" + showChain(blocks)
	}
	return "Could not handle message type " + printable(kind)
}

var line = strings.Repeat("-", 80)

func showPair(p chain.Pair) string {
	var tokens []string
	for _, k := range p.Tokens {
		tokens = append(tokens, pretty(map[string]any{
			"txn_hash": k.Transaction.String(), "owner": short(k.Owner), "value": k.Value, "signature": chain.Abbreviate(k.Signature)}))
	}
	t := p.Transaction
	prev := []string{}
	for _, h := range t.Previous {
		prev = append(prev, h.String())
	}
	return fmt.Sprintf("\n%s\nTokens\n%s\n\nTransaction\n%s", line, strings.Join(tokens, "\n"), pretty(map[string]any{
		"previous_hashes": prev, "receiver": short(t.Receiver), "receiver_value": t.ReceiverValue,
		"receiver_signature": chain.Abbreviate(t.ReceiverSignature), "sender": short(t.Sender),
		"sender_change": t.SenderChange, "sender_signature": chain.Abbreviate(t.SenderSignature)}))
}

func showChain(blocks []chain.Block) string {
	txns := 0
	for _, b := range blocks {
		txns += len(b.Transactions)
	}
	valid := "True"
	err := chain.CheckChain(blocks)
	if err == nil {
		_, err = chain.Replay(blocks)
	}
	if err != nil {
		valid = "False"
	}
	var s strings.Builder
	fmt.Fprintf(&s, "\n%s\nBlockchain\nBlocks: %d | Total Txns: %d | Valid: %s\n", line, len(blocks), txns, valid)
	for i, b := range blocks {
		h := b.Header
		fmt.Fprintf(&s, "\nBlock %d Header:\n%s\nTxns Hashes:", i, pretty(map[string]any{
			"merkle_root": chain.Abbreviate(h.MerkleRoot[:]), "nonce": decimal(strconv.FormatUint(h.Nonce, 10)),
			"previous_hash": h.PreviousHash.String(), "this_hash": h.ThisHash.String(), "timestamp": decimal(strconv.FormatInt(h.Timestamp, 10))}))
		for _, t := range b.Transactions {
			var prev []string
			for _, p := range t.Previous {
				prev = append(prev, p.String())
			}
			fmt.Fprintf(&s, "\n%s -> %v", strings.Join(prev, ", "), t.Hash())
		}
	}
	return s.String()
}

func short(a chain.Address) string { return chain.Abbreviate([]byte(a)) }

func decimal(s string) string {
	return base64.StdEncoding.EncodeToString([]byte(s))[:min(10, base64.StdEncoding.EncodedLen(len(s)))] + "..."
}

// pretty is JSON with sorted keys, indented by four.
func pretty(v map[string]any) string {
	b, err := json.MarshalIndent(v, "", "    ")
	if err != nil {
		return err.Error()
	}
	return string(b)
}
