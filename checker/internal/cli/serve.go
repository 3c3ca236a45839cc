package cli

import (
	"errors"
	"fmt"
	"net"

	"nodebook/checker/internal/compiler"
	"nodebook/checker/internal/serve"

	"github.com/spf13/cobra"
)

func (a *app) serve() *cobra.Command {
	addr := ""
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Open the workbook in the browser",
		Long: `Serve the workbook at an address of this machine alone: the same pages and files,
with cells that run and exercises that are checked in place. Ctrl-C ends it, and
all that its cells have started.`,
		Example: "  checker serve\n  checker serve --addr 127.0.0.1:8000",
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
			o := serve.Options{Root: root, Book: book, Engine: &compiler.Engine{}, Cells: &a.interpreter, Addr: addr}
			s, err := serve.New(o)
			var op *net.OpError
			switch {
			case errors.Is(err, serve.ErrNotLoopback):
				return misuse("the server runs code: use 127.0.0.1:PORT or [::1]:PORT", "--addr: %w", err)
			case errors.As(err, &op):
				return misuse("leave --addr out and a free port is chosen", "--addr: %w", err)
			case err != nil:
				return err
			}
			fmt.Fprintf(a.out, "the workbook is open at\n\n    %s\n\nCtrl-C ends it\n", s.URL())
			return s.Serve(cmd.Context())
		},
	}
	cmd.Flags().StringVar(&addr, "addr", "127.0.0.1:0", "the loopback `ADDRESS` to listen on; port 0 is a free one")
	return cmd
}
