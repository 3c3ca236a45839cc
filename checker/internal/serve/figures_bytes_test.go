package serve_test

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"nodebook/fixtures/wire"
	"nodebook/solutions/lesson2/version"
	"nodebook/solutions/lesson6/consensus"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

// A ping is taken apart: a byte that is changed breaks the check of its field, and says so.
func TestFigure_frame(t *testing.T) {
	t.Parallel()
	b := open(t)
	f := b.browse("lesson1").figure("frame")
	shown := func() string {
		return js[string](f.browser, fmt.Sprintf(`[...document.querySelectorAll("%s .byte text")].map(e => e.textContent).join(" ")`, f.at))
	}
	ping := fmt.Sprintf("% x", wire.Load("message/ping").Bytes)
	require.Equal(t, ping, shown(), "the figure's message is the lesson's")
	require.Equal(t, 5, js[int](f.browser, fmt.Sprintf(`document.querySelectorAll("%s .checks .ok").length`, f.at)))
	broken := func(want string) {
		t.Helper()
		f.until(fmt.Sprintf(`[...document.querySelectorAll("%s .checks .broken")].map(e => e.dataset.field).join() === %q`, f.at, want))
	}

	f.focus(".byte")
	f.says("Byte 0 is f9, in decimal 249. It belongs to the magic")
	f.keys(kb.ArrowRight, kb.ArrowRight, kb.ArrowRight, kb.ArrowRight, kb.ArrowRight)
	f.says("Byte 5 is 69, in decimal 105, the letter i. It belongs to the command")
	f.keys("6", "f")
	broken("")
	f.says("Every check passes") // pong is a command too
	require.Contains(t, f.text(".checks [data-field=command]"), `"pong", then 8 zeros`)
	require.Equal(t, "6", js[string](f.browser, `document.activeElement.getAttribute("aria-label").match(/byte (\d+)/)[1]`), "the next byte is chosen")
	f.keys("0", "1")
	broken("command")
	f.says("Broken: command. The byte 01 is not printable ASCII (20 to 7e). ReadMessage returns ErrCommand.")
	require.Equal(t, 12, js[int](f.browser, fmt.Sprintf(`document.querySelectorAll("%s .byte .bx").length`, f.at)), "the field lights up")
	f.keys(kb.ArrowLeft, kb.Backspace)
	broken("")
	f.keys("0", "0")
	broken("command")
	f.says("67 comes after the first zero")
	f.whole("a broken command")

	f.keys(kb.Home, "0", "b", "1", "1", "0", "9", "0", "7")
	broken("magic,command")
	f.says("Broken: magic and command. 0b 11 09 07 is testnet3, and we read mainnet")
	f.press("Set back")
	broken("")
	require.Equal(t, ping, shown())
	require.True(t, js[bool](f.browser, `[...document.querySelectorAll("figure[data-picture=frame] button")].find(e => e.innerText === "Set back").disabled`))

	f.focus(".byte:nth-child(17)")
	f.keys("0", "9")
	broken("length")
	f.says("It says 9 bytes, but 8 follow: the reader waits for 1 more. ReadMessage returns io.ErrUnexpectedEOF")
	f.keys(kb.ArrowLeft, "0", "7")
	broken("length,checksum")
	f.says("the last is read as the next message. The header says 72 64 24 48, the payload gives")
	f.whole("a wrong length")
	f.keys("f", "f", "f", "f", "f", "f")
	broken("length")
	f.says("4,294,967,047 bytes are more than the 4,000,000 that a payload may have")
	f.whole("a length of 4 GiB")
	f.press("Set back")

	f.keys(kb.End)
	f.focus(".byte:nth-child(32)")
	f.press("Chosen byte +1")
	broken("checksum")
	f.says("Broken: checksum. The header says 72 64 24 48, the payload gives")
	f.says("ReadMessage returns ErrChecksum.")
	f.press("Chosen byte −1")
	broken("")

	f.focus(".byte")
	f.keys("r")
	f.says("A byte is two hex digits")
	x, y := f.middle(".byte:nth-child(22)")
	f.do(chromedp.MouseEvent("mouseMoved", x, y))
	f.says("Byte 21 is 64, in decimal 100. It belongs to the checksum")
	f.do(chromedp.MouseClickXY(x, y))
	f.keys("0")
	require.Equal(t, "0_", f.text(".byte:nth-child(22) text"), "half a byte")
	f.keys(kb.ArrowRight)
	require.Equal(t, ping, shown(), "half a byte is none")
	f.keys("e", "e")
	broken("checksum")
	f.looks("frame")
}

// The cuts between reads move, by keys and by hand, and the bytes keep their order.
func TestFigure_stream(t *testing.T) {
	t.Parallel()
	b := open(t)
	f := b.browse("lesson1").figure("stream")
	f.says("Read 1 returns po, Read 2 returns ngver, Read 3 returns sion. Read 2 has the end of pong and the start of version.")
	f.focus(".cut-handle")
	f.keys(kb.ArrowRight, kb.ArrowRight)
	f.says("Read 1 returns pong, Read 2 returns ver, Read 3 returns sion. By chance, a read ends where pong ends. Together they are still pongversion.")
	require.Equal(t, "4", js[string](f.browser, `document.activeElement.getAttribute("aria-valuenow")`))
	f.keys(kb.End)
	f.says("Read 1 returns pongve, Read 2 returns r,")
	f.whole("at the last place")
	f.keys(kb.Home)
	f.says("Read 1 returns p, Read 2 returns ongver,")

	// The second cut, by mouse, to the end: one letter is left.
	x, y := f.middle(".cut-handle:nth-child(2) circle")
	f.do(chromedp.MouseEvent("mousePressed", x, y, chromedp.ButtonLeft, chromedp.ClickCount(1)))
	f.do(chromedp.MouseEvent("mouseMoved", x+30, y, chromedp.ButtonLeft), chromedp.MouseEvent("mouseMoved", x+600, y, chromedp.ButtonLeft))
	f.says("Read 2 returns ongversio, Read 3 returns n.")
	f.do(chromedp.MouseEvent("mouseReleased", x+600, y, chromedp.ButtonLeft, chromedp.ClickCount(1)))
	f.do(chromedp.MouseEvent("mouseMoved", x, y))
	require.Contains(t, f.text(".told"), "Read 3 returns n.", "a cut that was let go stays")
	require.Equal(t, "3 reads: 1, 9 and 1 byte", f.text("svg > text:last-child"))

	for range 3 {
		f.press("One read more")
	}
	f.says("6 reads now.")
	require.Equal(t, "pongversion", js[string](f.browser, `document.querySelector("figure[data-picture=stream] .told").textContent.match(/returns \w+/g).map(s => s.slice(8)).join("")`))
	require.True(t, js[bool](f.browser, `[...document.querySelectorAll("figure[data-picture=stream] button")].find(b => b.innerText === "One read more").disabled`))
	f.whole("six reads")
	f.press("Set back")
	f.press("One read fewer")
	f.press("One read fewer")
	f.says("1 read now. Read 1 returns pongversion. Read 1 has the end of pong and the start of version.")
	f.press("Set back")
	f.focus(".cut-handle")
	f.looks("stream")
}

// Bits are promises that can be made and taken back.
func TestFigure_services(t *testing.T) {
	t.Parallel()
	b := open(t)
	f := b.browse("lesson2").figure("services")
	require.Equal(t, "services 1,037, bit by bit", f.text("svg > text"))
	shown := func() string { return f.text("svg > text.mono") }
	require.Equal(t, "0d 04 00 00 00 00 00 00", shown())
	f.focus(".bit")
	f.says("Bit 0, NETWORK: set. Worth 1.")
	f.keys(" ")
	f.says("Cleared: bit 0, NETWORK. The peer no longer says that it serves the whole chain. The services are 1,036.")
	require.Equal(t, "0c 04 00 00 00 00 00 00", shown())
	require.Equal(t, "false", js[string](f.browser, `document.activeElement.getAttribute("aria-checked")`))
	f.keys(kb.ArrowDown, kb.ArrowRight, kb.ArrowRight, kb.ArrowRight, kb.Enter)
	f.says("Set: bit 11, P2P_V2.")
	require.Equal(t, "0c 0c 00 00 00 00 00 00", shown())
	f.keys(kb.End)
	f.says("Worth 9,223,372,036,854,775,808.")
	x, y := f.middle(".bit:nth-child(64)")
	f.do(chromedp.MouseClickXY(x, y))
	f.says("Set: bit 63, which has no name. The services are 9,223,372,036,854,778,892.")
	require.Equal(t, "0c 0c 00 00 00 00 00 80", shown())
	require.Contains(t, f.text("svg"), "1 without a name")
	js[any](f.browser, `[...document.querySelectorAll("figure[data-picture=services] .bit[aria-checked=false]")].forEach(e => e.dispatchEvent(new MouseEvent("click")))`)
	f.says("The services are 18,446,744,073,709,551,615.")
	f.looks("services")
	f.press("Set back")
	f.says("The services are 1,037:")
}

// A number is written in the shortest of four forms.
func TestFigure_compactsize(t *testing.T) {
	t.Parallel()
	b := open(t)
	f := b.browse("lesson2").figure("compactsize")
	written := func() string {
		return js[string](f.browser, `[...document.querySelectorAll("figure[data-picture=compactsize] svg g text.mono")].map(e => e.textContent).join(" ")`)
	}
	require.Equal(t, "fc", written())
	require.Equal(t, "fd fc 00", f.text("svg > text.fx"), "the longer form, which is refused")
	f.press("Number +1")
	f.says("253 is written fd fd 00, in 3 bytes. The form has changed: it was 1 byte.")
	require.Equal(t, "fd fd 00", written())
	f.press("65,535")
	f.says("65,535 is written fd ff ff, in 3 bytes.")
	f.press("Number +1")
	f.says("65,536 is written fe 00 00 01 00, in 5 bytes.")
	f.press("2³² − 1")
	f.press("Number +1")
	f.says("4,294,967,296 is written ff 00 00 00 00 01 00 00 00, in 9 bytes.")
	f.focus("input[type=range]")
	f.keys(kb.End)
	f.says("18,446,744,073,709,551,615 is written ff ff ff ff ff ff ff ff ff, in 9 bytes.")
	require.True(t, js[bool](f.browser, f.find("button[aria-label='Number +1']")+".disabled"))
	for _, n := range []uint64{0, 1, 100, 252, 253, 1 << 16, 1 << 40, 1<<64 - 1} {
		at := 0
		if n > 0 {
			at = int(math.Round(20 * math.Log2(float64(n))))
		}
		f.slide("Number", at)
		m, err := strconv.ParseUint(strings.ReplaceAll(f.text("svg > text[y='100']"), ",", ""), 10, 64)
		require.NoError(t, err)
		require.Equal(t, fmt.Sprintf("% x", version.AppendCompactSize(nil, m)), written(), m)
	}
	f.looks("compactsize")
	f.keys(kb.Home)
	f.says("0 is written 00, in 1 byte.")
	require.True(t, js[bool](f.browser, f.find("button[aria-label='Number −1']")+".disabled"))
}

// A size and a number stand for a target, or for none.
func TestFigure_bits(t *testing.T) {
	t.Parallel()
	b := open(t)
	f := b.browse("lesson6").figure("bits")
	shown := func() string { return f.text("svg > text.mono") }
	work := func() string { return f.text("svg > text.bold:not(.mono)") }
	for _, tt := range []struct{ size, upper, rest int }{{0x40, 0, 0xffff}, {0x3f, 0, 0xffff}, {0x3e, 0x0f, 0xffff}, {0x3e, 0, 0xffff}, {0x40, 0x7f, 0xffff}, {66, 0, 0xff}, {0x40, 0x80, 0}, {0x20, 0, 0}, {66, 1, 0}, {0, 0x7f, 0xffff}, {1, 1, 0}} {
		f.slide("Size", tt.size)
		f.slide("Number, upper byte", tt.upper)
		f.slide("Number, the other two", tt.rest)
		bits := uint32(tt.size<<24 | tt.upper<<16 | tt.rest)
		require.Equal(t, fmt.Sprintf("%02x %06x", tt.size, bits&0xffffff), shown())
		target, err := consensus.TargetOf(bits)
		if err != nil {
			require.Contains(t, f.text(".told"), fmt.Sprintf("%08x is no target: ", bits))
			require.Contains(t, f.text("svg"), "TargetOf returns ErrBits")
			continue
		}
		first := js[string](f.browser, `[...document.querySelectorAll("figure[data-picture=bits] svg g text.mono")].map(e => e.textContent).join(" ")`)
		require.Equal(t, fmt.Sprintf("% x", target[:8]), first, "%08x", bits)
		if w := consensus.Work(target); w.IsInt64() {
			require.Equal(t, w.String(), strings.ReplaceAll(work(), ",", ""), "%08x", bits)
		} else {
			require.Equal(t, fmt.Sprintf("about 2^%d", w.BitLen()-1), work(), "%08x", bits)
		}
		f.whole(bits)
	}
	f.slide("Size", 0x3f)
	f.slide("Number, the other two", 0xffff)
	f.slide("Number, upper byte", 0)
	f.says("3f00ffff: a size of 63 bytes and the number 00 ff ff. It takes 65,537 hashes on average.")
	f.focus("input[aria-label=Size]")
	f.keys(kb.ArrowLeft)
	f.says("It takes 16,777,472 hashes on average.")
	f.press("One bit harder")
	f.says("3e007fff:")
	f.looks("bits")
}

// Four bytes are two numbers; each byte counts by its place.
func TestFigure_places(t *testing.T) {
	t.Parallel()
	b := open(t)
	f := b.browse("lesson1").figure("places")
	numbers := func() []string {
		return js[[]string](f.browser, `[...document.querySelectorAll("figure[data-picture=places] svg > .bold")].map(e => e.textContent)`)
	}
	require.Equal(t, []string{"little endian: 92,837,365", "big endian: 4,120,217,605"}, numbers())
	f.focus("[role=spinbutton]")
	f.keys(kb.ArrowRight, kb.ArrowRight, kb.ArrowRight)
	f.says("Byte 3 is 05, which is 5. It counts 16,777,216 times as little endian, 1 times as big endian.")
	f.keys(kb.ArrowUp)
	f.says("Byte 3 is 06 now. As little endian they are 109,614,581, as big endian 4,120,217,606.")
	require.Equal(t, "6", js[string](f.browser, `document.activeElement.getAttribute("aria-valuenow")`))
	f.press("Set back")
	f.press("Reverse the bytes")
	f.says("The bytes are 05 88 95 f5 now")
	require.Equal(t, []string{"little endian: 4,120,217,605", "big endian: 92,837,365"}, numbers())
	f.keys(kb.ArrowDown, kb.ArrowDown, kb.ArrowDown, kb.ArrowDown, kb.ArrowDown, kb.ArrowDown)
	f.looks("places")
}
