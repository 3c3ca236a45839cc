package cli

import (
	"context"
	"io"
	"os"

	"nodebook/checker/internal/report"

	"golang.org/x/term"
)

// style is how text may look on w.
func style(w io.Writer) report.Style { return report.Style{Colour: colour(w)} }

// colour reports whether w is a terminal whose user has not asked for no colour.
func colour(w io.Writer) bool {
	return os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && isTerminal(w)
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// columns is how wide w is; 0 if it is no terminal.
func columns(w io.Writer) int {
	f, ok := w.(*os.File)
	if !ok {
		return 0
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return width
}

// rawTerminal makes keys arrive one by one where in is a terminal. Output stays
// as it is: newlines are still translated.
func rawTerminal(in io.Reader) (restore func()) {
	f, ok := in.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return func() {}
	}
	return cbreak(int(f.Fd()))
}

// readKeys reads keys until the end of in. Its goroutine may outlast the watch
// by one read of the terminal, which nothing can interrupt.
func readKeys(ctx context.Context, in io.Reader) <-chan byte {
	keys := make(chan byte)
	go func() {
		defer close(keys)
		b := make([]byte, 1)
		for {
			if n, err := in.Read(b); n == 0 || err != nil {
				return
			}
			select {
			case keys <- b[0]:
			case <-ctx.Done():
				return
			}
		}
	}()
	return keys
}
