package similar

// ringPart is how much of two submissions has to be the same for a ring.
const ringPart = 0.9

// Rings are groups of submissions that are nearly the same, and so many that what
// they share counts as what the class has in common: [Pairs] does not see them.
func Rings(subs []Submission, stubs map[string][]byte) [][]string {
	prints, holders := fingerprints(subs, stubs)
	shared := make([][]int, len(subs))
	for i := range shared {
		shared[i] = make([]int, len(subs))
	}
	for _, who := range holders {
		for k, i := range who {
			for _, j := range who[k+1:] {
				shared[i][j]++
			}
		}
	}
	ring := make([]int, len(subs)) // the first submission of each one's
	for i := range subs {
		ring[i] = i
		for j := range i {
			larger := max(len(prints[i]), len(prints[j]))
			if larger >= fewest && float64(shared[j][i]) >= ringPart*float64(larger) {
				ring[i] = ring[j]
				break
			}
		}
	}
	by := make([][]string, len(subs))
	for i, first := range ring {
		by[first] = append(by[first], subs[i].Name)
	}
	var out [][]string
	for _, names := range by {
		if len(names) > mostHolders(len(subs)) {
			out = append(out, names)
		}
	}
	return out
}
