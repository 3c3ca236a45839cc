// REFERENCE ONLY

package headers

import (
	"context"

	"nodebook/solutions/lesson1/framing"
	"nodebook/solutions/lesson7/block"
)

// ask asks for the headers after n and returns what the peer answers.
func ask(ctx context.Context, p Peer, n *Node) ([]block.Header, error) {
	whole := ctx
	ctx, cancel := context.WithTimeoutCause(ctx, Answer, ErrSilent)
	defer cancel()
	fail := func(err error) error {
		if ctx.Err() != nil && whole.Err() == nil {
			return ErrSilent
		}
		return err
	}
	locator := Locator(n.Height, hashesOf(n))
	if err := p.Send(ctx, framing.Message{Command: "getheaders", Payload: AppendGetHeaders(nil, locator)}); err != nil {
		return nil, fail(err)
	}
	for {
		m, err := p.Receive(ctx)
		if err != nil {
			return nil, fail(err)
		}
		if m.Command == "headers" {
			return ReadHeaders(m.Payload)
		}
	}
}
