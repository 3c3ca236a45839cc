package cli

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// Every verb's help says what it is for and shows a use of it that begins with
// the command itself.
func TestHelp(t *testing.T) {
	verbs := 0
	var look func(c *cobra.Command)
	look = func(c *cobra.Command) {
		for _, sub := range c.Commands() {
			look(sub)
		}
		if c.Hidden {
			return
		}
		verbs++
		if c.Short == "" {
			t.Errorf("%s: no short help", c.CommandPath())
		}
		if !strings.Contains(c.Example, c.CommandPath()) {
			t.Errorf("%s: the example does not show it: %q", c.CommandPath(), c.Example)
		}
		var out strings.Builder
		c.SetOut(&out)
		if err := c.Help(); err != nil || !strings.Contains(out.String(), c.Example) {
			t.Errorf("%s --help does not show the example (%v)", c.CommandPath(), err)
		}
	}
	look((&app{}).root())
	if verbs < 15 {
		t.Errorf("%d verbs found, want at least 15", verbs)
	}
}
