package generate

import (
	"go/importer"
	"go/token"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const reference = `package shop

import (
	"context"
	"errors"
	"io"
	"net/http"
)

var ErrEmpty = errors.New("empty")

// Start is made by a function of the package.
var Start = Double(21)

type Item struct {
	Name string
	Tags []string
	next *Item
}

func (i Item) Label() string { return i.Name }

type Stack struct {
	Max   int
	items chan int
}

func (s *Stack) Push(n int) error { return ErrEmpty }

type Feed struct{ Items chan int }

func Double(n int) int { return n + n }

func Read(r io.Reader, each func(Item) error) (all []Item, err error) { return nil, nil }

func Watch(done <-chan bool) error { return nil }

func Wait(ctx context.Context, client *http.Client) (*http.Response, error) { return nil, nil }

func Open() (*Feed, error) { return nil, nil }

func Decode(v any) error { return nil }

func Printf(format string, args ...any) string { return "" }

func Max[T int | string](a, b T) T { return a }

func helper() {}
`

const hidden = `package shop_test

import (
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"nodebook/lessons/lesson9/shop"
)

type watcher struct{}

func (watcher) run() { shop.Watch(nil) }

func TestDouble(t *testing.T) { shop.Double(1) }

func TestDouble_watched(t *testing.T) { watcher{}.run() }

func TestRead(t *testing.T) { var m runtime.MemStats; runtime.ReadMemStats(&m); read(t) }

func read(t *testing.T) { shop.Read(nil, nil) }

func TestOpen(t *testing.T) { open(t) }

func TestPrintf(t *testing.T) { synctest.Test(t, func(t *testing.T) { shop.Printf("") }) }

func TestPrintf_late(t *testing.T) { synctest.Test(t, func(t *testing.T) { wait(); shop.Printf("") }) }

func TestPrintf_waits(t *testing.T) { synctest.Test(t, func(t *testing.T) { synctest.Wait() }) }

func wait() { time.Sleep(1) }

func open(t *testing.T) { shop.Open() }
`

func generated(t *testing.T) *Output {
	t.Helper()
	out, err := Package(Source{Path: "nodebook/lessons/lesson9/shop", Files: map[string][]byte{"shop.go": []byte(reference)},
		Tests: map[string][]byte{"shop_test.go": []byte(hidden)}, Importer: importer.ForCompiler(token.NewFileSet(), "source", nil)})
	require.NoError(t, err)
	return out
}

// What cannot be called from another process is named with the type that keeps it.
func TestPackage_unfit(t *testing.T) {
	require.Equal(t, map[string]string{
		"Watch": "its parameter done of type <-chan bool: a channel",
		"Open":  "its result of type *Feed: the field Items of Feed: a channel",
		"Max":   "it has type parameters",
	}, generated(t).API)
}

// A test is judged inside if it reaches such a function, through helpers too.
func TestPackage_tests(t *testing.T) {
	out := generated(t)
	require.Equal(t, []string{"TestDouble", "TestRead", "TestPrintf"}, out.Outside)
	require.Contains(t, out.Inside["TestDouble_watched"], "Watch: its parameter done")
	require.Contains(t, out.Inside["TestOpen"], "Open: its result")
	require.Contains(t, out.Inside["TestPrintf_late"], "in a bubble")
	require.Contains(t, out.Inside["TestPrintf_waits"], "waits for goroutines")
}

func TestPackage_sources(t *testing.T) {
	out := generated(t)
	ref := string(out.Proxies["nodebook/lessons/lesson9/shop"]["shop.go"])
	require.Contains(t, ref, "var Start = NbTrustedDouble(21)", "variables are made by the reference")
	require.Contains(t, ref, "func NbTrustedDouble(n int) int")
	require.Contains(t, ref, "func (i Item) NbTrustedLabel() string")
	require.Contains(t, ref, "func helper() {}")
	proxy := string(out.Proxies["nodebook/lessons/lesson9/shop"]["nodebook_proxy.go"])
	require.Contains(t, proxy, "func Double(p0 int) (r0 int) {")
	require.Contains(t, proxy, `Inside("Watch", `)
	child := string(out.Child["main.go"])
	require.NotContains(t, child, "Watch")
	require.Contains(t, child, "var f1 func(int) (int) = ")
	require.Contains(t, child, `b.Struct((*nb2.Item)(nil), "Name", "Tags", "next")`)
	require.Contains(t, child, `b.Struct((*nb2.Stack)(nil), "Max")`, "what a variable keeps to itself is the learner's affair")
	judge := string(out.Judge["shop_tests.go"])
	require.True(t, strings.HasPrefix(judge, "package main\n"))
	require.Contains(t, judge, `"`+shims["runtime"]+`"`, "what the tests measure is what the child measures")
	require.Contains(t, judge, `"`+shims["testing/synctest"]+`"`)
	require.Contains(t, child, WirePath+"/web", "which lets requests and responses travel")
	for _, secret := range []string{"TestDouble", "MemStats", "NbTrusted"} {
		require.NotContains(t, child, secret)
	}
}
