package serve

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// A hidden tab finds on its return what it was told meanwhile, and tabs that do
// not return make room for others.
func TestTabs_hidden(t *testing.T) {
	all := newTabs()
	x := all.open("one-tab-of-many")
	old := all.attach(x, func() {})
	ended := false
	detach := all.attach(x, func() { ended = true })
	old()
	all.fileChanged("a.go")
	all.end(x)
	require.True(t, ended, "a stream that has ended does not end the one after it")

	x = all.open("one-tab-of-many")
	detach()
	detach = all.attach(x, func() {})
	detach()
	all.fileChanged("b.go")
	require.Same(t, x, all.open("one-tab-of-many"))
	require.Equal(t, message{Type: "file", File: "b.go"}, <-x.out)

	for i := range 3 * mostTabs {
		y := all.open(fmt.Sprint("a-tab-that-is-closed-", i))
		require.NotNil(t, y)
		all.attach(y, func() {})()
	}
	for i := range mostTabs {
		y := all.open(fmt.Sprint("a-tab-that-stays-", i))
		require.NotNil(t, y)
		all.attach(y, func() {})
	}
	require.Nil(t, all.open("one-tab-too-many"))
}
