package cli

import (
	"errors"
	"flag"
	"strings"

	"nodebook/fixtures/simnet"
	"nodebook/fixtures/simnet/chains"

	"github.com/spf13/cobra"
)

func (a *app) simnet() *cobra.Command {
	var p simnet.Program
	cmd := &cobra.Command{
		Use:   "simnet",
		Short: "Start the simulated network, for programs to talk to",
		Long: `Start a Bitcoin network of simulated peers on this machine, and print where it
is. It needs no workbook, listens on loopback, and ends with Ctrl-C.

With --chain its peers serve blocks, so that any node can download them.`,
		Example: `  checker simnet
  checker simnet --peers 500 --polite
  checker simnet --network regtest --characters healthy,slow-drip
  checker simnet --chain real --roles serves,serves,stalls --latency 50ms`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			err := p.Run(cmd.Context(), a.out, a.errs)
			if errors.Is(err, simnet.ErrUsage) {
				return misuse(`run "checker simnet --help"`, "%s", strings.TrimPrefix(err.Error(), simnet.ErrUsage.Error()+": "))
			}
			return err
		},
	}
	var flags flag.FlagSet
	p.Flags(&flags)
	p.Chains(&flags, chains.Names, chains.Named, chains.Network)
	cmd.Flags().AddGoFlagSet(&flags)
	return cmd
}
