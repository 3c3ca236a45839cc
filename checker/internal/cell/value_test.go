package cell

import (
	"testing"

	"nodebook/checker/needs"

	"github.com/stretchr/testify/require"
)

// What a last line shows, compiled and interpreted.
func TestLastLine(t *testing.T) {
	for _, c := range []struct{ name, source, want, engine string }{
		{"a call", "func double(n int) int { return 2 * n }\ndouble(4)", "8\n", "interpreted"},
		{"a call of the standard library", `strings.Fields("a b")`, `[]string{"a", "b"}` + "\n", "interpreted"},
		{"several results", `strings.Cut("key=value", "=")`, "key value true\n", "interpreted"},
		{"results without an error", `strconv.Atoi("42")`, "42\n", "interpreted"},
		{"results with an error", `strconv.Atoi("x")`, "error: strconv.Atoi: parsing \"x\": invalid syntax\n", "interpreted"},
		{"a list", "n, err := strconv.Atoi(\"42\")\nn, err", "42 <nil>\n", "interpreted"},
		{"a list with an error in it", "n, err := strconv.Atoi(\"x\")\nn, err", "0 strconv.Atoi: parsing \"x\": invalid syntax\n", "interpreted"},
		{"a list of calls", `len("abc"), strings.ToUpper("abc"), []byte("ab")`, "3 ABC\n00000000  61 62                                             |ab|\n", "interpreted"},
		{"a list with a type of the cell's", "type peer struct{ Age int }\n1, peer{3}", "1 peer{Age: 3}\n", "compiled"},
		{"only an error", `errors.Join(errors.New("no peer"))`, "error: no peer\n", "interpreted"},
		{"only an error that is nil", `errors.Join()`, "", "interpreted"},
		{"a variable that holds a nil error", "var err error\nerr", "<nil>\n", "interpreted"},
		{"no result", "func none() {}\nnone()", "", "interpreted"},
		{"what prints", `fmt.Println("once")`, "once\n", "interpreted"},
		{"a receive", "c := make(chan int, 1)\nc <- 7\n<-c", "7\n", "interpreted"},
		{"a receive that only waits", "c := make(chan struct{})\nclose(c)\n<-c", "", "interpreted"},
		{"nil", "nil", "<nil>\n", "interpreted"},
		{"nothing in a slice", "var s []int\ns", "[]int(nil)\n", "interpreted"},
		{"bytes", `[]byte("block")`, "00000000  62 6c 6f 63 6b                                    |block|\n", "interpreted"},
		{"a hash", `sha256.Sum256(nil)`, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n", "interpreted"},
		{"what has a text", "90 * time.Second", "1m30s\n", "interpreted"},
		{"a map", `map[string]int{"b": 2, "a": 1}`, `map[string]int{"a": 1, "b": 2}` + "\n", "interpreted"},
		{"a struct", "type peer struct {\n\tAddr string\n\tAge  int\n}\npeer{\"[::1]:8333\", 3}", `peer{Addr: "[::1]:8333", Age: 3}` + "\n", "compiled"},
		{"a pointer to a struct", "type peer struct{ Magic [4]byte; Note []byte }\n&peer{Magic: [4]byte{0xf9, 0xbe, 0xb4, 0xd9}}", "&peer{Magic: 0xf9beb4d9, Note: nil}\n", "compiled"},
		{"a slice of structs", "type peer struct {\n\tAddr string\n\tAge  int\n}\n[]peer{{\"a\", 1}, {\"b\", 20}}", "   Addr  Age\n0  a     1\n1  b     20\n", "compiled"},
		{"a type with a text", "type height int\nfunc (h height) String() string { return fmt.Sprintf(\"block %d\", int(h)) }\nheight(170)", "block 170\n", "compiled"},
		{"a picture", "img := image.NewGray(image.Rect(0, 0, 4, 2))\nimg", "[picture: 4 × 2 pixels]\n", ""},
	} {
		for _, engine := range []string{"compiled", "interpreted"} {
			t.Run(c.name+"/"+engine, func(t *testing.T) {
				needs.Lot(t, 4)
				if engine == "interpreted" {
					needs.Program(t, "setsid", "util-linux")
					interpret(t)
				}
				text, events := runCells(t, c.source)
				require.Equal(t, OK, events[len(events)-1].Text, "%+v", events)
				require.Equal(t, c.want, text)
				if engine == "interpreted" && c.engine != "" {
					require.Equal(t, c.engine, engineOf(events), "%+v", events)
				}
			})
		}
	}
}
