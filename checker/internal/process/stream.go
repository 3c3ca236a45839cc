package process

import (
	"context"
	"io"
	"os/exec"
)

// Stream runs cmd as [Run] does, but gives chunk what it writes on standard
// output and standard error as it comes, in the order in which it was written.
// A chunk is only valid during the call.
func Stream(ctx context.Context, cmd *exec.Cmd, lim Limits, chunk func([]byte)) (Outcome, error) {
	return follow(ctx, cmd, lim, nil, nil, func(r io.Reader, over func()) {
		readChunks(r, lim.Output, chunk, over)
	})
}

// readChunks reads until the end of r; past most bytes it calls over once and
// throws the rest away.
func readChunks(r io.Reader, most int64, chunk func([]byte), over func()) {
	buf := make([]byte, 32<<10)
	var n int64
	for {
		k, err := r.Read(buf)
		if most > 0 && n+int64(k) > most {
			chunk(buf[:most-n])
			over()
			io.Copy(io.Discard, r)
			return
		}
		n += int64(k)
		if k > 0 {
			chunk(buf[:k])
		}
		if err != nil {
			return
		}
	}
}
