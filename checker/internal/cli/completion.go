package cli

import (
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// completion writes the script that makes a shell complete the checker's words.
func (a *app) completion() *cobra.Command {
	shells := map[string]func(*cobra.Command, io.Writer) error{
		"bash":       func(c *cobra.Command, w io.Writer) error { return c.GenBashCompletionV2(w, true) },
		"zsh":        func(c *cobra.Command, w io.Writer) error { return c.GenZshCompletion(w) },
		"fish":       func(c *cobra.Command, w io.Writer) error { return c.GenFishCompletion(w, true) },
		"powershell": func(c *cobra.Command, w io.Writer) error { return c.GenPowerShellCompletionWithDesc(w) },
	}
	names := slices.Sorted(maps.Keys(shells))
	return &cobra.Command{
		Use:   "completion shell",
		Short: "Print the script that completes verbs, lessons and exercises in your shell",
		Long: `Print a script for bash, zsh, fish or powershell that completes verbs, lessons
and exercises. Load it where your shell loads such scripts.`,
		Example: `  source <(checker completion bash)    in ~/.bashrc
  source <(checker completion zsh)     in ~/.zshrc, after compinit
  checker completion fish > ~/.config/fish/completions/checker.fish`,
		Args:      cobra.ExactArgs(1),
		ValidArgs: names,
		RunE: func(cmd *cobra.Command, args []string) error {
			script := shells[args[0]]
			if script == nil {
				return misuse("use one of "+strings.Join(names, ", "), "no completion for %q", args[0])
			}
			return script(cmd.Root(), a.out)
		},
	}
}
