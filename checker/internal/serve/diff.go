package serve

import (
	"slices"
	"strings"
)

// diffLine is one line of the learner's function and the reference's.
type diffLine struct {
	Op   string `json:"op"` // " " both, "-" the learner's, "+" the reference's
	Text string `json:"text"`
}

func lines(s string) []string { return strings.Split(strings.TrimRight(s, "\n"), "\n") }

// unmarked is a reference without the author's marks.
func unmarked(src string) string {
	return strings.Join(slices.DeleteFunc(lines(src), func(l string) bool {
		l = strings.TrimSpace(l)
		return strings.HasPrefix(l, "// BEGIN SOLUTION") || strings.HasPrefix(l, "// END SOLUTION")
	}), "\n")
}

// diff is the shortest way from a to b, by the longest common subsequence of
// their lines. Functions are short: the table is small.
func diff(a, b []string) []diffLine {
	common := make([][]int, len(a)+1)
	for i := range common {
		common[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	var out []diffLine
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			out = append(out, diffLine{" ", a[i]})
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && common[i+1][j] >= common[i][j+1]:
			out = append(out, diffLine{"-", a[i]})
			i++
		default:
			out = append(out, diffLine{"+", b[j]})
			j++
		}
	}
	return out
}
