package similar_test

import (
	"fmt"
	"strings"
	"testing"

	"nodebook/checker/internal/similar"
)

const given = `package framing

func Sum(b []byte) (n int) {
	for i := 0; i < len(b); i++ {
		if b[i] > 10 && b[i] < 100 {
			n += int(b[i])*3 + i
		}
	}
	return n
}
`

const answer = `
func Parse(b []byte) (int, error) {
	total := 0
	for i, c := range b {
		switch {
		case c >= '0' && c <= '9':
			total = total*10 + int(c-'0')
		case c == '_' && i > 0:
			continue
		default:
			return 0, fmt.Errorf("byte %d: %w: %q", i, ErrDigit, c)
		}
	}
	if total > 1<<20 || len(b) == 0 {
		return 0, ErrRange
	}
	return total, nil
}
`

const other = `
func Parse(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, ErrRange
	}
	n, err := strconv.Atoi(strings.ReplaceAll(string(b), "_", ""))
	if err != nil {
		return 0, errors.Join(ErrDigit, err)
	}
	if n > 1048576 {
		return n, ErrRange
	}
	return n, err
}
`

func TestPairs(t *testing.T) {
	file := func(text string) map[string][]byte {
		return map[string][]byte{"lessons/lesson1/framing/a.go": []byte(given + text)}
	}
	renamed := strings.NewReplacer("total", "sum", " c ", " ch ", "c >=", "ch >=", "c <=", "ch <=", "c-", "ch-", "c ==", "ch ==", ", c)", ", ch)", "i,", "k,").Replace(answer)
	subs := []similar.Submission{
		{Name: "ada", Files: file(answer)},
		{Name: "bob", Files: file("\n// my own work\n\n" + renamed)},
		{Name: "cyd", Files: file(other)},
		{Name: "dan", Files: file("")},
	}
	got := similar.Pairs(subs, file(""), 0.3)
	if len(got) != 1 || got[0].A != "ada" || got[0].B != "bob" || got[0].Part < 0.8 {
		t.Fatalf("got %+v, want the pair of ada and bob alone", got)
	}
	p := got[0].Places[0]
	if p.A.From > 14 || p.A.To < 26 || p.B.To < p.A.To+2 {
		t.Errorf("the place is %+v", p)
	}
}

func TestCommonCodeIsNoSign(t *testing.T) {
	var subs []similar.Submission
	for i := range 12 {
		text := answer
		if i < 2 {
			text += other
		}
		subs = append(subs, similar.Submission{Name: fmt.Sprint("s", i), Files: map[string][]byte{"a.go": []byte(given + text)}})
	}
	got := similar.Pairs(subs, nil, 0.3)
	if len(got) != 1 || got[0].A != "s0" || got[0].B != "s1" {
		t.Fatalf("got %+v, want only the pair that shares what the class does not", got)
	}
	rings := similar.Rings(subs, nil)
	if len(rings) != 1 || strings.Join(rings[0], " ") != "s2 s3 s4 s5 s6 s7 s8 s9 s10 s11" {
		t.Errorf("got the rings %v, want the ten that are the same", rings)
	}
	if got := similar.Rings(subs[:5], nil); len(got) > 0 {
		t.Errorf("got the rings %v, of which pairs tell", got)
	}
}
