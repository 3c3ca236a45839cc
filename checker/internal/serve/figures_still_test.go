package serve_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"nodebook/fixtures/chain"
	"nodebook/fixtures/simnet"
	"nodebook/fixtures/wire"
	"nodebook/solutions/lesson1/framing"
	"nodebook/solutions/lesson2/version"
	"nodebook/solutions/lesson3/bitnodes"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson8/headers"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

// at has another figure of the same page.
func (f *touched) next(name string) *touched { return f.browser.figure(name) }

// shown is how many shapes of a kind are to be seen.
func (f *touched) shown(selector string) int {
	f.t.Helper()
	return js[int](f.browser, fmt.Sprintf(`[...document.querySelectorAll(%q)].filter(e => getComputedStyle(e).visibility === "visible").length`, f.at+" svg "+selector))
}

// over moves the mouse over a part.
func (f *touched) over(selector string) {
	f.t.Helper()
	x, y := f.middle(selector)
	f.do(chromedp.MouseEvent("mouseMoved", x, y))
}

// The cursor goes through a message; three peers answer differently.
func TestStill_lesson2(t *testing.T) {
	t.Parallel()
	b := open(t)
	f := b.browse("lesson2").figure("payload")
	raw := wire.Load("version/peer").Payload()
	v, err := version.ReadVersion(raw)
	require.NoError(t, err)
	f.press("Step")
	f.says("Offset 80, 17 bytes: user agent, " + v.UserAgent + ". The next field starts at 97.")
	f.press("Step")
	f.says("start height, 533,166.")
	require.EqualValues(t, 533_166, v.StartHeight)
	f.press("Step")
	f.says("It is the last field.")
	f.press("Step")
	f.says(fmt.Sprintf("All %d bytes are read", len(raw)))
	require.Equal(t, 9, f.shown("rect.b3"))
	f.press("Start again")
	f.says("Offset 0, 4 bytes: protocol version, 70015. The next field starts at 4.")
	require.Equal(t, 8, f.shown("rect.plain"))
	f.looks("payload")

	f = f.next("ladder")
	met := func(c simnet.Character) error {
		conn, peer := simnet.Pipe(c)
		defer peer.Close()
		if c == simnet.Silent {
			conn.SetDeadline(time.Now().Add(50 * time.Millisecond))
		}
		_, err := version.Greet(conn, version.Config{Magic: framing.Mainnet, Version: version.Version{Protocol: 70016, Timestamp: time.Unix(1, 0), Nonce: 7}})
		return err
	}
	require.ErrorIs(t, met(simnet.Mirror), version.ErrSelf)
	require.Error(t, met(simnet.Silent))
	all := f.shown("text.mid.bold.small:not(.fx)")
	f.press("A mirror peer")
	f.says("Greet returns ErrSelf.")
	require.Equal(t, 2, f.shown("text.mid.bold.small:not(.fx)"))
	f.whole("mirror")
	f.press("A silent peer")
	f.says("60 seconds")
	require.Equal(t, 1, f.shown("text.mid.bold.small:not(.fx)"))
	f.looks("ladder")
	f.press("A polite peer")
	f.says("the handshake is done")
	require.Equal(t, all, f.shown("text.mid.bold.small:not(.fx)"))
}

// replies is a server that gives one answer after another.
type replies struct {
	status []int
	after  int
}

func (a *replies) RoundTrip(r *http.Request) (*http.Response, error) {
	h := http.Header{}
	if a.status[0] == http.StatusTooManyRequests && a.after > 0 {
		h.Set("Retry-After", fmt.Sprint(a.after))
	}
	out := &http.Response{StatusCode: a.status[0], Header: h, Body: io.NopCloser(strings.NewReader(`{"nodes": {}}`)), Request: r}
	a.status = a.status[1:]
	return out, nil
}

// A bad row costs a row, a limit ends the waiting, a network's nodes stand out.
func TestStill_lesson3(t *testing.T) {
	t.Parallel()
	b := open(t)
	f := b.browse("lesson3").figure("layers")
	f.focus("[role=checkbox]")
	f.says("Row 1 is whole. The space bar breaks it.")
	f.keys(" ")
	f.says("Row 1 is broken now. 1 row of 3 becomes a node")
	require.Contains(t, f.text("svg"), "[… null, 1, 9, 3]")
	f.keys(kb.ArrowDown, " ")
	f.says("Row 2 is whole now. 2 rows of 3 become nodes")
	f.whole("a row")
	f.press("Cut the text")
	f.says("ReadJSON refuses all of it")
	require.Zero(t, f.shown("text.f3"))
	f.press("Set back")
	f.looks("layers")

	f = f.next("kinds")
	f.over(".choice")
	f.says("Tor: 5,921 of 10,000 nodes, 59.2%. They have a name")
	require.Equal(t, 4, js[int](f.browser, `document.querySelectorAll("figure[data-picture=kinds] path[opacity='.18']").length`))
	f.focus(".choice")
	f.keys(kb.ArrowDown)
	f.says("IPv6: 852 of 10,000")
	f.looks("kinds")

	f = f.next("backoff")
	for _, x := range [][2]int{{5, 8}, {0, 3}, {9, 8}, {20, 20}} {
		f.slide("Retry-After", x[0])
		f.slide("Longest", x[1])
		var want []string
		total := 0
		_, err := bitnodes.FetchWithRetry(context.Background(), &http.Client{Transport: &replies{[]int{500, 429, 503, 502, 200}, x[0]}}, "http://nodes.example/", bitnodes.Policy{Tries: 5, Backoff: time.Second, Longest: time.Duration(x[1]) * time.Second,
			Sleep: func(_ context.Context, d time.Duration) error {
				want, total = append(want, fmt.Sprintf("%.0f s", d.Seconds())), total+int(d.Seconds())
				return nil
			}})
		if err != nil {
			f.says("gives up")
			require.Contains(t, f.text("svg"), fmt.Sprintf("Gives up after %d s", total))
		} else {
			f.says(fmt.Sprintf("the server answers after %d seconds", total))
		}
		require.Equal(t, strings.Join(want, " "), js[string](f.browser, `[...document.querySelectorAll("figure[data-picture=backoff] svg g text.small:not(.fx, .f3)")].map(e => e.textContent).join(" ")`), "retry after %d, at most %d", x[0], x[1])
		f.whole(x)
	}
	f.looks("backoff")
}

// A goroutine waits, works or panics; a queue grows and empties.
func TestStill_lesson4(t *testing.T) {
	t.Parallel()
	b := open(t)
	f := b.browse("lesson4").figure("channels")
	f.focus(".choice")
	f.says("c <- v on a channel that is nil: waits forever. Nobody can ever receive")
	at := func() string { return js[string](f.browser, f.find("circle")+`.getAttribute("cx")`) }
	waits := at()
	f.keys(kb.ArrowRight)
	f.says("c <- v on a channel that is empty: works.")
	require.NotEqual(t, waits, at())
	f.keys(kb.ArrowDown, kb.ArrowDown, kb.End)
	f.says("close(c) on a channel that is closed: panics. It was closed before.")
	f.over(".choice:nth-of-type(8)")
	f.says("<-c on a channel that is full: works.")
	f.looks("channels")

	f = f.next("frontier")
	f.slide("Peers asked", 0)
	f.says("After 0 peers: 3 known, 3 of them in the queue.")
	f.slide("Peers asked", 1)
	f.says("The last one named 11 new.")
	f.whole("the first")
	f.slide("Peers asked", 30)
	f.looks("frontier")
	f.slide("Peers asked", 75)
	f.says("75 known, 0 of them in the queue. The queue is empty and nobody is being asked: the crawl ends.")
}

// What goes in comes out; a lower target is rarer; nobody hears without the middle.
func TestStill_lesson5(t *testing.T) {
	t.Parallel()
	b := open(t)
	f := b.browse("lesson5").figure("payment")
	f.slide("To bob", 35)
	f.says("40 go in and 44 come out: the node refuses it")
	require.Contains(t, f.text("svg"), "30 + 10 ≠ 35 + 9: 4 too many come out.")
	f.looks("payment")
	f.slide("Change", 5)
	f.says("it balances")
	f.slide("To bob", 0)
	f.says("40 go in and 5 come out")

	f = f.next("mining")
	require.Contains(t, f.text("svg"), "Nonce 539 is the first below it; on average it takes 256.")
	f.focus("input")
	f.keys(kb.ArrowRight)
	f.says("9 zero bits: one hash in 512.")
	f.slide("Zero bits", 0)
	f.says("Nonce 1 is the first below it")
	f.whole("none")
	f.slide("Zero bits", 11)
	f.says("None of 539 hashes is below it; on average it takes 2,048.")
	f.whole("most")
	f.slide("Zero bits", 4)
	f.looks("mining")

	f = f.next("relay")
	f.press("Publish")
	f.says("3 copies come out")
	require.Equal(t, 3, f.shown("rect.b3"))
	f.press("Pull out the middle")
	f.says("no two of them know each other")
	f.press("Publish")
	f.says("nobody hears of the payment")
	require.Zero(t, f.shown("rect.b3"))
	f.looks("relay")
	f.press("Put it back")
	f.press("Publish")
	f.says("3 copies come out")
}

// A branch with more work wins when its third block comes.
func TestStill_lesson6(t *testing.T) {
	t.Parallel()
	b := open(t)
	f := b.browse("lesson6").figure("reorg")
	f.press("Start again")
	f.says("The genesis block")
	require.Equal(t, 1, f.shown("rect[rx='2']"))
	for range 3 {
		f.press("Step")
	}
	f.says("at height 3: the tip.")
	f.press("Step")
	f.says("a second branch, with less work")
	require.Equal(t, 4, f.shown("rect.b3"), "our branch stays")
	f.press("Step")
	f.says("as much work: the one that came first stays")
	f.whole("a tie")
	f.looks("reorg")
	f.press("Step")
	f.says("two blocks leave, three join")
	require.Equal(t, 5, f.shown("rect.b3"))
	f.press("Back")
	require.Equal(t, 4, f.shown("rect.b3"))
}

// The first block's bytes, its time, its coins and a script.
func TestStill_lesson7(t *testing.T) {
	t.Parallel()
	b := open(t)
	f := b.browse("lesson7").figure("genesis")
	raw := chain.Block(0)
	require.Equal(t, fmt.Sprintf("% x", raw), js[string](f.browser, `[...document.querySelectorAll("figure[data-picture=genesis] .choice")].map(e => e.ariaLabel.match(/, (..):/)[1]).join(" ")`))
	f.focus(".choice")
	f.says("Byte 0 is 01. Bytes 0 to 3, header: version, 1.")
	f.keys(kb.ArrowDown, kb.ArrowDown)
	f.says("Bytes 36 to 67, header: merkle root")
	f.over(".choice:nth-of-type(160)")
	f.says("the headline “The Times 03/Jan/2009 Chancellor on brink of second bailout for banks”")
	require.Equal(t, 69, f.shown("rect.lit"))
	f.keys(kb.End)
	f.says("Byte 284 is 00. Bytes 281 to 284, transaction: lock time, 0.")
	g, err := block.ReadBlock(raw)
	require.NoError(t, err)
	require.EqualValues(t, 2083236893, g.Header.Nonce)
	f.looks("genesis")

	f = f.next("pace")
	f.over(".choice")
	f.says("From 3 January: 17.0 minutes per block, 70% slower than the aim. The window took 23.8 days instead of 14.")
	f.focus(".choice")
	f.keys(kb.ArrowRight)
	f.says("From 27 January: 11.6")
	f.looks("pace")

	f = f.next("coins")
	f.press("Stop at block 170")
	f.says("10 of 50 BTC")
	f.slide("Block", 0)
	f.says("After block 0 about 0 coins")
	f.slide("Block", 142)
	f.says("After block 14,131 about 13,420 coins are unspent, of about 14,280 that were made.")
	f.slide("Block", 70)
	f.looks("coins")

	f = f.next("script")
	f.press("Start again")
	f.says("The stack is empty.")
	require.Zero(t, f.shown("rect[height='22']"))
	for range 3 {
		f.press("Step")
	}
	f.says("DUP doubles the last item. The stack: sig 3046, key 044f and key 044f.")
	f.looks("script")
	for range 4 {
		f.press("Step")
	}
	f.says("The stack: true 01. True is left, so the coin may be spent.")
}

// A fork is found with few hashes; a sum that ends at zero.
func TestStill_lesson8(t *testing.T) {
	t.Parallel()
	b := open(t)
	f := b.browse("lesson8").figure("locator")
	named := func(tip, fork int) (n, common int) {
		n = len(headers.Locator(tip, func(h int) block.Hash {
			if h <= fork {
				common = max(common, h)
			}
			return block.Hash{}
		}))
		return n, common
	}
	tips := []int{100, 1000, 14_131, 200_000, 900_000}
	for _, x := range [][3]int{{2, 0, 1}, {2, 14, 128}, {4, 20, 1024}, {4, 31, 46341}} {
		f.slide("Length of the chain", x[0])
		f.slide("Blocks after the fork", x[1])
		tip := tips[x[0]]
		n, common := named(tip, tip-x[2])
		f.says(fmt.Sprintf("%d hashes. A fork at block %s is found at block %s", n, grouped(tip-x[2]), grouped(common)))
		f.whole(x)
	}
	f.looks("locator")

	f = f.next("hints")
	f.press("Start again")
	f.says("the sum is 0")
	f.press("Step")
	f.says("Block 3 comes: coin 5 into the set, coin 6 added to the sum and coins 2 and 4 taken off. The sum: +6  −2  −4.")
	f.looks("hints")
	for range 3 {
		f.press("Step")
	}
	f.says("It is zero, so every coin that was spent had been made.")

	f = f.next("crash")
	require.Contains(t, f.text("svg"), "A crash after “sync the undo”")
	f.focus("input")
	f.keys(kb.ArrowRight)
	f.says("A crash after “write coins and tip”: memory is gone. The next start is at block 8. Nothing is lost.")
	for at, want := range []string{"Nothing is lost.", "7 comes from the file if it is whole there, else from a peer.", "7 comes", "7 and 8 come from the file if they are whole, else from peers.",
		"7 and 8 come", "It enters 7 and 8 from the file and asks no peer.", "It enters 7 and 8", "Nothing is lost.", "9 comes"} {
		f.slide("The crash comes after", at)
		f.says(want)
		require.Contains(t, f.text("svg"), want)
		f.whole(at)
	}
	x, y := f.middle("rect.step")
	f.do(chromedp.MouseClickXY(x, y))
	f.says("A crash after “after a flush”: memory is gone. The next start is at block 6.")
	f.slide("The crash comes after", 4)
	f.looks("crash")

	f = f.next("progress")
	sizes, at := chain.All()[11_666-55:][:100], 0
	require.Len(t, sizes[55], 8236)
	for _, tenths := range []int{0, 40, 50, 99} {
		here, n := min(tenths*300, 29_594), 0
		for at = 0; n < len(sizes) && at+len(sizes[n]) <= here; n++ {
			at += len(sizes[n])
		}
		f.slide("Time", tenths)
		f.says(fmt.Sprintf("After %.1f s: %d of 100 blocks, %d%%, and %s of 29,594 bytes", float64(tenths)/10, n, n, grouped(here)))
	}
	f.slide("Time", 50)
	x, y = f.middle("circle")
	f.do(chromedp.MouseEvent("mouseMoved", x-60, y))
	f.until(f.find("input") + ".value < 45")
	require.True(t, js[bool](f.browser, `(() => { const [line, ...names] = [`+f.find("path.lx")+`, ...`+f.find("svg")+`.querySelectorAll("text.halo")];
		return names.length === 2 && names.every((n) => line.compareDocumentPosition(n) & Node.DOCUMENT_POSITION_FOLLOWING && getComputedStyle(n).paintOrder.startsWith("stroke")); })()`), "the line of the moment does not strike the block's name out")
	f.slide("Time", 47)
	f.looks("progress")
}

func grouped(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
