package interpreter

import (
	"fmt"
	"slices"
	"testing"

	"nodebook/checker/internal/workbook"
)

// However many exercises there are, and whatever is left of their tests, every
// test is in one share, those of an exercise are together, and no share is empty.
func TestShares(t *testing.T) {
	defer func(n int) { most = n }(most)
	most = 2
	pkg := &workbook.Package{Dir: "lesson1/framing"}
	for n := 1; n <= 12; n++ {
		var exercises []*workbook.Exercise
		var all []workbook.Test
		for i := range n {
			e := &workbook.Exercise{Name: fmt.Sprint("E", i)}
			for j := range 1 + i%3 {
				e.Tests = append(e.Tests, workbook.Test{Name: fmt.Sprintf("TestE%d_%d", i, j), Func: e.Name, Package: pkg})
			}
			exercises = append(exercises, e)
			all = append(all, e.Tests...)
		}
		for _, asked := range [][]workbook.Test{all, all[len(all)/2:], all[:1]} {
			got := shares(exercises, asked)
			in := map[string]int{}
			var seen []workbook.Test
			for i, share := range got {
				if len(share) == 0 {
					t.Errorf("%d exercises, %d tests: share %d is empty", n, len(asked), i)
				}
				for _, x := range share {
					if other, ok := in[x.Func]; ok && other != i {
						t.Errorf("the tests of %s are in two shares", x.Func)
					}
					in[x.Func] = i
					seen = append(seen, x)
				}
			}
			byName := func(x, y workbook.Test) int { return slices.Compare([]byte(x.Name), []byte(y.Name)) }
			slices.SortFunc(seen, byName)
			want := slices.SortedFunc(slices.Values(asked), byName)
			if !slices.Equal(seen, want) {
				t.Errorf("%d exercises: got the tests %v, want %v", n, seen, want)
			}
			if n > few && len(asked) == len(all) && len(got) != most {
				t.Errorf("%d exercises are in %d shares, want %d", n, len(got), most)
			}
		}
	}
}
