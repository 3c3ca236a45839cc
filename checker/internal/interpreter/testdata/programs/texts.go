package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"sort"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"
)

type hash [4]byte

func (h hash) String() string { return hex.EncodeToString(h[:]) }

type block struct {
	Height int      `json:"height"`
	Hash   string   `json:"hash,omitempty"`
	Tx     []tx     `json:"tx"`
	Extra  any      `json:"extra"`
	Skip   string   `json:"-"`
	Ratio  *float64 `json:"ratio"`
}

type tx struct {
	ID    string
	Value int64
}

type upper struct{ r io.Reader }

func (u upper) Read(p []byte) (int, error) {
	n, err := u.r.Read(p)
	copy(p, bytes.ToUpper(p[:n]))
	return n, err
}

type counting struct{ n int }

func (c *counting) Write(p []byte) (int, error) { c.n += len(p); return len(p), nil }

type byLen []string

func (b byLen) Len() int           { return len(b) }
func (b byLen) Less(i, j int) bool { return len(b[i]) < len(b[j]) }
func (b byLen) Swap(i, j int)      { b[i], b[j] = b[j], b[i] }

func main() {
	words := map[string]int{}
	sc := bufio.NewScanner(strings.NewReader("the cat\nthe dog\n\nend"))
	for sc.Scan() {
		for _, w := range strings.Fields(sc.Text()) {
			words[w]++
		}
	}
	var keys []string
	for k := range words {
		keys = append(keys, k)
	}
	sort.Slice(keys, func(i, j int) bool {
		if words[keys[i]] != words[keys[j]] {
			return words[keys[i]] > words[keys[j]]
		}
		return keys[i] < keys[j]
	})
	fmt.Println(keys, words)
	fmt.Println(hash{1, 2, 3, 4}, []hash{{5}}, fmt.Sprintf("%v %s %x", hash{9}, hash{8}, hash{7}))
	sum := sha256.Sum256([]byte("abc"))
	fmt.Printf("%x\n", sum[:4])
	out, err := json.Marshal(block{Height: 1, Tx: []tx{{"a", 5}}, Extra: map[string]any{"k": []int{1}}})
	fmt.Println(string(out), err)
	var b block
	err = json.Unmarshal([]byte(`{"height": 7, "tx": [{"ID": "x", "Value": 3}], "extra": [1, "a", null], "ratio": 0.5}`), &b)
	fmt.Println(b.Height, b.Tx, b.Extra, *b.Ratio, err)
	err = json.Unmarshal([]byte(`{"height": "x"}`), &b)
	fmt.Println(err != nil)
	var generic map[string]any
	json.Unmarshal([]byte(`{"a": 1.5, "b": [true]}`), &generic)
	fmt.Println(generic["a"].(float64), generic["b"].([]any)[0])
	up, _ := io.ReadAll(upper{strings.NewReader("shout")})
	fmt.Println(string(up))
	c := &counting{}
	fmt.Fprintf(c, "hello %d", 42)
	n, err := io.Copy(c, io.LimitReader(strings.NewReader("0123456789"), 4))
	fmt.Println(c.n, n, err)
	var buf bytes.Buffer
	w := bufio.NewWriter(&buf)
	fmt.Fprintf(w, "%5s|%-5s|%05.1f|%q|%v|%t|%c|%U", "a", "b", 3.14159, "q", []string{"x"}, true, 'x', 'x')
	w.Flush()
	fmt.Println(buf.String())
	tw := tabwriter.NewWriter(os.Stdout, 0, 8, 2, ' ', 0)
	fmt.Fprintln(tw, "name\tping")
	fmt.Fprintln(tw, "alpha\t10")
	tw.Flush()
	l := byLen{"ccc", "a", "bb"}
	sort.Sort(l)
	fmt.Println(l, sort.IsSorted(l))
	d := 90*time.Minute + 30*time.Second
	fmt.Println(d, d.Hours(), time.Duration(1500)*time.Millisecond, time.Unix(0, 0).UTC())
	fmt.Println(strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToUpper(r)
	}, "a1b2"), strings.TrimFunc("  x ", unicode.IsSpace), strings.Title("go"))
	fmt.Println(strings.NewReplacer("a", "1", "b", "2").Replace("abc"), strings.EqualFold("Go", "GO"))
	type local struct {
		A int
		B string
	}
	fmt.Printf("%v %+v\n", local{1, "x"}, &local{2, "y"})
	fmt.Printf("%v %v %v %d\n", []any{1, "a", nil}, map[string]int{"z": 1, "a": 2}, struct{}{}, []byte("hi"))
	fmt.Printf("%6.2f|%x|%s|%v|%v\n", 1.0, "hex", []byte("b"), error(nil), &[]int{1})
	r := strings.NewReader("ab")
	for {
		ch, _, err := r.ReadRune()
		if err == io.EOF {
			break
		}
		fmt.Print(string(ch), ".")
	}
	fmt.Println()
	var sb strings.Builder
	for i := 3; i > 0; i-- {
		fmt.Fprintf(&sb, "%d...", i)
	}
	sb.WriteByte('!')
	fmt.Println(sb.String(), sb.Len())
}
