package cli

import (
	"errors"
	"fmt"
	"net"
	"time"

	"nodebook/checker/internal/compiler"
	"nodebook/checker/internal/serve"

	"github.com/spf13/cobra"
)

func (a *app) serve() *cobra.Command {
	addr, noOpen := "", false
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Open the workbook in the browser",
		Long: `Serve the workbook in the browser, to this machine only: the same pages and files,
with cells that run and exercises that are checked in place. Everything is saved as
you type it. Ctrl-C ends it and all that its cells have started; the address is the
same the next time.

The browser is opened if there is one to see: not from a script, from CI, over SSH, or
without a display.`,
		Example: "  checker serve\n  checker serve --no-open\n  checker serve --addr 127.0.0.1:8000",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			book, err := a.book()
			if err != nil {
				return err
			}
			root, err := a.here()
			if err != nil {
				return err
			}
			visible := !noOpen && a.canOpenBrowser()
			o := serve.Options{Root: root, Book: book, Engine: &compiler.Engine{}, Cells: &a.interpreter, Addr: addr}
			s, err := serve.New(o)
			var op *net.OpError
			var open *serve.AlreadyOpen
			switch {
			case errors.As(err, &open):
				fmt.Fprintf(a.out, "the workbook is open already, at\n\n    %s\n\nCtrl-C ends it where it was started\n", open.URL)
				if visible {
					defer openBrowser(root, open.URL)()
					select { // until the browser has read the file
					case <-cmd.Context().Done():
					case <-time.After(browserTime):
					}
				}
				return nil
			case errors.Is(err, serve.ErrNotLoopback):
				return misuse("the server runs code: use 127.0.0.1:PORT or [::1]:PORT", "--addr: %w", err)
			case errors.As(err, &op):
				return misuse("leave --addr out and a free port is chosen", "--addr: %w", err)
			case err != nil:
				return err
			}
			fmt.Fprintf(a.out, "the workbook is open at\n\n    %s\n\nOnly this machine can reach it. It saves what you type. Ctrl-C ends it; the address stays the same\n", s.URL())
			if visible {
				done := openBrowser(root, s.URL())
				defer done()
				defer time.AfterFunc(browserTime, done).Stop()
			}
			return s.Serve(cmd.Context())
		},
	}
	cmd.Flags().StringVar(&addr, "addr", "", "the loopback `ADDRESS` to listen on; port 0 is a free one (default: 127.0.0.1 and the workbook's own port)")
	cmd.Flags().BoolVar(&noOpen, "no-open", false, "do not open the browser")
	return cmd
}

// browserTime is how long a browser may take to read the file that leads it here.
const browserTime = 20 * time.Second
