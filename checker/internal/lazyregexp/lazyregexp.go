// Package lazyregexp holds regular expressions that are compiled when they are
// first used. The checker is started for every answer, and again as the child
// that interprets; to compile all its expressions each time took a fiftieth of
// the first answer, which needs three of them.
package lazyregexp

import (
	"os"
	"regexp"
	"strings"
	"sync"
)

// inTest is whether this is a test binary, where a wrong expression must be
// found whether it is used or not.
var inTest = len(os.Args) > 0 && strings.HasSuffix(strings.TrimSuffix(os.Args[0], ".exe"), ".test")

// New is the expression as [regexp.MustCompile] has it.
func New(expression string) func() *regexp.Regexp {
	compiled := sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
	if inTest {
		compiled()
	}
	return compiled
}
